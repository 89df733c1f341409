import type { TypedArray } from '../../base/dtype.js';
import type { Kernels, UnaryFunction } from '../kernels.js';
import { activationLoops, smoothActivationLoops } from './activations.js';
import { erf } from './erf.js';
import { integerLoops } from './integers.js';

/*
 * One loop per function on purpose: a callback that is called with several functions is not inlined and runs
 * 3 to 8 times slower.
 */
type Loop = (x: TypedArray, y: TypedArray, alpha: number, beta: number) => void;

/** Ties go to the even integer, as in IEEE 754 and numpy; Math.round sends them up. */
function roundHalfToEven(x: number): number {
  const up = Math.round(x);
  return up - x === 0.5 && up % 2 !== 0 ? up - 1 : up;
}

const loops: Readonly<Record<UnaryFunction, Loop>> = {
  ...activationLoops,
  ...smoothActivationLoops,
  abs(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.abs(x[i]);
  },
  neg(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = -x[i];
  },
  sign(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.sign(x[i]);
  },
  ceil(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.ceil(x[i]);
  },
  floor(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.floor(x[i]);
  },
  round(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = roundHalfToEven(x[i]);
  },
  reciprocal(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = 1 / x[i];
  },
  square(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = x[i] * x[i];
  },
  sqrt(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.sqrt(x[i]);
  },
  rsqrt(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = 1 / Math.sqrt(x[i]);
  },
  exp(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.exp(x[i]);
  },
  expm1(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.expm1(x[i]);
  },
  log(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.log(x[i]);
  },
  log1p(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.log1p(x[i]);
  },
  erf(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = erf(x[i]);
  },
  sin(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.sin(x[i]);
  },
  cos(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.cos(x[i]);
  },
  tan(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.tan(x[i]);
  },
  asin(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.asin(x[i]);
  },
  acos(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.acos(x[i]);
  },
  atan(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.atan(x[i]);
  },
  sinh(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.sinh(x[i]);
  },
  cosh(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.cosh(x[i]);
  },
  asinh(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.asinh(x[i]);
  },
  acosh(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.acosh(x[i]);
  },
  atanh(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.atanh(x[i]);
  },
  step(x, y, alpha) {
    for (let i = 0; i < y.length; i++) y[i] = x[i] > 0 ? 1 : x[i] <= 0 ? alpha : x[i];
  },
  clip(x, y, low, high) {
    for (let i = 0; i < y.length; i++) y[i] = Math.min(Math.max(x[i], low), high);
  },
};

export const unary: Pick<Kernels<TypedArray>, 'unary'> = {
  unary(fn, x, out, alpha, beta) {
    if (fn === 'square' && out.dtype === 'int32') integerLoops.mul!(x.buffer, x.buffer, out.buffer);
    else loops[fn](x.buffer, out.buffer, alpha, beta);
  },
};
