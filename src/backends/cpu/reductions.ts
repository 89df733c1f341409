import type { TypedArray } from '../../base/dtype.js';
import type { Kernels, Reduction } from '../kernels.js';

/** Folds `size` rows of x, the first at `at`, into one row. One loop per function; see unary.ts. */
type Fold = (x: TypedArray, at: number, size: number, row: Float64Array) => void;

const sumRows: Fold = (x, at, size, row) => {
  for (let s = 0; s < size; s++) for (let i = 0; i < row.length; i++) row[i] += x[at++];
};

/** The initial row, and how others are folded into it. Math.max and Math.min keep NaN. */
const folds: Readonly<Record<Reduction, { readonly start: number; readonly fold: Fold }>> = {
  sum: { start: 0, fold: sumRows },
  mean: {
    start: 0,
    fold(x, at, size, row) {
      sumRows(x, at, size, row);
      for (let i = 0; i < row.length; i++) row[i] /= size;
    },
  },
  max: {
    start: -Infinity,
    fold(x, at, size, row) {
      for (let s = 0; s < size; s++) for (let i = 0; i < row.length; i++) row[i] = Math.max(row[i], x[at++]);
    },
  },
  min: {
    start: Infinity,
    fold(x, at, size, row) {
      for (let s = 0; s < size; s++) for (let i = 0; i < row.length; i++) row[i] = Math.min(row[i], x[at++]);
    },
  },
  prod: {
    start: 1,
    fold(x, at, size, row) {
      for (let s = 0; s < size; s++) for (let i = 0; i < row.length; i++) row[i] *= x[at++];
    },
  },
  any: {
    start: 0,
    fold(x, at, size, row) {
      for (let s = 0; s < size; s++) for (let i = 0; i < row.length; i++) if (x[at++] !== 0) row[i] = 1;
    },
  },
  all: {
    start: 1,
    fold(x, at, size, row) {
      for (let s = 0; s < size; s++) for (let i = 0; i < row.length; i++) if (x[at++] === 0) row[i] = 0;
    },
  },
};

/** See integers.ts. */
const integerProduct: Fold = (x, at, size, row) => {
  for (let s = 0; s < size; s++) for (let i = 0; i < row.length; i++) row[i] = Math.imul(row[i], x[at++]);
};

export const reductions: Pick<Kernels<TypedArray>, 'reduce' | 'argReduce'> = {
  reduce(fn, x, out, { outer, size, inner }) {
    const { start } = folds[fn];
    const fold = fn === 'prod' && out.dtype === 'int32' ? integerProduct : folds[fn].fold;
    const row = new Float64Array(inner);
    for (let o = 0; o < outer; o++) {
      row.fill(start);
      fold(x.buffer, o * size * inner, size, row);
      out.buffer.set(row, o * inner);
    }
  },

  /** The first of equals wins; a NaN wins over all, as in numpy. */
  argReduce(fn, x, out, { outer, size, inner }) {
    const values = x.buffer;
    const sign = fn === 'argMax' ? 1 : -1;
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        let best = 0;
        let bestValue = sign * values[o * size * inner + i];
        for (let s = 1; s < size && !Number.isNaN(bestValue); s++) {
          const value = sign * values[(o * size + s) * inner + i];
          if (value > bestValue || Number.isNaN(value)) {
            best = s;
            bestValue = value;
          }
        }
        out.buffer[o * inner + i] = best;
      }
    }
  },
};
