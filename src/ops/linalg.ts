import { assertNumber } from '../base/arguments.js';
import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape } from '../base/shape.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { div, divNoNan, mul, sub } from './arithmetic.js';
import { broadcastTo, sum } from './broadcast.js';
import { greater, lessEqual, logicalAnd, where } from './comparison.js';
import { concat, stack, unstack } from './concat.js';
import { eye, range, zerosLike } from './creation.js';
import { matMul } from './matmul.js';
import { norm } from './norm.js';
import { reshape } from './reshape.js';
import { toDType } from './shared/to-dtype.js';
import { slice } from './slice.js';

/** A count of diagonals as a number. */
function diagonals(name: string, value: TensorLike, limit: number): number {
  if (!(value instanceof Tensor)) assertNumber('bandPart', name, value);
  const count = value instanceof Tensor ? value.dataSync()[0] : Number(value);
  if (!Number.isInteger(count) || count > limit) {
    throw new ValueError(`bandPart: ${name} is ${count}, expected an integer ≤ ${limit}; a negative one takes all`);
  }
  return count;
}

/**
 * Matrices with zeros outside a band around the main diagonal.
 * @param a [..., rows, columns]
 * @param numLower diagonals below the main one that are kept; negative for all
 * @param numUpper those above
 * @throws ShapeError when a has no rows and columns @throws ValueError
 * @example linalg.bandPart([[1, 2], [3, 4]], 0, -1) // [[1, 2], [0, 4]]
 */
export function bandPart(a: TensorLike, numLower: TensorLike, numUpper: TensorLike): Tensor {
  return tidy(() => {
    const matrices = toTensor('bandPart', 'a', a);
    if (matrices.rank < 2)
      throw new ShapeError(`bandPart: a is ${formatShape(matrices.shape)}, expected rank 2 or more`);
    const [rows, columns] = matrices.shape.slice(-2);
    const lower = diagonals('numLower', numLower, rows);
    const upper = diagonals('numUpper', numUpper, columns);
    const below = sub(reshape(range(0, rows, 1, 'int32'), [rows, 1]), range(0, columns, 1, 'int32'));
    const isKept = logicalAnd(
      lessEqual(below, lower < 0 ? rows : lower),
      lessEqual(mul(below, -1), upper < 0 ? columns : upper),
    );
    return where(isKept, matrices, zerosLike(matrices));
  });
}

/**
 * Orthonormalize vectors, one after another.
 * @param xs [count, length], or a list of vectors
 * @returns the same form
 * @throws ShapeError when there are more vectors than they have elements
 * @see Golub and Van Loan, "Matrix Computations", 5.2.8 (modified Gram–Schmidt)
 * @example linalg.gramSchmidt([[3, 4], [1, 0]]) // [[0.6, 0.8], [0.8, -0.6]]
 */
export function gramSchmidt(xs: readonly Tensor[]): Tensor[];
export function gramSchmidt(xs: TensorLike): Tensor;
export function gramSchmidt(xs: TensorLike | readonly Tensor[]): Tensor | Tensor[] {
  const isList = Array.isArray(xs) && xs[0] instanceof Tensor;
  return tidy(() => {
    const vectors = isList
      ? (xs as unknown as readonly Tensor[])
      : unstack(toTensor('gramSchmidt', 'xs', xs as TensorLike));
    const [{ shape } = { shape: [0] }] = vectors;
    if (vectors.some((each) => each.rank !== 1 || each.size !== shape[0]) || vectors.length > shape[0]) {
      throw new ShapeError(
        `gramSchmidt: xs are ${vectors.length} of ${formatShape(shape)}, expected vectors of one length, no more ` +
          'than their elements',
      );
    }
    const made: Tensor[] = [];
    for (const given of vectors) {
      let vector = given;
      for (const other of made) vector = sub(vector, mul(sum(mul(other, vector)), other));
      made.push(div(vector, norm(vector, 'euclidean')));
    }
    return isList ? made : stack(made);
  });
}

/**
 * x as the product of Q, whose columns are orthonormal, and R, which is 0 below the diagonal; by Householder's
 * reflections. R's diagonal may be negative, as LAPACK's.
 * @param x [..., rows, columns]
 * @param fullMatrices Q square; default false: min(rows, columns) columns
 * @returns [Q, R], differentiable
 * @throws ShapeError
 * @see Golub and Van Loan, "Matrix Computations", 5.2.2
 * @example linalg.qr([[3, 1], [4, 2]])[1] // [[-5, -2.2], [0, -0.4]]
 */
export function qr(x: TensorLike, fullMatrices?: boolean | null): [Tensor, Tensor] {
  return tidy(() => {
    const given = toTensor('qr', 'x', x);
    if (given.rank < 2) throw new ShapeError(`qr: x is ${formatShape(given.shape)}, expected rank 2 or more`);
    const [rows, columns] = given.shape.slice(-2);
    const lead = given.shape.slice(0, -2);
    let r = reshape(given, [-1, rows, columns]);
    const batch = r.shape[0];
    let q = broadcastTo(toDType(eye(rows), r.dtype), [batch, rows, rows]);
    for (let j = 0; j < Math.min(rows, columns); j++) {
      const column = slice(r, [0, j, j], [batch, rows - j, 1]);
      const reflector = householder(column, j);
      // H = I − 2 v vᵀ / (vᵀ v), from the left on R and from the right on Q.
      const scale = divNoNan(2, sum(mul(reflector, reflector), [1, 2], true));
      r = sub(r, mul(scale, matMul(reflector, matMul(reflector, r, true))));
      q = sub(q, mul(scale, matMul(matMul(q, reflector), reflector, false, true)));
    }
    const kept = fullMatrices ? rows : Math.min(rows, columns);
    const [left, right] = [slice(q, [0, 0, 0], [batch, rows, kept]), slice(r, [0, 0, 0], [batch, kept, columns])];
    return [reshape(left, [...lead, rows, kept]), reshape(right, [...lead, kept, columns])];
  });
}

/** The vector whose reflection makes a column 0 below its first entry, with zeros for the j rows above. */
function householder(column: Tensor, j: number): Tensor {
  const [batch, length] = column.shape;
  const first = slice(column, [0, 0, 0], [batch, 1, 1]);
  const size = norm(column, 'euclidean', 1, true);
  // Of both reflections the one that subtracts nothing nearly equal.
  const head = sub(first, where(greater(first, 0), mul(size, -1), size));
  const parts = length > 1 ? [head, slice(column, [0, 1, 0], [batch, length - 1, 1])] : [head];
  if (j > 0) parts.unshift(zerosLike(broadcastTo(head, [batch, j, 1])));
  return concat(parts, 1);
}
