import type { UnaryFunction } from '../backends/kernels.js';
import { assertNumber } from '../base/arguments.js';
import { ValueError } from '../base/errors.js';
import { show } from '../base/show.js';
import type { TensorLike } from '../tensor/convert.js';
import type { Tensor } from '../tensor/tensor.js';
import { add, div, mul, sub } from './arithmetic.js';
import { greaterEqual, lessEqual, logicalAnd, where } from './comparison.js';
import { zerosLike } from './creation.js';
import { type UnaryGradient, type UnaryReads, unary, unaryOp } from './shared/unary-op.js';

function define(name: UnaryFunction, reads: UnaryReads, gradient: UnaryGradient): (x: TensorLike) => Tensor {
  const op = unaryOp(name, reads, gradient);
  return (x) => unary(op, x);
}

/** The gradient of functions that are constant in pieces: 0, as in tfjs and PyTorch. */
const flat: UnaryGradient = (dy) => zerosLike(dy);

/** |x|; the gradient at 0 is 0. @example abs([-2, 3]) // [2, 3] */
export const abs = define('abs', ['x'], (dy, x) => mul(dy, sign(x)));
/** −x. @example neg([1, -2]) // [-1, 2] */
export const neg = define('neg', [], (dy) => neg(dy));
/** −1, 0 or 1; the gradient is 0. @example sign([-2, 0, 3]) // [-1, 0, 1] */
export const sign = define('sign', [], flat);
/** The smallest integer not below x; the gradient is 0. @example ceil([1.2, 2]) // [2, 2] */
export const ceil = define('ceil', [], flat);
/** The largest integer not above x; the gradient is 0. @example floor([1.7, -1.2]) // [1, -2] */
export const floor = define('floor', [], flat);
/** The nearest integer, ties to the even one; the gradient is 0. @example round([0.5, 1.5]) // [0, 2] */
export const round = define('round', [], flat);
/** 1 / x. @example reciprocal([2, 4]) // [0.5, 0.25] */
export const reciprocal = define('reciprocal', ['output'], (dy, _, y) => neg(mul(dy, square(y))));
/** x². @example square([-2, 3]) // [4, 9] */
export const square = define('square', ['x'], (dy, x) => mul(dy, mul(x, 2)));
/**
 * √x; NaN below 0. The gradient at 0 is Infinity, as in Keras, tfjs and PyTorch: that of √variance is NaN for
 * constants, unless something is added to the variance. @example sqrt([4, 9]) // [2, 3]
 */
export const sqrt = define('sqrt', ['output'], (dy, _, y) => div(mul(dy, 0.5), y));
/** 1 / √x. @example rsqrt([1, 4]) // [1, 0.5] */
export const rsqrt = define('rsqrt', ['x', 'output'], (dy, x, y) => mul(dy, div(mul(y, -0.5), x)));
/** eˣ. @example exp([0, 1]) // [1, 2.7183] */
export const exp = define('exp', ['output'], (dy, _, y) => mul(dy, y));
/** eˣ − 1, exact for small x. @example expm1([0, 1]) // [0, 1.7183] */
export const expm1 = define('expm1', ['output'], (dy, _, y) => mul(dy, add(y, 1)));
/** The natural logarithm. @example log([1, 2]) // [0, 0.6931] */
export const log = define('log', ['x'], (dy, x) => div(dy, x));
/** ln(1 + x), exact for small x. @example log1p([0, 1]) // [0, 0.6931] */
export const log1p = define('log1p', ['x'], (dy, x) => div(dy, add(x, 1)));
/** 2/√π · ∫₀ˣ e^(−t²) dt. @example erf([0, 1]) // [0, 0.8427] */
export const erf = define('erf', ['x'], (dy, x) => mul(dy, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI))));

/** Sine; x in radians. @example sin([0, 1]) // [0, 0.8415] */
export const sin = define('sin', ['x'], (dy, x) => mul(dy, cos(x)));
/** Cosine; x in radians. @example cos([0, 1]) // [1, 0.5403] */
export const cos = define('cos', ['x'], (dy, x) => neg(mul(dy, sin(x))));
/** Tangent; x in radians. @example tan([0, 1]) // [0, 1.5574] */
export const tan = define('tan', ['output'], (dy, _, y) => mul(dy, add(square(y), 1)));
/** Inverse sine, in radians. @example asin([0, 1]) // [0, 1.5708] */
export const asin = define('asin', ['x'], (dy, x) => mul(dy, rsqrt(sub(1, square(x)))));
/** Inverse cosine, in radians. @example acos([0, 1]) // [1.5708, 0] */
export const acos = define('acos', ['x'], (dy, x) => neg(mul(dy, rsqrt(sub(1, square(x))))));
/** Inverse tangent, in radians. @example atan([0, 1]) // [0, 0.7854] */
export const atan = define('atan', ['x'], (dy, x) => div(dy, add(square(x), 1)));
/** Hyperbolic sine. @example sinh([0, 1]) // [0, 1.1752] */
export const sinh = define('sinh', ['x'], (dy, x) => mul(dy, cosh(x)));
/** Hyperbolic cosine. @example cosh([0, 1]) // [1, 1.5431] */
export const cosh = define('cosh', ['x'], (dy, x) => mul(dy, sinh(x)));
/** Inverse hyperbolic sine. @example asinh([0, 1]) // [0, 0.8814] */
export const asinh = define('asinh', ['x'], (dy, x) => mul(dy, rsqrt(add(square(x), 1))));
/** Inverse hyperbolic cosine; x ≥ 1. @example acosh([1, 2]) // [0, 1.317] */
export const acosh = define('acosh', ['x'], (dy, x) => mul(dy, rsqrt(sub(square(x), 1))));
/** Inverse hyperbolic tangent; |x| < 1. @example atanh([0, 0.5]) // [0, 0.5493] */
export const atanh = define('atanh', ['x'], (dy, x) => div(dy, sub(1, square(x))));

const stepOp = unaryOp('step', [], flat);

/**
 * 1 right of zero, `alpha` at zero and left of it; the gradient is 0.
 * @param alpha default 0
 * @example step([-1, 2]) // [0, 1]
 */
export function step(x: TensorLike, alpha?: number | null): Tensor {
  assertNumber('step', 'alpha', alpha ?? 0);
  return unary(stepOp, x, alpha ?? 0);
}

const clipOp = unaryOp('clip', ['x'], (dy, x, _, { alpha, beta }) =>
  where(logicalAnd(greaterEqual(x, alpha), lessEqual(x, beta)), dy, zerosLike(dy)),
);

/**
 * x, clamped to two bounds. The gradient passes inside, bounds included, and is 0 outside.
 * @throws ValueError when min is above max
 * @example clipByValue(gradient, -1, 1)
 */
export function clipByValue(x: TensorLike, min: number, max: number): Tensor {
  assertNumber('clipByValue', 'min', min);
  assertNumber('clipByValue', 'max', max);
  if (!(min <= max))
    throw new ValueError(`clipByValue: min is ${show(min)} and max is ${show(max)}, expected min ≤ max`);
  return unary(clipOp, x, min, max);
}
