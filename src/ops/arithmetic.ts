import { ShapeError } from '../base/errors.js';
import { sameShape } from '../base/shape.js';
import { partnerDType, type TensorLike, toTensor, withTensors } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { greater, greaterEqual, less, lessEqual, notEqual, where } from './comparison.js';
import { zerosLike } from './creation.js';
import type { Reads } from './op.js';
import { clone } from './reshape.js';
import { back, binary, binaryOp, type Operands } from './shared/binary-op.js';
import { toDType } from './shared/to-dtype.js';

const BOTH: Reads<Operands> = { a: ['a', 'b'], b: ['a', 'b'] };

const addOp = binaryOp('add', {}, (dy, { inputs: { a, b } }) => ({
  a: () => back(dy, a),
  b: () => back(dy, b),
}));

const subOp = binaryOp('sub', {}, (dy, { inputs: { a, b } }) => ({
  a: () => back(dy, a),
  b: () => back(mul(dy, -1), b),
}));

const mulOp = binaryOp('mul', { a: ['b'], b: ['a'] }, (dy, { inputs: { a, b } }) => ({
  a: () => back(mul(dy, b), a),
  b: () => back(mul(dy, a), b),
}));

const divOp = binaryOp('div', { a: ['b'], b: ['b', 'output'] }, (dy, { inputs: { a, b }, output }) => ({
  a: () => back(div(dy, b), a),
  // −a / b² by way of a / b: in float32 the square of 10⁻²³ is 0, that of 10²⁰ infinite.
  b: () => back(mul(div(mul(dy, output), b), -1), b),
}));

const floorDivOp = binaryOp('floorDiv', {}, () => ({ a: null, b: null }));

const modOp = binaryOp('mod', { b: ['a', 'b'] }, (dy, { inputs: { a, b } }) => ({
  a: () => back(dy, a),
  b: () => back(mul(mul(dy, floorDiv(a, b)), -1), b),
}));

// Of a tie a gets the gradient, as in TensorFlow and tfjs.
const maximumOp = binaryOp('maximum', BOTH, (dy, { inputs: { a, b } }) => ({
  a: () => back(mul(dy, toDType(greaterEqual(a, b), dy.dtype)), a),
  b: () => back(mul(dy, toDType(less(a, b), dy.dtype)), b),
}));

const minimumOp = binaryOp('minimum', BOTH, (dy, { inputs: { a, b } }) => ({
  a: () => back(mul(dy, toDType(lessEqual(a, b), dy.dtype)), a),
  b: () => back(mul(dy, toDType(greater(a, b), dy.dtype)), b),
}));

const squaredDifferenceOp = binaryOp('squaredDifference', BOTH, (dy, { inputs: { a, b } }) => ({
  a: () => back(mul(dy, mul(sub(a, b), 2)), a),
  b: () => back(mul(dy, mul(sub(b, a), 2)), b),
}));

const atan2Op = binaryOp('atan2', BOTH, (dy, { inputs: { a, b } }) => ({
  a: () => back(div(mul(dy, b), add(mul(a, a), mul(b, b))), a),
  b: () => back(div(mul(dy, mul(a, -1)), add(mul(a, a), mul(b, b))), b),
}));

/**
 * a + b, elementwise; shapes broadcast as numpy's do, dtypes are promoted.
 * @throws ShapeError when the shapes do not broadcast
 * @example add(x, 1)
 */
export const add = (a: TensorLike, b: TensorLike): Tensor => binary(addOp, a, b);

/** a − b, elementwise with broadcasting. @throws ShapeError @example sub(x, mean) */
export const sub = (a: TensorLike, b: TensorLike): Tensor => binary(subOp, a, b);

/** a · b, elementwise with broadcasting. @throws ShapeError @example mul(x, 0.5) */
export const mul = (a: TensorLike, b: TensorLike): Tensor => binary(mulOp, a, b);

/**
 * a / b, elementwise with broadcasting; of two int32 tensors the quotient is rounded down, as in tfjs. @throws
 * ShapeError
 * @example div([1, 3], 2) // [0.5, 1.5]
 */
export function div(a: TensorLike, b: TensorLike): Tensor {
  const bothIntegers = a instanceof Tensor && b instanceof Tensor && a.dtype === 'int32' && b.dtype === 'int32';
  return bothIntegers ? floorDiv(a, b) : binary(divOp, a, b);
}

/** a / b, and 0 where b is 0. @throws ShapeError @example divNoNan([1, 1], [0, 2]) // [0, 0.5] */
export function divNoNan(a: TensorLike, b: TensorLike): Tensor {
  return tidy(() => {
    const divisor = toTensor('divNoNan', 'b', b, partnerDType(a));
    const safe = where(notEqual(divisor, 0), divisor, 1);
    const quotient = div(a, safe);
    return where(notEqual(divisor, 0), quotient, zerosLike(quotient));
  });
}

/**
 * The largest integer not above a / b. Not differentiable. @throws ShapeError
 * @example floorDiv([-7, 7], 2) // [-4, 3]
 */
export const floorDiv = (a: TensorLike, b: TensorLike): Tensor => binary(floorDivOp, a, b);

/** a − b · ⌊a / b⌋: the remainder with the divisor's sign. @throws ShapeError @example mod([-7, 7], 3) // [2, 1] */
export const mod = (a: TensorLike, b: TensorLike): Tensor => binary(modOp, a, b);

/** The larger of a and b; of a tie a gets the gradient. @throws ShapeError @example maximum([1, 5], 3) // [3, 5] */
export const maximum = (a: TensorLike, b: TensorLike): Tensor => binary(maximumOp, a, b);

/**
 * The smaller of a and b; of a tie a gets the gradient. @throws ShapeError
 * @example minimum([1, 5], 3) // [1, 3]
 */
export const minimum = (a: TensorLike, b: TensorLike): Tensor => binary(minimumOp, a, b);

/** (a − b)². @throws ShapeError @example squaredDifference([1, 5], [4, 3]) // [9, 4] */
export const squaredDifference = (a: TensorLike, b: TensorLike): Tensor => binary(squaredDifferenceOp, a, b);

/**
 * The angle of the point (b, a), in radians in (−π, π]. @throws ShapeError
 * @example atan2([0, 1], [1, 0]) // [0, 1.5708]
 */
export const atan2 = (a: TensorLike, b: TensorLike): Tensor => binary(atan2Op, a, b);

/**
 * The sum of tensors of one shape.
 * @throws ValueError when the list is empty
 * @throws ShapeError when a shape differs
 * @example addN([tensor([1, 2]), tensor([3, 4])]) // [4, 6]
 */
export function addN(tensors: readonly TensorLike[]): Tensor {
  return withTensors('addN', 'tensors', tensors, ([first, ...others]) => {
    for (const { shape } of others) {
      if (!sameShape(shape, first.shape)) {
        throw new ShapeError(`addN: tensors have shapes [${first.shape}] and [${shape}], expected one shape`);
      }
    }
    return tidy(() => others.reduce((sum, tensor) => add(sum, tensor), clone(first)));
  });
}
