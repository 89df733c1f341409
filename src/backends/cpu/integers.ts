import type { TypedArray } from '../../base/dtype.js';
import type { BinaryFunction } from '../kernels.js';

/*
 * Products of int32: a double holds 53 bits of the 64 that a product may have, so it would round before the result
 * wraps. Sums and differences of two are exact in doubles.
 */

function integerPower(base: number, exponent: number): number {
  if (exponent < 0) return base ** exponent;
  let power = 1;
  for (let square = base, rest = exponent; rest > 0; rest >>>= 1, square = Math.imul(square, square)) {
    if (rest & 1) power = Math.imul(power, square);
  }
  return power;
}

type Loop = (a: TypedArray, b: TypedArray, y: TypedArray) => void;

export const integerLoops: { readonly [Name in BinaryFunction]?: Loop } = {
  mul(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.imul(a[i], b[i]);
  },
  pow(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = integerPower(a[i], b[i]);
  },
  squaredDifference(a, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.imul(a[i] - b[i], a[i] - b[i]);
  },
};
