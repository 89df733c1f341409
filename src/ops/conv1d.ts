import { ShapeError } from '../base/errors.js';
import { formatShape } from '../base/shape.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { conv2d } from './conv2d.js';
import { reshape } from './reshape.js';

/**
 * 1-D cross-correlation.
 * @param x [batch, length, inChannels]
 * @param filter [filterLength, inChannels, outChannels]
 * @throws ShapeError
 * @example conv1d(signal, filter, 1, 'same')
 */
export function conv1d(
  x: TensorLike,
  filter: TensorLike,
  stride = 1,
  padding: 'same' | 'valid' = 'valid',
  dilation = 1,
): Tensor {
  return tidy(() => {
    const signal = toTensor('conv1d', 'x', x);
    const weights = toTensor('conv1d', 'filter', filter, signal.dtype);
    if (signal.rank !== 3 || weights.rank !== 3) {
      throw new ShapeError(
        `conv1d: x ${formatShape(signal.shape)} and filter ${formatShape(weights.shape)}, expected [batch, length, channels] and [length, inChannels, outChannels]`,
      );
    }
    const [batch, length, channels] = signal.shape;
    const image = reshape(signal, [batch, 1, length, channels]);
    const result = conv2d(image, reshape(weights, [1, ...weights.shape]), [1, stride], padding, 'NHWC', [1, dilation]);
    return reshape(result, [batch, result.shape[2], result.shape[3]]);
  });
}
