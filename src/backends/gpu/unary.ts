import type { Kernels, UnaryFunction } from '../kernels.js';
import { ACTIVATIONS } from './activations.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';

/** Expressions in `value`, `alpha` and `beta`. */
const FUNCTIONS: Readonly<Record<UnaryFunction, string>> = {
  ...ACTIVATIONS,
  abs: 'Math.abs(value)',
  neg: '-value',
  sign: 'Math.sign(value)',
  ceil: 'Math.ceil(value)',
  floor: 'Math.floor(value)',
  round: 'roundOf(value)',
  reciprocal: '1 / value',
  square: 'value * value',
  sqrt: 'Math.sqrt(value)',
  rsqrt: '1 / Math.sqrt(value)',
  exp: 'Math.exp(value)',
  expm1: 'expm1Of(value)',
  log: 'Math.log(value)',
  log1p: 'log1pOf(value)',
  erf: 'erfOf(value)',
  sin: 'Math.sin(value)',
  cos: 'Math.cos(value)',
  tan: 'Math.tan(value)',
  asin: 'Math.asin(value)',
  acos: 'Math.acos(value)',
  atan: 'Math.atan(value)',
  sinh: '0.5 * (expm1Of(value) - expm1Of(-value))',
  cosh: '0.5 * (Math.exp(value) + Math.exp(-value))',
  asinh: 'asinhOf(value)',
  acosh: 'log1pOf(value - 1 + Math.sqrt(value - 1) * Math.sqrt(value + 1))',
  atanh: '0.5 * log1pOf(2 * value / (1 - value))',
  softplus: 'Math.max(value, 0) + log1pOf(Math.exp(-Math.abs(value)))',
  gelu: '0.5 * value * (1 + erfOf(value * 0.70710677))',
  silu: 'value / (1 + Math.exp(-value))',
  step: 'value > 0 ? 1 : (value <= 0 ? alpha : value)',
  clip: 'Math.min(Math.max(value, alpha), beta)',
};

export function unary(device: Device): Pick<Kernels<GpuBuffer>, 'unary'> {
  return {
    unary(fn, x, out, alpha, beta) {
      const source = `function (x, alpha, beta) {
  const value = x[this.thread.x];
  return ${FUNCTIONS[fn]};
}`;
      device.launch({ name: `unary/${fn}`, source }, [x.buffer, alpha, beta], out.buffer);
    },
  };
}
