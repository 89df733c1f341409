import { ValueError } from '../base/errors.js';
import type { DimRoundingMode, Padding, Pair } from '../base/geometry.js';
import { show } from '../base/show.js';
import { type TensorLike, withTensor } from '../tensor/convert.js';
import type { Tensor } from '../tensor/tensor.js';
import { avgPool } from './avg-pool.js';
import { dilatedAvgPool, dilatedMaxPool } from './dilated-pool.js';
import { maxPool } from './max-pool.js';

/**
 * Max or average pooling, with tfjs's order of arguments.
 * @param windowShape [height, width] @param strides default 1 @param dimRoundingMode see `maxPool`
 * @param dilations steps between the places of a window, default 1; padding never counts, where tfjs pads with zeros
 * @throws ValueError when the kind is unknown @throws ShapeError
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
  if (poolingType !== 'max' && poolingType !== 'avg') {
    throw new ValueError(`pool: poolingType is ${show(poolingType)}, expected 'avg' or 'max'`);
  }
  if ([dilations ?? 1].flat().every((dilation) => dilation === 1)) {
    const plain = poolingType === 'max' ? maxPool : avgPool;
    return plain(x, windowShape, strides ?? 1, padding, dimRoundingMode);
  }
  const options = {
    windowShape,
    strides: strides ?? 1,
    padding: padding ?? 'valid',
    dilations: dilations!,
    dimRoundingMode: dimRoundingMode ?? null,
  };
  const dilated = poolingType === 'max' ? dilatedMaxPool : dilatedAvgPool;
  return withTensor('pool', 'x', x, (images) => dilated(images, options));
}
