import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape, sameShape } from '../base/shape.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { equal } from './comparison.js';
import { any } from './reductions.js';
import { expandDims } from './reshape.js';
import { toDType } from './shared/to-dtype.js';
import { topk } from './top-k.js';

/**
 * Whether each target is among its row's k largest predictions; of equal predictions the first ones count.
 * @param predictions [..., classes]
 * @param targets [...], indices of classes
 * @param k default 1
 * @returns bool, of targets' shape
 * @throws ShapeError when the leading axes differ @throws ValueError when k is not in [1, classes]
 * @example (await inTopKAsync([[0.2, 0.7, 0.1]], [0], 2)).print();
 */
export async function inTopKAsync(predictions: TensorLike, targets: TensorLike, k?: number | null): Promise<Tensor> {
  const count = k ?? 1;
  return tidy(() => {
    const scores = toTensor('inTopKAsync', 'predictions', predictions);
    const wanted = toTensor('inTopKAsync', 'targets', targets, 'int32');
    if (scores.rank < 2 || !sameShape(scores.shape.slice(0, -1), wanted.shape)) {
      throw new ShapeError(
        `inTopKAsync: predictions are ${formatShape(scores.shape)} and targets ${formatShape(wanted.shape)}, ` +
          'expected [..., classes] and [...]',
      );
    }
    const classes = scores.shape.at(-1)!;
    if (!Number.isInteger(count) || count < 1 || count > classes) {
      throw new ValueError(`inTopKAsync: k is ${count}, expected an integer in [1, ${classes}]`);
    }
    const { indices } = topk(scores, count);
    return any(equal(indices, expandDims(toDType(wanted, 'int32'), -1)), -1);
  });
}
