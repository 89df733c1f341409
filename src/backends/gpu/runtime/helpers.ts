import { calledHelpers } from '../../called-helpers.js';

/*
 * Functions for kernels. GLSL and WGSL lack them, or their versions are imprecise near zero or undefined left of
 * it.
 */
const HELPERS: Readonly<Record<string, string>> = {
  /** eˣ − 1: near zero by the series, where the difference would cancel. */
  expm1Of: `function expm1Of(v) {
  if (Math.abs(v) < 0.5) {
    return v * (1 + v * (0.5 + v * (0.16666667 + v * (0.041666668 + v * (0.008333334 + v * (0.0013888889 + v * 0.0001984127))))));
  }
  return Math.exp(v) - 1;
}`,

  /** ln(1 + x) = 2 artanh(x / (2 + x)), near zero by the series of artanh. */
  log1pOf: `function log1pOf(v) {
  if (Math.abs(v) < 0.3) {
    const s = v / (2 + v);
    const square = s * s;
    return 2 * s * (1 + square * (0.33333334 + square * (0.2 + square * (0.14285715 + square * 0.11111111))));
  }
  return Math.log(1 + v);
}`,

  /** From 9 on float32 has no number between the result and 1. */
  tanhOf: `function tanhOf(v) {
  const grown = expm1Of(2 * Math.min(Math.abs(v), 9));
  const result = grown / (grown + 2);
  if (v < 0) {
    return -result;
  }
  return result;
}`,

  /** Its square would be infinite from 1.8e19 on; from 10⁴ on float32 has no number between √(x² + 1) and x. */
  asinhOf: `function asinhOf(v) {
  const distance = Math.abs(v);
  let root = distance;
  if (distance < 10000) {
    root = Math.sqrt(distance * distance + 1);
  }
  const result = log1pOf(distance + distance * (distance / (1 + root)));
  if (v < 0) {
    return -result;
  }
  return result;
}`,

  /** Near zero by the series; Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: within 1.5e-7. */
  erfOf: `function erfOf(v) {
  const distance = Math.abs(v);
  if (distance < 0.5) {
    const s = v * v;
    return 1.1283792 * v * (1 - s * (0.33333334 - s * (0.1 - s * (0.023809524 - s * (0.0046296296 - s * 0.00075757576)))));
  }
  const t = 1 / (1 + 0.3275911 * distance);
  const tail = t * (0.2548296 + t * (-0.28449674 + t * (1.4214137 + t * (-1.4531521 + t * 1.0614054))));
  const result = 1 - tail * Math.exp(-distance * distance);
  if (v < 0) {
    return -result;
  }
  return result;
}`,

  /** Ties go to the even integer. */
  roundOf: `function roundOf(v) {
  const low = Math.floor(v);
  const rest = v - low;
  if (rest < 0.5) {
    return low;
  }
  if (rest > 0.5) {
    return low + 1;
  }
  return 2 * Math.floor(low * 0.5 + 0.5);
}`,

  /** Conversion as by storing in an integer array: towards zero, and 0 for NaN and infinities. */
  integerOf: `function integerOf(v) {
  if (isNaNOf(v) > 0 || Math.abs(v) > 2147483648) {
    return 0;
  }
  if (v < 0) {
    return -Math.floor(-v);
  }
  return Math.floor(v);
}`,

  /** A GPU's quotient may be an ulp off an integer; the remainder corrects it. */
  floorDivOf: `function floorDivOf(a, b) {
  const guess = Math.floor(a / b);
  const rest = (a - guess * b) / b;
  if (rest >= 1) {
    return guess + 1;
  }
  if (rest < 0) {
    return guess - 1;
  }
  return guess;
}`,

  /** The power functions of GLSL and WGSL do not support negative bases. */
  powOf: `function powOf(base, exponent) {
  if (exponent === 0) {
    return 1;
  }
  if (base === 0 && exponent < 0) {
    return 1 / Math.abs(base);
  }
  const size = Math.pow(Math.abs(base), exponent);
  if (base >= 0) {
    return size;
  }
  const half = exponent * 0.5;
  if (Math.floor(exponent) !== exponent) {
    return Math.sqrt(base);
  }
  if (Math.floor(half) !== half) {
    return -size;
  }
  return size;
}`,

  /** Each of the two tests works only on some drivers. */
  isNaNOf: `function isNaNOf(v) {
  if (v !== v) {
    return 1;
  }
  if (v < 0 || v > 0 || v === 0) {
    return 0;
  }
  return 1;
}`,
};

/** Return the helpers that a source calls, directly or not. */
export const helpersOf = (source: string): string[] => calledHelpers(source, HELPERS);
