import { assertFloat } from '../base/dtype.js';
import { type Padding, type Pair, type PoolGeometry, poolGeometry } from '../base/geometry.js';
import type { Shape } from '../base/shape.js';
import { type TensorLike, withTensor } from '../tensor/convert.js';
import type { Tensor } from '../tensor/tensor.js';
import { type PoolOptions, pooledShape } from './max-pool.js';
import { type Op, runOp } from './op.js';
import { withBatch } from './shared/image-operands.js';

const geometryOf = (shape: Shape, options: PoolOptions): PoolGeometry =>
  poolGeometry('avgPool', shape, options.filterSize, options);

const avgPoolOp: Op<{ x: Tensor }, PoolOptions> = {
  name: 'avgPool',
  infer: ({ x }, options) => {
    assertFloat('avgPool', 'x', x.dtype);
    return { shape: pooledShape(geometryOf(x.shape, options)), dtype: x.dtype };
  },
  forward: (kernels, { x }, out, options) => kernels.avgPool(x, out, geometryOf(x.shape, options)),
  gradient: (dy, { inputs: { x }, options }) => ({
    x: () => runOp(avgPoolGradientOp, { outputGradient: dy }, { ...options, shape: x.shape }),
  }),
};

const avgPoolGradientOp: Op<{ outputGradient: Tensor }, PoolOptions & { shape: Shape }> = {
  name: 'avgPoolGradient',
  infer: ({ outputGradient }, { shape }) => ({ shape, dtype: outputGradient.dtype }),
  forward: (kernels, { outputGradient }, out, options) =>
    kernels.avgPoolGradient(outputGradient, out, geometryOf(options.shape, options)),
  gradient: (dx, { options }) => ({ outputGradient: () => runOp(avgPoolOp, { x: dx }, options) }),
};

/**
 * The mean of each window; padding does not count.
 * @param x [batch, height, width, channels], or without the batch
 * @param filterSize [height, width] of the window
 * @param strides default the window's size
 * @returns [batch, outHeight, outWidth, channels]
 * @throws ShapeError @throws ValueError
 * @example avgPool(x, 2, 2, 'valid')
 */
export function avgPool(
  x: TensorLike,
  filterSize: Pair,
  strides: Pair = filterSize,
  padding: Padding = 'valid',
): Tensor {
  return withTensor('avgPool', 'x', x, (x) =>
    withBatch(x, (images) => runOp(avgPoolOp, { x: images }, { filterSize, strides, padding })),
  );
}
