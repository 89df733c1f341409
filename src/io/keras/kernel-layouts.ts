import { sizeOf } from '../../base/shape.js';
import type { Layer } from '../../layers/base/layer.js';
import type { StoredArray } from '../bytes/stored-array.js';
import type { AttributeValue } from '../hdf5/read.js';
import type { Generation } from './origin.js';

/*
 * Kernels whose layout in older files differs from Keras 3. Source: `preprocess_weights_for_loading` of
 * tf_keras, and `K.deconv2d` of Keras 1.2.2.
 */

/** The program that wrote a file of weights. */
export interface KernelSource {
  readonly generation: Generation;
  /** `theano`, `tensorflow`, …; null if the file does not state it. */
  readonly backend: AttributeValue | null;
}

/** Convolutions whose windows Theano rotates, and the ranks of their kernels. */
const CONVOLUTIONS: Readonly<Record<string, number>> = { Conv1D: 3, Conv2D: 4, Conv2DTranspose: 4, Conv3D: 5 };

/** Theano's convolution rotates the window by 180°; Keras 1 and 2 write the kernel in the layout of their backend. */
const isTurned = ({ rank, layer, source }: Kernel): boolean =>
  source.backend === 'theano' && (rank === CONVOLUTIONS[layer.className] || isFlat({ rank, layer, source }));

/** Keras 1 stores the kernel of a Convolution1D with two window axes, [length, 1, inputs, filters]. */
const isFlat = ({ rank, layer, source }: Kernel): boolean =>
  source.generation === 1 && layer.className === 'Conv1D' && rank === 4;

/**
 * Keras 1 stores the kernel of a deconvolution as [rows, columns, inputs, filters], later releases with the last two
 * exchanged.
 */
const isTransposed = ({ rank, layer, source }: Kernel): boolean =>
  source.generation === 1 && layer.className === 'Conv2DTranspose' && rank === 4;

interface Kernel {
  readonly rank: number;
  readonly layer: Layer;
  readonly source: KernelSource;
}

/** Convert the shape of a weight to Keras 3's layout. */
export function convertedShape(shape: readonly number[], layer: Layer, source: KernelSource): readonly number[] {
  const kernel = { rank: shape.length, layer, source };
  if (isFlat(kernel) && shape[1] === 1) return [shape[0], ...shape.slice(2)];
  if (!isTransposed(kernel)) return shape;
  const [rows, columns, inputs, filters] = shape;
  return [rows, columns, filters, inputs];
}

/** Convert a weight to Keras 3's layout. */
export function convertedKernel(array: StoredArray, layer: Layer, source: KernelSource): StoredArray {
  const kernel = { rank: array.shape.length, layer, source };
  const turned = isTurned(kernel) ? { ...array, values: turn(array) } : array;
  const values = isTransposed(kernel) ? transposeCells(turned) : turned.values;
  return { shape: convertedShape(array.shape, layer, source), values };
}

/** Reverse the order of the window's cells, which reverses each of its axes. */
function turn({ shape, values }: StoredArray): StoredArray['values'] {
  const cells = sizeOf(shape.slice(0, -2));
  const size = sizeOf(shape.slice(-2));
  const turned = values.slice();
  for (let cell = 0; cell < cells; cell++) {
    turned.set(values.subarray(cell * size, (cell + 1) * size), (cells - 1 - cell) * size);
  }
  return turned;
}

/** Exchange the last two axes. */
function transposeCells({ shape, values }: StoredArray): StoredArray['values'] {
  const [rows, columns, inputs, filters] = shape;
  const transposed = values.slice();
  const size = inputs * filters;
  for (let cell = 0; cell < rows * columns; cell++) {
    for (let i = 0; i < inputs; i++) {
      for (let f = 0; f < filters; f++) {
        transposed[cell * size + f * inputs + i] = values[cell * size + i * filters + f];
      }
    }
  }
  return transposed;
}
