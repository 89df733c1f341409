import type { Layer } from '../../layers/base/layer.js';
import type { AttributeValue, Hdf5Array } from '../hdf5/read.js';

const CONVOLUTIONS = new Set(['Conv2D', 'Conv2DTranspose']);

/**
 * Theano's convolution turns the window by 180° where all others' does not; Keras 1 and 2 write the kernel as the backend has it.
 * Turning rows and columns is reversing the order of the window's cells.
 */
export function convertKernels(array: Hdf5Array, layer: Layer, backend: AttributeValue | null): Hdf5Array {
  if (backend !== 'theano' || !CONVOLUTIONS.has(layer.className) || array.shape.length !== 4) return array;
  const [rows, columns, inputs, outputs] = array.shape;
  const cells = rows * columns;
  const size = inputs * outputs;
  const values = array.values.slice();
  for (let cell = 0; cell < cells; cell++) {
    values.set(array.values.subarray(cell * size, (cell + 1) * size), (cells - 1 - cell) * size);
  }
  return { ...array, values };
}
