import { assertFloat } from '../../base/dtype.js';
import { DTypeError, ShapeError } from '../../base/errors.js';
import { formatShape, type Shape, sameShape } from '../../base/shape.js';
import { partnerDType, type TensorLike, toTensor } from '../../tensor/convert.js';
import { tidy } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import type { Spec } from '../op.js';
import { reshape } from '../reshape.js';

/* What ops that slide windows over images ask of their operands, and how they complete them. */

/** @internal images are channels last here, everywhere */
export function assertChannelsLast(op: string, dataFormat: string): void {
  if (dataFormat !== 'NHWC')
    throw new ShapeError(`${op}: dataFormat is ${dataFormat}, expected NHWC; transpose the images`);
}

/** @internal floats of one dtype; those that are left out count for nothing */
export function assertSameDType(op: string, operands: Readonly<Record<string, Spec | undefined>>): void {
  const given = Object.entries(operands).flatMap(([name, spec]) => (spec ? [{ name, dtype: spec.dtype }] : []));
  const [first, ...others] = given;
  assertFloat(op, first.name, first.dtype);
  for (const { name, dtype } of others) {
    if (dtype !== first.dtype)
      throw new DTypeError(`${op}: ${first.name} is ${first.dtype} and ${name} is ${dtype}, expected one dtype`);
  }
}

/** @internal */
export function assertGradientShape(op: string, given: Shape, expected: Shape): void {
  if (!sameShape(given, expected)) {
    throw new ShapeError(`${op}: outputGradient is ${formatShape(given)}, expected ${formatShape(expected)}`);
  }
}

/** @internal one image without a batch axis, as tfjs takes it, gets one for the call */
export function withBatch(x: Tensor, f: (images: Tensor) => Tensor): Tensor {
  if (x.rank !== 3) return f(x);
  return tidy(() => {
    const y = f(reshape(x, [1, ...x.shape]));
    return reshape(y, y.shape.slice(1));
  });
}

/** @internal images and filter as tensors of one dtype, the images with a batch axis */
export function withFilter(
  op: string,
  x: TensorLike,
  filter: TensorLike,
  f: (images: Tensor, filter: Tensor) => Tensor,
): Tensor {
  if (x instanceof Tensor && x.rank === 4 && filter instanceof Tensor) return f(x, filter);
  return tidy(() => {
    const images = toTensor(op, 'x', x, partnerDType(filter));
    const weights = toTensor(op, 'filter', filter, images.dtype);
    return withBatch(images, (batch) => f(batch, weights));
  });
}
