import type { Comparison, UnaryTest } from '../backends/kernels.js';
import { DTypeError } from '../base/errors.js';
import { broadcastShapes } from '../base/shape.js';
import { commonDType, partnerDType, type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { sumTo } from './broadcast.js';
import { zerosLike } from './creation.js';
import { type Op, runOp } from './op.js';
import { toDType } from './shared/to-dtype.js';

type Operands = { a: Tensor; b: Tensor };

function comparisonOp(name: Comparison): Op<Operands, null> {
  return {
    name,
    infer: ({ a, b }) => ({ shape: broadcastShapes(name, a.shape, b.shape), dtype: 'bool' }),
    forward: (kernels, { a, b }, out) => kernels.compare(name, a, b, out),
    gradient: () => ({ a: null, b: null }),
  };
}

function comparison(name: Comparison): (a: TensorLike, b: TensorLike) => Tensor {
  const op = comparisonOp(name);
  return (a, b) =>
    tidy(() => {
      const left = toTensor(name, 'a', a, partnerDType(b));
      const right = toTensor(name, 'b', b, partnerDType(a));
      const dtype = commonDType([left, right]);
      return runOp(op, { a: toDType(left, dtype), b: toDType(right, dtype) }, null);
    });
}

/** Where a = b, as bool, with broadcasting. @throws ShapeError @example equal([1, 2], [1, 3]) // [1, 0] */
export const equal = comparison('equal');
/** Where a ≠ b; NaN differs from everything. @throws ShapeError @example notEqual([1, 2], [1, 3]) // [0, 1] */
export const notEqual = comparison('notEqual');
/** Where a < b. @throws ShapeError @example less([1, 2], 2) // [1, 0] */
export const less = comparison('less');
/** Where a ≤ b. @throws ShapeError @example lessEqual([1, 2], 1) // [1, 0] */
export const lessEqual = comparison('lessEqual');
/** Where a > b. @throws ShapeError @example greater([1, 2], 1) // [0, 1] */
export const greater = comparison('greater');
/** Where a ≥ b. @throws ShapeError @example greaterEqual([1, 2], 2) // [0, 1] */
export const greaterEqual = comparison('greaterEqual');

function logical(name: 'logicalAnd' | 'logicalOr' | 'logicalXor'): (a: TensorLike, b: TensorLike) => Tensor {
  const op = comparisonOp(name);
  return (a, b) => tidy(() => runOp(op, { a: toBool(name, 'a', a), b: toBool(name, 'b', b) }, null));
}

function toBool(op: string, argument: string, value: TensorLike): Tensor {
  return toDType(toTensor(op, argument, value, 'bool'), 'bool');
}

/**
 * a and b, with broadcasting; numbers other than 0 count as true.
 * @throws ShapeError
 * @example logicalAnd([true, false], [true, true]) // [1, 0]
 */
export const logicalAnd = logical('logicalAnd');
/** a or b. @throws ShapeError @example logicalOr([true, false], [false, false]) // [1, 0] */
export const logicalOr = logical('logicalOr');
/** Either a or b, not both. @throws ShapeError @example logicalXor([true, false], [true, true]) // [0, 1] */
export const logicalXor = logical('logicalXor');

function testOp(name: UnaryTest): Op<{ x: Tensor }, null> {
  return {
    name,
    infer: ({ x }) => ({ shape: x.shape, dtype: 'bool' }),
    forward: (kernels, { x }, out) => kernels.test(name, x, out),
    gradient: () => ({ x: null }),
  };
}

const isNaNOp = testOp('isNaN');
const isInfOp = testOp('isInf');
const isFiniteOp = testOp('isFinite');
const logicalNotOp = testOp('logicalNot');

const testing = (op: Op<{ x: Tensor }, null>, x: TensorLike): Tensor =>
  tidy(() => runOp(op, { x: toTensor(op.name, 'x', x) }, null));

/** Where x is NaN. @example isNaN([1, Number.NaN]) // [0, 1] */
export const isNaN = (x: TensorLike): Tensor => testing(isNaNOp, x);
/** Where x is ∞ or −∞. @example isInf([1, Number.POSITIVE_INFINITY]) // [0, 1] */
export const isInf = (x: TensorLike): Tensor => testing(isInfOp, x);
/** Where x is neither NaN nor infinite. @example isFinite([1, Number.POSITIVE_INFINITY]) // [1, 0] */
export const isFinite = (x: TensorLike): Tensor => testing(isFiniteOp, x);
/** Where x is false. @example logicalNot([true, false]) // [0, 1] */
export const logicalNot = (x: TensorLike): Tensor =>
  tidy(() => runOp(logicalNotOp, { x: toBool('logicalNot', 'x', x) }, null));

const whereOp: Op<{ condition: Tensor; a: Tensor; b: Tensor }, null> = {
  name: 'where',
  infer: ({ condition, a, b }) => {
    if (condition.dtype !== 'bool') throw new DTypeError(`where: condition is ${condition.dtype}, expected bool`);
    const values = broadcastShapes('where', a.shape, b.shape);
    return { shape: broadcastShapes('where', condition.shape, values), dtype: a.dtype };
  },
  forward: (kernels, { condition, a, b }, out) => kernels.select(condition, a, b, out),
  reads: () => ({ a: ['condition'], b: ['condition'] }),
  gradient: (dy, { inputs: { condition, a, b } }) => ({
    condition: null,
    a: () => sumTo(where(condition, dy, zerosLike(dy)), a.shape),
    b: () => sumTo(where(condition, zerosLike(dy), dy), b.shape),
  }),
};

/**
 * a where the condition is true, else b; all three broadcast.
 * @param condition bool
 * @throws DTypeError when the condition is not bool
 * @throws ShapeError
 * @example where(greater(x, 0), x, 0)
 */
export function where(condition: TensorLike, a: TensorLike, b: TensorLike): Tensor {
  return tidy(() => {
    const left = toTensor('where', 'a', a, partnerDType(b));
    const right = toTensor('where', 'b', b, partnerDType(a));
    const dtype = commonDType([left, right]);
    const mask = toTensor('where', 'condition', condition, 'bool');
    return runOp(whereOp, { condition: mask, a: toDType(left, dtype), b: toDType(right, dtype) }, null);
  });
}
