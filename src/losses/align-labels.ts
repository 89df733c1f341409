import { isFloat } from '../base/dtype.js';
import { ShapeError } from '../base/errors.js';
import { formatShape, sameShape } from '../base/shape.js';
import { broadcastTo } from '../ops/broadcast.js';
import { cast } from '../ops/cast.js';
import { expandDims, reshape, squeeze } from '../ops/reshape.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import type { Tensor } from '../tensor/tensor.js';

/** Convert predictions to floats: labels get their dtype, and integers would truncate fractions. */
export const asFloat = (x: Tensor): Tensor => (isFloat(x.dtype) ? x : cast(x, 'float32'));

/** The predictions that a metric was given, as floats. @throws ValueError */
export const predictionsOf = (caller: string, yPred: TensorLike): Tensor => asFloat(toTensor(caller, 'yPred', yPred));

/** Add or drop a last axis of 1 of labels if that gives them the rank of the predictions. */
export function withRankOf(yPred: Tensor, yTrue: Tensor): Tensor {
  if (yTrue.rank === yPred.rank - 1 && yPred.shape.at(-1) === 1) return expandDims(yTrue, -1);
  if (yTrue.rank === yPred.rank + 1 && yTrue.shape.at(-1) === 1) return squeeze(yTrue, [yTrue.rank - 1]);
  return yTrue;
}

/**
 * Convert labels to the shape and dtype of the predictions; a last axis of 1 is added or dropped.
 * @param caller the loss or metric
 * @throws ShapeError when the shapes disagree
 */
export function alignLabels(caller: string, yTrue: TensorLike, yPred: Tensor): Tensor {
  const given = toTensor(caller, 'yTrue', yTrue);
  const labels = withRankOf(yPred, given);
  if (!sameShape(labels.shape, yPred.shape)) {
    throw new ShapeError(
      `${caller}: yTrue is ${formatShape(given.shape)}, expected ${formatShape(yPred.shape)}, the shape of yPred`,
    );
  }
  return cast(labels, yPred.dtype);
}

/**
 * Convert class numbers to int32 with the shape of yPred without its last axis.
 * @param caller the loss or metric
 * @throws ShapeError when the shapes disagree
 */
export function classNumbers(caller: string, yTrue: TensorLike, yPred: Tensor): Tensor {
  const given = toTensor(caller, 'yTrue', yTrue);
  const extra = given.rank === yPred.rank && given.shape.at(-1) === 1;
  const labels = extra ? squeeze(given, [given.rank - 1]) : given;
  const expected = yPred.shape.slice(0, -1);
  if (yPred.rank === 0 || !sameShape(labels.shape, expected)) {
    throw new ShapeError(
      `${caller}: yTrue is ${formatShape(given.shape)}, expected ${formatShape(expected)} for yPred ${formatShape(yPred.shape)}`,
    );
  }
  return cast(labels, 'int32');
}

/**
 * Convert weights of samples to one per value: a last axis of 1 is dropped, missing axes are added.
 * @throws ShapeError when there are more weights than values
 */
export function weightsLike(values: Tensor, sampleWeight: Tensor): Tensor {
  const extra = sampleWeight.rank === values.rank + 1 && sampleWeight.shape.at(-1) === 1;
  // [batch] · [batch, 1] would silently be [batch, batch].
  const weights = cast(extra ? squeeze(sampleWeight, [-1]) : sampleWeight, values.dtype);
  if (values.rank === 0 || weights.rank === values.rank) return weights;
  if (weights.rank > values.rank) {
    const shape = formatShape(weights.shape);
    throw new ShapeError(`sampleWeight is ${shape}, expected weights for values of shape ${formatShape(values.shape)}`);
  }
  return broadcastTo(
    reshape(weights, [...weights.shape, ...values.shape.slice(weights.rank).map(() => 1)]),
    values.shape,
  );
}
