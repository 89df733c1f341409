import type { IntegerFunction, UnaryFunction } from '../function-names.js';
import type { Kernels } from '../kernels.js';
import { ACTIVATIONS } from './activations.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { flatMap } from './templates/map.js';

/** Expressions in `a`, `u.alpha` and `u.beta`. */
const FUNCTIONS: Readonly<Record<UnaryFunction, string>> = {
  ...ACTIVATIONS,
  abs: 'abs(a)',
  neg: '-a',
  sign: 'sign(a)',
  ceil: 'ceil(a)',
  floor: 'floor(a)',
  // Ties go to the even integer.
  round: 'round(a)',
  reciprocal: '1.0 / a',
  square: 'a * a',
  sqrt: 'sqrt(a)',
  rsqrt: '1.0 / sqrt(a)',
  exp: 'exp(a)',
  expm1: 'expm1Of(a)',
  log: 'log(a)',
  log1p: 'log1pOf(a)',
  erf: 'erfOf(a)',
  sin: 'sin(a)',
  cos: 'cos(a)',
  tan: 'tan(a)',
  asin: 'asin(a)',
  acos: 'acos(a)',
  atan: 'atan(a)',
  sinh: '0.5 * (expm1Of(a) - expm1Of(-a))',
  cosh: '0.5 * (exp(a) + exp(-a))',
  asinh: 'asinhOf(a)',
  acosh: 'log1pOf(a - 1.0 + sqrt(a - 1.0) * sqrt(a + 1.0))',
  atanh: '0.5 * log1pOf(2.0 * a / (1.0 - a))',
  softplus: 'select(a, 0.0, a < 0.0) + log1pOf(exp(-abs(a)))',
  gelu: '0.5 * a * (1.0 + erfOf(a * 0.70710677))',
  silu: 'a / (1.0 + exp(-a))',
  step: 'select(select(u.alpha, 1.0, a > 0.0), a, isNaNOf(a))',
  clip: 'select(select(a, u.alpha, a < u.alpha), u.beta, a > u.beta)',
};

/** Functions of int32; the bounds of clip are integers, too, or are rounded as storing them would. */
const INTEGER_FUNCTIONS: Readonly<Record<IntegerFunction, string>> = {
  abs: 'abs(a)',
  neg: '-a',
  sign: 'sign(a)',
  ceil: 'a',
  floor: 'a',
  round: 'a',
  square: 'a * a',
  relu: 'max(a, 0)',
  relu6: 'clamp(a, 0, 6)',
  step: 'select(integerOf(u.alpha), 1, a > 0)',
  clip: 'integerOf(select(select(f32(a), u.alpha, f32(a) < u.alpha), u.beta, f32(a) > u.beta))',
};

export function unary(device: Device): Pick<Kernels<WebGpuBuffer>, 'unary'> {
  return {
    unary(fn, x, out, alpha, beta) {
      const expression = out.dtype === 'float32' ? FUNCTIONS[fn] : INTEGER_FUNCTIONS[fn as IntegerFunction];
      flatMap(device, `unary/${fn}`, [x], out, `return ${expression};`, { alpha, beta });
    },
  };
}
