import { calledHelpers } from '../../called-helpers.js';

/*
 * Functions for shaders. WGSL lacks them, or its versions are imprecise near zero, or drivers may assume that
 * there are no NaN and no infinities.
 */
const HELPERS: Readonly<Record<string, string>> = {
  /** Tests the bits, because a comparison of NaN with itself may be optimized away. */
  isNaNOf: `fn isNaNOf(v: f32) -> bool {
  return (bitcast<u32>(v) & 0x7fffffffu) > 0x7f800000u;
}`,

  isFiniteOf: `fn isFiniteOf(v: f32) -> bool {
  return (bitcast<u32>(v) & 0x7fffffffu) < 0x7f800000u;
}`,

  /** NaN wins, as in JavaScript. */
  maxOf: `fn maxOf(a: f32, b: f32) -> f32 {
  return select(b, a, a > b || isNaNOf(a));
}`,

  minOf: `fn minOf(a: f32, b: f32) -> f32 {
  return select(b, a, a < b || isNaNOf(a));
}`,

  /** eˣ − 1: near zero by the series, where the difference would cancel. */
  expm1Of: `fn expm1Of(v: f32) -> f32 {
  if (abs(v) < 0.5) {
    return v * (1.0 + v * (0.5 + v * (0.16666667 + v * (0.041666668 + v * (0.008333334 + v * (0.0013888889 + v * 0.0001984127))))));
  }
  return exp(v) - 1.0;
}`,

  /** ln(1 + x) = 2 artanh(x / (2 + x)), near zero by the series of artanh. */
  log1pOf: `fn log1pOf(v: f32) -> f32 {
  if (abs(v) < 0.3) {
    let s = v / (2.0 + v);
    let square = s * s;
    return 2.0 * s * (1.0 + square * (0.33333334 + square * (0.2 + square * (0.14285715 + square * 0.11111111))));
  }
  return log(1.0 + v);
}`,

  /** From 9 on float32 has no number between the result and 1. */
  tanhOf: `fn tanhOf(v: f32) -> f32 {
  let grown = expm1Of(2.0 * min(abs(v), 9.0));
  let result = grown / (grown + 2.0);
  return select(select(result, -result, v < 0.0), v, isNaNOf(v));
}`,

  /** The square would be infinite from 1.8e19 on; from 10⁴ on float32 has no number between √(x² + 1) and x. */
  asinhOf: `fn asinhOf(v: f32) -> f32 {
  let distance = abs(v);
  var root = distance;
  if (distance < 10000.0) {
    root = sqrt(distance * distance + 1.0);
  }
  let result = log1pOf(distance + distance * (distance / (1.0 + root)));
  return select(result, -result, v < 0.0);
}`,

  /** Near zero by the series; Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: within 1.5e-7. */
  erfOf: `fn erfOf(v: f32) -> f32 {
  let distance = abs(v);
  if (distance < 0.5) {
    let s = v * v;
    return 1.1283792 * v * (1.0 - s * (0.33333334 - s * (0.1 - s * (0.023809524 - s * (0.0046296296 - s * 0.00075757576)))));
  }
  let t = 1.0 / (1.0 + 0.3275911 * distance);
  let tail = t * (0.2548296 + t * (-0.28449674 + t * (1.4214137 + t * (-1.4531521 + t * 1.0614054))));
  let result = 1.0 - tail * exp(-distance * distance);
  return select(result, -result, v < 0.0);
}`,

  /** Stores as a JavaScript integer array does: towards zero, modulo 2³², and 0 for NaN and infinities. */
  integerOf: `fn integerOf(v: f32) -> i32 {
  if (!isFiniteOf(v)) {
    return 0;
  }
  if (abs(v) < 2147483648.0) {
    return i32(v);
  }
  return bitcast<i32>(u32(v - floor(v / 4294967296.0) * 4294967296.0));
}`,

  /** Towards zero, and 0 for a quotient by 0. */
  quotientOf: `fn quotientOf(a: i32, b: i32) -> i32 {
  return select(a / b, 0, b == 0);
}`,

  /** The remainder with the sign of the divisor, and 0 for a division by 0. */
  integerModOf: `fn integerModOf(a: i32, b: i32) -> i32 {
  let rest = select(a % b, 0, b == 0);
  return select(rest, rest + b, rest != 0 && (rest < 0) != (b < 0));
}`,

  integerPowOf: `fn integerPowOf(base: i32, exponent: i32) -> i32 {
  if (exponent < 0) {
    return select(0, select(1, base, (exponent & 1) != 0), abs(base) == 1);
  }
  var result = 1;
  var square = base;
  for (var rest = u32(exponent); rest > 0u; rest >>= 1u) {
    if ((rest & 1u) != 0u) {
      result *= square;
    }
    square *= square;
  }
  return result;
}`,

  /** A GPU's quotient may be an ulp off an integer; the remainder corrects it. */
  floorDivOf: `fn floorDivOf(a: f32, b: f32) -> f32 {
  let guess = floor(a / b);
  let rest = (a - guess * b) / b;
  return select(select(guess, guess - 1.0, rest < 0.0), guess + 1.0, rest >= 1.0);
}`,

  /** WGSL's power is not defined left of zero, and may be NaN at zero. */
  powOf: `fn powOf(base: f32, exponent: f32) -> f32 {
  if (exponent == 0.0) {
    return 1.0;
  }
  if (base == 0.0 && exponent < 0.0) {
    return 1.0 / abs(base);
  }
  if (base == 0.0) {
    return 0.0;
  }
  let size = pow(abs(base), exponent);
  if (base > 0.0) {
    return size;
  }
  if (floor(exponent) != exponent) {
    return sqrt(base);
  }
  let half = exponent * 0.5;
  return select(size, -size, floor(half) != half);
}`,

  /** WGSL's result may be off by π left of zero. */
  atan2Of: `fn atan2Of(y: f32, x: f32) -> f32 {
  let size = max(abs(x), abs(y));
  if (size == 0.0) {
    let flat = select(0.0, 3.1415927, (bitcast<u32>(x) & 0x80000000u) != 0u);
    return select(flat, -flat, (bitcast<u32>(y) & 0x80000000u) != 0u);
  }
  let steep = abs(y) > abs(x);
  let corner = atan(min(abs(x), abs(y)) / size);
  let first = select(corner, 1.5707964 - corner, steep);
  let right = select(first, 3.1415927 - first, x < 0.0);
  return select(right, -right, y < 0.0);
}`,

  /** The high 32 bits of the 64-bit product, from products of 16-bit halves. */
  multiplyHigh: `fn multiplyHigh(a: u32, b: u32) -> u32 {
  let aHigh = a >> 16u;
  let aLow = a & 0xffffu;
  let bHigh = b >> 16u;
  let bLow = b & 0xffffu;
  let middle = aHigh * bLow + ((aLow * bLow) >> 16u);
  let carry = aLow * bHigh + (middle & 0xffffu);
  return aHigh * bHigh + (middle >> 16u) + (carry >> 16u);
}`,

  /** Philox-2x32-10, see base/philox.ts: the first word for the key and a 64-bit position, in 24 bits. */
  randomOf: `fn randomOf(key: u32, low: u32, high: u32) -> u32 {
  var left = low;
  var right = high;
  var mix = key;
  for (var round = 0; round < 10; round++) {
    let next = multiplyHigh(0xd256d193u, left) ^ mix ^ right;
    right = 0xd256d193u * left;
    left = next;
    mix += 0x9e3779b9u;
  }
  return left >> 8u;
}`,
};

/** Return the helpers that a text calls, directly or not. */
export const helpersOf = (text: string): string[] => calledHelpers(text, HELPERS);
