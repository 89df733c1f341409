import { ValueError } from '../base/errors.js';
import type { DimRoundingMode, Padding, Pair } from '../base/geometry.js';
import type { TensorLike } from '../tensor/convert.js';
import type { Tensor } from '../tensor/tensor.js';
import { avgPool } from './avg-pool.js';
import { maxPool } from './max-pool.js';

/**
 * Max or average pooling, with tfjs's order of arguments.
 * @param windowShape [height, width] @param strides default 1 @param dimRoundingMode see `maxPool`
 * @throws ValueError when the kind is unknown or windows are dilated, which nabla's pooling is not @throws ShapeError
 * @example pool(x, 2, 'max', 'valid')
 */
export function pool(
  x: TensorLike,
  windowShape: Pair,
  poolingType: 'avg' | 'max',
  padding?: Padding | null,
  dilations?: Pair | null,
  strides?: Pair | null,
  dimRoundingMode?: DimRoundingMode | null,
): Tensor {
  if ([dilations ?? 1].flat().some((dilation) => dilation !== 1)) {
    throw new ValueError(`pool: dilations is [${dilations}], expected 1: windows without gaps`);
  }
  if (poolingType === 'max') return maxPool(x, windowShape, strides ?? 1, padding, dimRoundingMode);
  if (poolingType === 'avg') return avgPool(x, windowShape, strides ?? 1, padding, dimRoundingMode);
  throw new ValueError(`pool: poolingType is '${poolingType}', expected 'avg' or 'max'`);
}
