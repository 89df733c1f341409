import type { TensorLike } from '../tensor/convert.js';
import type { Tensor } from '../tensor/tensor.js';
import { mul, sub } from './arithmetic.js';
import { equal, where } from './comparison.js';
import { zerosLike } from './creation.js';
import { back, binary, binaryOp } from './shared/binary-op.js';
import { log } from './unary.js';

const powOp = binaryOp('pow', { a: ['a', 'b'], b: ['a', 'output'] }, (dy, { inputs: { a, b }, output }) => ({
  // b · a^(b − 1); where b is 0 that is 0 even at a = 0, where the power is infinite.
  a: () => back(mul(dy, mul(b, where(equal(b, 0), zerosLike(b), pow(a, sub(b, 1))))), a),
  // a^b · ln a; where a is 0 the limit of the product is taken, 0.
  b: () => back(mul(dy, mul(output, where(equal(a, 0), zerosLike(a), log(a)))), b),
}));

/** a to the power b, elementwise with broadcasting. @throws ShapeError @example pow(x, 3) */
export const pow = (a: TensorLike, b: TensorLike): Tensor => binary(powOp, a, b);
