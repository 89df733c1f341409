import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape, sizeOf } from '../base/shape.js';
import { show } from '../base/show.js';
import { commonDType, partnerDType, type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import { type Tensor, upload } from '../tensor/tensor.js';
import { add, floorDiv } from './arithmetic.js';
import { less, lessEqual, logicalAnd, where } from './comparison.js';
import { fill, range } from './creation.js';
import { reshape } from './reshape.js';
import { gatherRows } from './shared/gather-rows.js';
import { toDType } from './shared/to-dtype.js';

const integer = (value: number): Tensor => upload([value], [], 'int32');

/**
 * Where values would be inserted into sorted rows, by binary search on the device.
 * @param sortedSequence [..., length], rising along the last axis
 * @param values [..., count], with the same leading axes
 * @param side `'left'` (the default): before equal values; `'right'`: after them
 * @returns int32, of values' shape, from 0 to length
 * @throws ShapeError when the leading axes differ @throws ValueError for another side
 * @example searchSorted([1, 3, 3, 5], [3, 4]) // [1, 3]
 */
export function searchSorted(sortedSequence: TensorLike, values: TensorLike, side?: 'left' | 'right' | null): Tensor {
  const from = side ?? 'left';
  if (from !== 'left' && from !== 'right') {
    throw new ValueError(`searchSorted: side is ${show(side)}, expected 'left' or 'right'`);
  }
  return search('searchSorted', sortedSequence, values, from);
}

/**
 * `searchSorted` from the left: how many are less than each value.
 * @throws ShapeError
 * @example lowerBound([1, 3, 3, 5], [3, 4]) // [1, 3]
 */
export const lowerBound = (sortedSequence: TensorLike, values: TensorLike): Tensor =>
  search('lowerBound', sortedSequence, values, 'left');

/**
 * `searchSorted` from the right: how many are less than or equal to each value.
 * @throws ShapeError
 * @example upperBound([1, 3, 3, 5], [3, 4]) // [3, 3]
 */
export const upperBound = (sortedSequence: TensorLike, values: TensorLike): Tensor =>
  search('upperBound', sortedSequence, values, 'right');

function search(caller: string, sortedSequence: TensorLike, values: TensorLike, side: 'left' | 'right'): Tensor {
  return tidy(() => {
    const sequence = toTensor(caller, 'sortedSequence', sortedSequence, partnerDType(values));
    const wanted = toTensor(caller, 'values', values, partnerDType(sequence));
    const [length, count] = [sequence.shape.at(-1) ?? 0, wanted.shape.at(-1) ?? 0];
    const rows = sizeOf(sequence.shape.slice(0, -1));
    if (sequence.rank === 0 || wanted.rank === 0 || rows !== sizeOf(wanted.shape.slice(0, -1))) {
      throw new ShapeError(
        `${caller}: sortedSequence ${formatShape(sequence.shape)} and values ${formatShape(wanted.shape)}, expected ` +
          'the same axes except the last',
      );
    }
    const dtype = commonDType([sequence, wanted]);
    const sorted = toDType(sequence, dtype);
    const targets = reshape(toDType(wanted, dtype), [rows, count]);
    const starts = reshape(range(0, rows * length, Math.max(length, 1), 'int32'), [-1, 1]);
    const isBefore = side === 'left' ? less : lessEqual;

    // The position is in [low, high]; each iteration halves this range.
    let low: Tensor = fill([rows, count], 0, 'int32');
    let high: Tensor = fill([rows, count], length, 'int32');
    for (let turns = Math.ceil(Math.log2(length + 1)); turns > 0; turns--) {
      const middle = floorDiv(add(low, high), integer(2));
      const view = { outer: 1, size: rows * length, inner: 1 };
      const found = reshape(gatherRows(sorted, add(middle, starts), view), [rows, count]);
      const isRight = logicalAnd(less(low, high), isBefore(found, targets));
      [low, high] = [where(isRight, add(middle, integer(1)), low), where(isRight, high, middle)];
    }
    return reshape(low, wanted.shape);
  });
}
