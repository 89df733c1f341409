import { assertFloat } from '../../base/dtype.js';
import { DTypeError, ShapeError } from '../../base/errors.js';
import type { Padding, Pair } from '../../base/geometry.js';
import { anyOf, listOf, type Option, option, positiveInteger } from '../../base/options.js';
import { formatShape, type Shape, sameShape } from '../../base/shape.js';
import { show } from '../../base/show.js';
import { partnerDType, type TensorLike, toTensor } from '../../tensor/convert.js';
import { tidy } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import type { Spec } from '../op.js';
import { reshape } from '../reshape.js';

/* Operands of ops that slide windows over images. */

/** Strides or dilations among options. */
export const windowSides = (): Option<Pair> =>
  anyOf(positiveInteger(), listOf(positiveInteger(), 2)) as unknown as Option<Pair>;

/** Padding among options; `windowGeometry` checks its sides. */
export const paddingOption = (): Option<Padding> =>
  option({
    expected: "'same', 'valid', an integer ≥ 0 or [[top,bottom],[left,right]]",
    read: (value) =>
      value === 'same' || value === 'valid' || typeof value === 'number' || Array.isArray(value)
        ? (value as Padding)
        : undefined,
  });

/** Images are channels last everywhere. */
export function assertChannelsLast(op: string, dataFormat: string | null | undefined): void {
  if ((dataFormat ?? 'NHWC') !== 'NHWC')
    throw new ShapeError(`${op}: dataFormat is ${show(dataFormat)}, expected NHWC; transpose the images`);
}

/** Assert that operands are floats of one dtype; those left out are skipped. */
export function assertSameDType(op: string, operands: Readonly<Record<string, Spec | undefined>>): void {
  const given = Object.entries(operands).flatMap(([name, spec]) => (spec ? [{ name, dtype: spec.dtype }] : []));
  const [first, ...others] = given;
  assertFloat(op, first.name, first.dtype);
  for (const { name, dtype } of others) {
    if (dtype !== first.dtype)
      throw new DTypeError(`${op}: ${first.name} is ${first.dtype} and ${name} is ${dtype}, expected one dtype`);
  }
}

export function assertGradientShape(op: string, given: Shape, expected: Shape): void {
  if (!sameShape(given, expected)) {
    throw new ShapeError(`${op}: outputGradient is ${formatShape(given)}, expected ${formatShape(expected)}`);
  }
}

/** Give a single image, which tfjs takes too, a batch axis for the call. */
export function withBatch(x: Tensor, f: (images: Tensor) => Tensor): Tensor {
  if (x.rank !== 3) return f(x);
  return tidy(() => {
    const y = f(reshape(x, [1, ...x.shape]));
    return reshape(y, y.shape.slice(1));
  });
}

/** Call `f` with images and filter as tensors of one dtype, the images with a batch axis. */
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
