import type { TypedArray } from '../../base/dtype.js';
import type { Comparison, Kernels, UnaryTest } from '../kernels.js';
import { stretched } from './broadcast.js';

/** One loop per function; see unary.ts. */
type Loop = (a: TypedArray, b: TypedArray, y: TypedArray) => void;
type TestLoop = (x: TypedArray, y: TypedArray) => void;

const loops: Readonly<Record<Comparison, Loop>> = {
  equal(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = a[i] === b[i] ? 1 : 0;
  },
  notEqual(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = a[i] !== b[i] ? 1 : 0;
  },
  less(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = a[i] < b[i] ? 1 : 0;
  },
  lessEqual(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = a[i] <= b[i] ? 1 : 0;
  },
  greater(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = a[i] > b[i] ? 1 : 0;
  },
  greaterEqual(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = a[i] >= b[i] ? 1 : 0;
  },
  logicalAnd(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = a[i] !== 0 && b[i] !== 0 ? 1 : 0;
  },
  logicalOr(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = a[i] !== 0 || b[i] !== 0 ? 1 : 0;
  },
  logicalXor(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = (a[i] !== 0) !== (b[i] !== 0) ? 1 : 0;
  },
};

const testLoops: Readonly<Record<UnaryTest, TestLoop>> = {
  isNaN(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Number.isNaN(x[i]) ? 1 : 0;
  },
  isInf(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.abs(x[i]) === Infinity ? 1 : 0;
  },
  isFinite(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Number.isFinite(x[i]) ? 1 : 0;
  },
  logicalNot(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = x[i] === 0 ? 1 : 0;
  },
};

export const comparison: Pick<Kernels<TypedArray>, 'compare' | 'test' | 'select'> = {
  compare(fn, a, b, out) {
    loops[fn](stretched(a, out.shape), stretched(b, out.shape), out.buffer);
  },

  test(fn, x, out) {
    testLoops[fn](x.buffer, out.buffer);
  },

  select(condition, a, b, out) {
    const chooses = stretched(condition, out.shape);
    const yes = stretched(a, out.shape);
    const no = stretched(b, out.shape);
    const y = out.buffer;
    for (let i = 0; i < y.length; i++) y[i] = chooses[i] !== 0 ? yes[i] : no[i];
  },
};
