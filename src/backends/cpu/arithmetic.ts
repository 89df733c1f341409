import type { TypedArray } from '../../base/dtype.js';
import type { BinaryFunction, Kernels } from '../kernels.js';
import { stretched } from './broadcast.js';
import { integerLoops } from './integers.js';

/** One loop per function; see unary.ts. Integers except products are computed as doubles and wrap when stored. */
type Loop = (a: TypedArray, b: TypedArray, y: TypedArray) => void;

/** The remainder with the divisor's sign; JavaScript's has the dividend's. */
function floorMod(a: number, b: number): number {
  const remainder = a % b;
  return remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder;
}

const loops: Readonly<Record<BinaryFunction, Loop>> = {
  add(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = a[i] + b[i];
  },
  sub(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = a[i] - b[i];
  },
  mul(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = a[i] * b[i];
  },
  div(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = a[i] / b[i];
  },
  floorDiv(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.floor(a[i] / b[i]);
  },
  mod(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = floorMod(a[i], b[i]);
  },
  pow(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = a[i] ** b[i];
  },
  maximum(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.max(a[i], b[i]);
  },
  minimum(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.min(a[i], b[i]);
  },
  squaredDifference(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = (a[i] - b[i]) * (a[i] - b[i]);
  },
  atan2(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.atan2(a[i], b[i]);
  },
};

export const arithmetic: Pick<Kernels<TypedArray>, 'binary'> = {
  binary(fn, a, b, out) {
    const loop = (out.dtype === 'int32' && integerLoops[fn]) || loops[fn];
    loop(stretched(a, out.shape), stretched(b, out.shape), out.buffer);
  },
};
