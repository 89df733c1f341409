import { assertFloat } from '../base/dtype.js';
import { pair, type WindowGeometry, type WindowOptions } from '../base/geometry.js';
import { windowGeometry } from '../base/windows.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { add, div, maximum } from './arithmetic.js';
import { ones } from './creation.js';
import { pad } from './pad.js';
import { withBatch } from './shared/image-operands.js';
import { stridedSlice } from './slice.js';

/*
 * Pooling whose windows have gaps. Kernels have none; the values under each place of the window are a strided slice of
 * the padded images, so windows of h·w places take h·w slices, and gradients follow from those.
 */

interface DilatedPool extends WindowOptions {
  readonly windowShape: WindowOptions['strides'];
}

/** The largest value of each window; padding never is. */
export function dilatedMaxPool(x: Tensor, options: DilatedPool): Tensor {
  return pooled(x, options, (images, geometry) =>
    places(images, geometry, Number.NEGATIVE_INFINITY).reduce((largest, each) => maximum(largest, each)),
  );
}

/** The mean of each window; padding does not count. */
export function dilatedAvgPool(x: Tensor, options: DilatedPool): Tensor {
  return pooled(x, options, (images, geometry) => {
    const total = (of: Tensor) => places(of, geometry, 0).reduce((sum, each) => add(sum, each));
    const [, height, width] = images.shape;
    return div(total(images), total(ones([1, height, width, 1], images.dtype)));
  });
}

function pooled(
  x: Tensor,
  { windowShape, ...options }: DilatedPool,
  pool: (images: Tensor, geometry: WindowGeometry) => Tensor,
): Tensor {
  assertFloat('pool', 'x', x.dtype);
  return withBatch(x, (images) =>
    tidy(() => pool(images, windowGeometry('pool', images.shape, pair('pool', 'windowShape', windowShape), options))),
  );
}

/** For each place of the window, the values that all windows have there: [batch, outHeight, outWidth, channels]. */
function places(images: Tensor, g: WindowGeometry, padding: number): Tensor[] {
  const [batch, , , channels] = images.shape;
  const reach = (out: number, stride: number, window: number, dilation: number) =>
    (out - 1) * stride + (window - 1) * dilation + 1;
  const height = reach(g.outHeight, g.strideHeight, g.filterHeight, g.dilationHeight);
  const width = reach(g.outWidth, g.strideWidth, g.filterWidth, g.dilationWidth);
  const after = (needed: number, size: number, before: number) => Math.max(needed - size - before, 0);
  const padded = pad(
    images,
    [
      [0, 0],
      [g.padTop, after(height, g.inHeight, g.padTop)],
      [g.padLeft, after(width, g.inWidth, g.padLeft)],
      [0, 0],
    ],
    padding,
  );
  const found: Tensor[] = [];
  for (let row = 0; row < g.filterHeight; row++) {
    for (let column = 0; column < g.filterWidth; column++) {
      const [top, left] = [row * g.dilationHeight, column * g.dilationWidth];
      const bottom = top + (g.outHeight - 1) * g.strideHeight + 1;
      const right = left + (g.outWidth - 1) * g.strideWidth + 1;
      const strides = [1, g.strideHeight, g.strideWidth, 1];
      found.push(stridedSlice(padded, [0, top, left, 0], [batch, bottom, right, channels], strides));
    }
  }
  return found;
}
