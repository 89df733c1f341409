import { ShapeError, ValueError } from '../base/errors.js';
import type { DimRoundingMode } from '../base/geometry.js';
import { formatShape } from '../base/shape.js';
import { show } from '../base/show.js';
import { partnerDType, type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { conv2d } from './conv2d.js';
import { expandDims, squeeze } from './reshape.js';

/**
 * 1-D cross-correlation.
 * @param x [batch, length, inChannels], or without the batch
 * @param filter [filterLength, inChannels, outChannels]
 * @param padding `'same'`, `'valid'` (the default), or values on both sides
 * @param dataFormat `'NWC'`, the only one
 * @param dimRoundingMode see `maxPool`
 * @returns [batch, outLength, outChannels]
 * @throws ShapeError @throws ValueError
 * @example conv1d(signal, filter, 1, 'same')
 */
export function conv1d(
  x: TensorLike,
  filter: TensorLike,
  stride?: number | null,
  padding?: 'same' | 'valid' | number | null,
  dataFormat?: 'NWC' | null,
  dilation?: number | null,
  dimRoundingMode?: DimRoundingMode | null,
): Tensor {
  if ((dataFormat ?? 'NWC') !== 'NWC') {
    throw new ValueError(
      `conv1d: dataFormat is ${show(dataFormat)}, expected 'NWC'; the dilation is the argument after it`,
    );
  }
  return tidy(() => {
    const signal = toTensor('conv1d', 'x', x, partnerDType(filter));
    const weights = toTensor('conv1d', 'filter', filter, signal.dtype);
    if (![2, 3].includes(signal.rank) || weights.rank !== 3) {
      throw new ShapeError(
        `conv1d: x ${formatShape(signal.shape)} and filter ${formatShape(weights.shape)}, expected [batch, length, ` +
          'channels] and [length, inChannels, outChannels]',
      );
    }
    // Images of one row.
    const rows = expandDims(signal, signal.rank - 2);
    const sides =
      typeof padding === 'number'
        ? ([
            [0, 0],
            [padding, padding],
          ] as const)
        : padding;
    const filters = expandDims(weights, 0);
    const result = conv2d(rows, filters, [1, stride ?? 1], sides, 'NHWC', [1, dilation ?? 1], dimRoundingMode);
    return squeeze(result, result.rank - 3);
  });
}
