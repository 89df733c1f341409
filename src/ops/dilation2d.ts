import { isFloat } from '../base/dtype.js';
import { ShapeError } from '../base/errors.js';
import { formatShape } from '../base/shape.js';
import { type Padding, type Pair, windowGeometry } from '../base/windows.js';
import { partnerDType, type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { add, maximum } from './arithmetic.js';
import { pad } from './pad.js';
import { reshape } from './reshape.js';
import { assertChannelsLast, withFilter } from './shared/image-operands.js';
import { toDType } from './shared/to-dtype.js';
import { slice, stridedSlice } from './slice.js';

/** Value of padding: less than any pixel, and finite, so that no difference of it is NaN. */
const LOWEST = -3.4e38;

/**
 * Greyscale dilation: the maximum of image plus filter over a sliding window. Of equal maxima the first gets the
 * gradient.
 * @param x [batch, height, width, channels], or without the batch
 * @param filter [filterHeight, filterWidth, channels]
 * @param padding default `'valid'`; padding is never the maximum
 * @returns [batch, outHeight, outWidth, channels]
 * @throws ShapeError when the channels differ or the filter does not fit
 * @see Serra, "Image Analysis and Mathematical Morphology", 1982
 * @example dilation2d(images, ones([3, 3, 3]), 1, 'same')
 */
export function dilation2d(
  x: TensorLike,
  filter: TensorLike,
  strides?: Pair | null,
  padding?: Padding | null,
  dilations?: Pair | null,
  dataFormat?: 'NHWC' | null,
): Tensor {
  assertChannelsLast('dilation2d', dataFormat);
  return tidy(() => {
    const images = toTensor('dilation2d', 'x', x, partnerDType(filter));
    const float = isFloat(images.dtype) ? images.dtype : 'float32';
    const structure = toDType(toTensor('dilation2d', 'filter', filter, float), float);
    const dilated = withFilter('dilation2d', toDType(images, float), structure, (batch, cells) =>
      dilate(batch, cells, { strides: strides ?? 1, padding: padding ?? 'valid', dilations: dilations ?? 1 }),
    );
    return toDType(dilated, images.dtype);
  });
}

function dilate(
  x: Tensor,
  filter: Tensor,
  options: { readonly strides: Pair; readonly padding: Padding; readonly dilations: Pair },
): Tensor {
  const [height, width, channels] = filter.shape;
  if (filter.rank !== 3 || channels !== x.shape.at(-1)) {
    throw new ShapeError(
      `dilation2d: x ${formatShape(x.shape)} and filter ${formatShape(filter.shape)}, expected [height, width, ` +
        'channels] of the same channels',
    );
  }
  const g = windowGeometry('dilation2d', x.shape, [height, width], options);
  const none = [0, 0] as const;
  const padded = pad(x, [none, [g.padTop, g.padBottom], [g.padLeft, g.padRight], none], LOWEST);
  let result: Tensor | null = null;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const top = row * g.dilationHeight;
      const left = column * g.dilationWidth;
      const read = stridedSlice(
        padded,
        [0, top, left, 0],
        [g.batch, top + (g.outHeight - 1) * g.strideHeight + 1, left + (g.outWidth - 1) * g.strideWidth + 1, channels],
        [1, g.strideHeight, g.strideWidth, 1],
      );
      const cell = add(read, reshape(slice(filter, [row, column, 0], [1, 1, channels]), [channels]));
      result = result ? maximum(result, cell) : cell;
    }
  }
  return result!;
}
