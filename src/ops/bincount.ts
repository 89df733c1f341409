import { DTypeError, ShapeError, ValueError } from '../base/errors.js';
import { formatShape, sameShape } from '../base/shape.js';
import { show } from '../base/show.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import { Tensor, upload } from '../tensor/tensor.js';
import { add } from './arithmetic.js';
import { greaterEqual, less, logicalAnd, notEqual, where } from './comparison.js';
import { fill, ones, range } from './creation.js';
import { reshape } from './reshape.js';
import { scatterAddRows } from './shared/gather-rows.js';
import { toDType } from './shared/to-dtype.js';

/** Whether weights are left out: null, or empty as tfjs writes it. */
const isNone = (weights: TensorLike | null | undefined): weights is null | undefined =>
  weights === null ||
  weights === undefined ||
  (Array.isArray(weights) && weights.length === 0) ||
  (weights instanceof Tensor && weights.size === 0);

/** @returns [rows, size] of x [rows, columns] */
function count(caller: string, x: Tensor, weights: TensorLike | null | undefined, size: number, rows: number): Tensor {
  if (x.dtype !== 'int32') throw new DTypeError(`${caller}: x is ${x.dtype}, expected int32`);
  if (!Number.isInteger(size) || size < 0)
    throw new ValueError(`${caller}: size is ${show(size)}, expected an integer ≥ 0`);
  const each = isNone(weights) ? ones(x.shape) : toTensor(caller, 'weights', weights);
  if (!sameShape(each.shape, x.shape)) {
    throw new ShapeError(
      `${caller}: weights are ${formatShape(each.shape)}, expected ${formatShape(x.shape)}, the shape of x, or none`,
    );
  }
  assertNotNegative(caller, x);
  const starts = reshape(range(0, rows * size, Math.max(size, 1), 'int32'), [-1, 1]);
  const values = reshape(x, [rows, x.size / rows]);
  const isCounted = logicalAnd(
    greaterEqual(values, upload([0], [], 'int32')),
    less(values, upload([size], [], 'int32')),
  );
  const bins =
    size === 0 ? fill(values.shape, -1, 'int32') : where(isCounted, add(values, starts), fill([], -1, 'int32'));
  return reshape(scatterAddRows(each, bins, { outer: 1, size: rows * size, inner: 1 }), [rows, size]);
}

function assertNotNegative(caller: string, { storage, size }: Tensor): void {
  const values = storage.backend.view?.(storage.buffer, 'int32', size);
  const wrong = values?.findIndex((value) => value < 0) ?? -1;
  if (wrong >= 0) throw new ValueError(`${caller}: x[${wrong}] is ${values![wrong]}, expected integers ≥ 0`);
}

/**
 * How often each integer occurs.
 * @param x int32 [count], ≥ 0
 * @param weights [count], summed in place of ones; null or empty for none. They have a gradient
 * @param size of the result; integers from it on are left out
 * @returns [size], in the dtype of the weights
 * @throws ShapeError @throws DTypeError @throws ValueError for a negative integer; on a GPU it is left out
 * @example bincount([1, 1, 2], null, 4) // [0, 2, 1, 0]
 */
export function bincount(x: TensorLike, weights: TensorLike | null | undefined, size: number): Tensor {
  return tidy(() => {
    const values = toTensor('bincount', 'x', x, 'int32');
    if (values.rank !== 1) throw new ShapeError(`bincount: x is ${formatShape(values.shape)}, expected rank 1`);
    return reshape(count('bincount', values, weights, size, 1), [size]);
  });
}

/**
 * `bincount` of each row.
 * @param x int32 [count] or [rows, count]
 * @param weights of x's shape; null or empty for none
 * @param binaryOutput 1 where an integer occurs, in place of how often
 * @returns [size] or [rows, size]
 * @throws ShapeError @throws DTypeError @throws ValueError as `bincount`
 * @example denseBincount([[1, 1], [0, 3]], null, 3) // [[0, 2, 0], [1, 0, 0]]
 */
export function denseBincount(
  x: TensorLike,
  weights: TensorLike | null | undefined,
  size: number,
  binaryOutput?: boolean | null,
): Tensor {
  return tidy(() => {
    const values = toTensor('denseBincount', 'x', x, 'int32');
    if (values.rank !== 1 && values.rank !== 2) {
      throw new ShapeError(`denseBincount: x is ${formatShape(values.shape)}, expected rank 1 or 2`);
    }
    const rows = values.rank === 2 ? values.shape[0] : 1;
    const given = binaryOutput ? null : weights;
    const counts = count('denseBincount', values, given, size, rows);
    const result = binaryOutput ? toDType(notEqual(counts, 0), counts.dtype) : counts;
    return reshape(result, values.rank === 2 ? [rows, size] : [size]);
  });
}
