import { assertFloat } from '../base/dtype.js';
import { type Padding, type Pair, type PoolGeometry, poolGeometry } from '../base/geometry.js';
import type { Shape } from '../base/shape.js';
import { type TensorLike, toTensor, withTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Op, runOp, type Spec } from './op.js';
import { withBatch } from './shared/image-operands.js';

/** @internal */
export interface PoolOptions {
  readonly filterSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
}

const geometryOf = (x: Spec, options: PoolOptions): PoolGeometry =>
  poolGeometry('maxPool', x.shape, options.filterSize, options);

/** @internal */
export const pooledShape = (g: PoolGeometry): Shape => [g.batch, g.outHeight, g.outWidth, g.channels];

const maxPoolOp: Op<{ x: Tensor }, PoolOptions> = {
  name: 'maxPool',
  infer: ({ x }, options) => {
    assertFloat('maxPool', 'x', x.dtype);
    return { shape: pooledShape(geometryOf(x, options)), dtype: x.dtype };
  },
  forward: (kernels, { x }, out, options) => kernels.maxPool(x, out, geometryOf(x, options)),
  reads: () => ({ x: ['x'] }),
  gradient: (dy, { inputs: { x }, options }) => ({
    x: () => runOp(maxPoolGradientOp, { outputGradient: dy, x }, options),
  }),
};

/** Sends each window's gradient to its maximum: linear in the gradient, constant in x between ties. */
const maxPoolGradientOp: Op<{ outputGradient: Tensor; x: Tensor }, PoolOptions> = {
  name: 'maxPoolGradient',
  infer: ({ x }) => ({ shape: x.shape, dtype: x.dtype }),
  forward: (kernels, { outputGradient, x }, out, options) =>
    kernels.maxPoolGradient(outputGradient, x, out, geometryOf(x, options)),
  reads: () => ({ outputGradient: ['x'] }),
  gradient: (dx, { inputs: { x }, options }) => ({
    outputGradient: () => runOp(maxPoolGatherOp, { values: dx, x }, options),
    x: null,
  }),
};

const maxPoolGatherOp: Op<{ values: Tensor; x: Tensor }, PoolOptions> = {
  name: 'maxPoolGather',
  infer: ({ x }, options) => ({ shape: pooledShape(geometryOf(x, options)), dtype: x.dtype }),
  forward: (kernels, { values, x }, out, options) => kernels.maxPoolGather(values, x, out, geometryOf(x, options)),
  reads: () => ({ values: ['x'] }),
  gradient: (dy, { inputs: { x }, options }) => ({
    values: () => runOp(maxPoolGradientOp, { outputGradient: dy, x }, options),
    x: null,
  }),
};

const maxPoolIndicesOp: Op<{ x: Tensor }, PoolOptions> = {
  name: 'maxPoolIndices',
  infer: ({ x }, options) => ({ shape: pooledShape(geometryOf(x, options)), dtype: 'int32' }),
  forward: (kernels, { x }, out, options) => kernels.maxPoolIndices(x, out, geometryOf(x, options)),
  gradient: () => ({ x: null }),
};

/**
 * The largest value of each window; padding never wins, and the first of equals gets the gradient.
 * @param x [batch, height, width, channels], or without the batch
 * @param filterSize [height, width] of the window
 * @param strides default the window's size
 * @returns [batch, outHeight, outWidth, channels]
 * @throws ShapeError @throws ValueError
 * @example maxPool(x, 2, 2, 'valid')
 */
export function maxPool(
  x: TensorLike,
  filterSize: Pair,
  strides: Pair = filterSize,
  padding: Padding = 'valid',
): Tensor {
  return withTensor('maxPool', 'x', x, (x) =>
    withBatch(x, (images) => runOp(maxPoolOp, { x: images }, { filterSize, strides, padding })),
  );
}

/**
 * `maxPool`, and where each maximum stood: the flat index (row · width + column) · channels + channel within its image, int32.
 * @example const { result, indexes } = maxPoolWithArgmax(x, 2, 2, 'valid')
 */
export function maxPoolWithArgmax(
  x: TensorLike,
  filterSize: Pair,
  strides: Pair,
  padding: Padding,
): { result: Tensor; indexes: Tensor } {
  return tidy(() => {
    const inputs = { x: toTensor('maxPoolWithArgmax', 'x', x) };
    const options = { filterSize, strides, padding };
    return { result: runOp(maxPoolOp, inputs, options), indexes: runOp(maxPoolIndicesOp, inputs, options) };
  });
}
