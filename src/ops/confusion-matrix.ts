import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape, sameShape } from '../base/shape.js';
import { show } from '../base/show.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { cast } from './cast.js';
import { oneHot } from './creation.js';
import { matMul } from './matmul.js';
import { toDType } from './shared/to-dtype.js';

/**
 * How often each class was taken for each.
 * @param labels [samples], the true classes
 * @param predictions [samples], those that were predicted
 * @param numClasses rows and columns of the result
 * @returns int32 [numClasses, numClasses]; entry [i, j] counts samples of class i that were taken for j
 * @throws ShapeError @throws ValueError
 * @example confusionMatrix([0, 1, 1], [0, 1, 0], 2) // [[1, 0], [1, 1]]
 */
export function confusionMatrix(labels: TensorLike, predictions: TensorLike, numClasses: number): Tensor {
  if (!Number.isInteger(numClasses) || numClasses < 1) {
    throw new ValueError(`confusionMatrix: numClasses is ${show(numClasses)}, expected an integer ≥ 1`);
  }
  return tidy(() => {
    const actual = toTensor('confusionMatrix', 'labels', labels, 'int32');
    const predicted = toTensor('confusionMatrix', 'predictions', predictions, 'int32');
    if (actual.rank !== 1 || !sameShape(actual.shape, predicted.shape)) {
      throw new ShapeError(
        `confusionMatrix: labels are ${formatShape(actual.shape)} and predictions ${formatShape(predicted.shape)}, expected [samples] of both`,
      );
    }
    const rows = oneHot(toDType(actual, 'int32'), numClasses);
    const columns = oneHot(toDType(predicted, 'int32'), numClasses);
    return cast(matMul(rows, columns, true), 'int32');
  });
}
