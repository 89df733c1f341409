import { DTypeError, ShapeError, ValueError } from '../base/errors.js';
import { formatShape } from '../base/shape.js';
import { show } from '../base/show.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import { type Tensor, upload } from '../tensor/tensor.js';
import { divNoNan, mul, squaredDifference, sub } from './arithmetic.js';
import { bincount } from './bincount.js';
import { sum } from './broadcast.js';
import { greater, lessEqual } from './comparison.js';
import { range } from './creation.js';
import { cumsum } from './cumulative.js';
import { argMax } from './reductions.js';
import { reshape } from './reshape.js';
import { toDType } from './shared/to-dtype.js';
import { slice } from './slice.js';
import { round } from './unary.js';

const LEVELS = 256;

/**
 * A picture in black and white.
 * @param image [height, width, 1] or [height, width, 3], from 0 to 255; colours are weighed as by `rgbToGrayscale`
 * @param method `'binary'` (the default): above `threshValue`; `'otsu'`: above the value that divides the picture into
 * the two classes with the largest variance between them
 * @param inverted white where the picture is dark
 * @param threshValue a fraction of 255; default 0.5
 * @returns int32 [height, width, 1], 0 and 255
 * @throws ShapeError @throws ValueError @throws DTypeError
 * @see Otsu, "A threshold selection method from gray-level histograms", 1979
 * @example image.threshold(ones([28, 28, 3]), 'otsu')
 */
export function threshold(
  image: TensorLike,
  method?: 'binary' | 'otsu' | null,
  inverted?: boolean | null,
  threshValue?: number | null,
): Tensor {
  const kind = method ?? 'binary';
  if (kind !== 'binary' && kind !== 'otsu') {
    throw new ValueError(`threshold: method is ${show(method)}, expected 'binary' or 'otsu'`);
  }
  return tidy(() => {
    const picture = toTensor('threshold', 'image', image);
    const channels = picture.shape[2];
    if (picture.rank !== 3 || (channels !== 1 && channels !== 3)) {
      throw new ShapeError(
        `threshold: image is ${formatShape(picture.shape)}, expected [height, width, 1] or [height, width, 3]`,
      );
    }
    if (picture.dtype === 'bool') throw new DTypeError('threshold: image is bool, expected numbers');
    const gray = channels === 1 ? picture : sum(mul(picture, [0.2989, 0.587, 0.114]), -1, true);
    const limit = kind === 'otsu' ? otsu(gray) : upload([(threshValue ?? 0.5) * 255], [], 'float32');
    const isWhite = inverted ? lessEqual(gray, limit) : greater(gray, limit);
    return mul(isWhite, upload([255], [], 'int32'));
  });
}

/** Otsu's threshold of a picture, the first of equally good ones. */
function otsu(gray: Tensor): Tensor {
  const levels = toDType(round(reshape(gray, [gray.size])), 'int32');
  const histogram = bincount(levels, null, LEVELS);
  // The first t + 1 levels against the others, for each t.
  const first = LEVELS - 1;
  const count = slice(cumsum(histogram), 0, first);
  const others = sub(sum(histogram), count);
  const moments = mul(histogram, range(0, LEVELS));
  const moment = slice(cumsum(moments), 0, first);
  const difference = squaredDifference(divNoNan(moment, count), divNoNan(sub(sum(moments), moment), others));
  const size = gray.size;
  const between = mul(mul(mul(count, 1 / size), mul(others, 1 / size)), difference);
  return argMax(between, 0);
}
