/*
 * exp, log and tanh in four lanes. Range reductions and polynomials: S. L. Moshier, Cephes Mathematical Library, single
 * precision
 * (expf, logf, tanhf), https://www.netlib.org/cephes; errors there are below 2 units in the last place. NaN stays NaN:
 * `pmin` and `pmax` return their first operand when a comparison is false.
 */
import { multiplyAdd } from './simd';

/** Added to a float of magnitude below 2²², it leaves the nearest integer in the low bits. */
const ROUNDER: f32 = 12582912;

// @ts-ignore: decorator
@inline
function constant(value: f32): v128 {
  return f32x4.splat(value);
}

/** ln 2 in two parts: the first has few digits, so its multiples are exact. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440e-4;

/** 2ⁿ; n in [−126, 127]. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** eʳ − 1 for |r| ≤ ln 2 / 2. */
// @ts-ignore: decorator
@inline
function expReduced(r: v128): v128 {
  let p = multiplyAdd(constant(1.9875691500e-4), r, constant(1.3981999507e-3));
  p = multiplyAdd(p, r, constant(8.3334519073e-3));
  p = multiplyAdd(p, r, constant(4.1665795894e-2));
  p = multiplyAdd(p, r, constant(1.6666665459e-1));
  p = multiplyAdd(p, r, constant(5.0000001201e-1));
  return multiplyAdd(p, f32x4.mul(r, r), r);
}

/** eˣ: 0 and infinity beyond float32, denormals kept. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, constant(-104)), constant(89));
  const shifted = multiplyAdd(bounded, constant(1.44269504088896341), constant(ROUNDER));
  const whole = f32x4.sub(shifted, constant(ROUNDER));
  const n = i32x4.sub(shifted, i32x4.splat(reinterpret<i32>(ROUNDER)));
  let r = f32x4.sub(bounded, f32x4.mul(whole, constant(LN2_HIGH)));
  r = f32x4.sub(r, f32x4.mul(whole, constant(LN2_LOW)));
  // Two factors: 2¹²⁸ and 2⁻¹⁵⁰ are no float32.
  const half = i32x4.shr_s(n, 1);
  const grown = f32x4.mul(f32x4.add(expReduced(r), constant(1)), powerOfTwo(half));
  return f32x4.mul(grown, powerOfTwo(i32x4.sub(n, half)));
}

/** eˣ − 1 for x ≤ 0, to the last digits near 0. */
// @ts-ignore: decorator
@inline
export function expMinusOne(x: v128): v128 {
  const bounded = f32x4.pmax(x, constant(-20));
  const shifted = multiplyAdd(bounded, constant(1.44269504088896341), constant(ROUNDER));
  const whole = f32x4.sub(shifted, constant(ROUNDER));
  const scale = powerOfTwo(i32x4.sub(shifted, i32x4.splat(reinterpret<i32>(ROUNDER))));
  let r = f32x4.sub(bounded, f32x4.mul(whole, constant(LN2_HIGH)));
  r = f32x4.sub(r, f32x4.mul(whole, constant(LN2_LOW)));
  return multiplyAdd(expReduced(r), scale, f32x4.sub(scale, constant(1)));
}

/** ln x: −∞ at 0, NaN below. */
// @ts-ignore: decorator
@inline
export function log(x: v128): v128 {
  // Denormals gain 25 binary digits first.
  const isSmall = f32x4.lt(x, constant(1.17549435e-38));
  const normal = v128.bitselect(f32x4.mul(x, constant(33554432)), x, isSmall);
  // The mantissa in [√½, √2): above √2 it is halved and the exponent raised.
  let mantissa = v128.or(v128.and(normal, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  let exponent = i32x4.sub(i32x4.shr_u(normal, 23), i32x4.splat(126));
  exponent = i32x4.sub(exponent, v128.and(isSmall, i32x4.splat(25)));
  const isLow = f32x4.lt(mantissa, constant(0.707106781186547524));
  exponent = i32x4.add(exponent, isLow);
  mantissa = f32x4.add(mantissa, v128.and(isLow, mantissa));
  const r = f32x4.sub(mantissa, constant(1));
  const e = f32x4.convert_i32x4_s(exponent);
  const square = f32x4.mul(r, r);
  let p = multiplyAdd(constant(7.0376836292e-2), r, constant(-1.1514610310e-1));
  p = multiplyAdd(p, r, constant(1.1676998740e-1));
  p = multiplyAdd(p, r, constant(-1.2420140846e-1));
  p = multiplyAdd(p, r, constant(1.4249322787e-1));
  p = multiplyAdd(p, r, constant(-1.6668057665e-1));
  p = multiplyAdd(p, r, constant(2.0000714765e-1));
  p = multiplyAdd(p, r, constant(-2.4999993993e-1));
  p = multiplyAdd(p, r, constant(3.3333331174e-1));
  let y = f32x4.mul(f32x4.mul(p, r), square);
  y = multiplyAdd(e, constant(LN2_LOW), y);
  y = multiplyAdd(square, constant(-0.5), y);
  y = multiplyAdd(e, constant(LN2_HIGH), f32x4.add(r, y));
  y = v128.bitselect(constant(-Infinity), y, f32x4.eq(x, constant(0)));
  // Infinity and NaN are unchanged; NaN below 0.
  y = v128.bitselect(x, y, v128.not(f32x4.lt(x, constant(Infinity))));
  return v128.or(y, f32x4.lt(x, constant(0)));
}

/**
 * ln(1 + x) for x ≥ 0: log's error is divided out again.
 * @see D. Goldberg, ACM Computing Surveys 23 (1991), theorem 4
 */
// @ts-ignore: decorator
@inline
export function logOnePlus(x: v128): v128 {
  const sum = f32x4.add(x, constant(1));
  const y = f32x4.mul(log(sum), f32x4.div(x, f32x4.sub(sum, constant(1))));
  return v128.bitselect(x, y, f32x4.eq(sum, constant(1)));
}

// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  return f32x4.div(constant(1), f32x4.add(constant(1), exp(f32x4.neg(x))));
}

// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const size = f32x4.abs(x);
  const grown = exp(f32x4.add(size, size));
  const far = f32x4.sub(constant(1), f32x4.div(constant(2), f32x4.add(grown, constant(1))));
  const signed = v128.or(far, v128.and(x, i32x4.splat(0x80000000)));
  const square = f32x4.mul(x, x);
  let p = multiplyAdd(constant(-5.70498872745e-3), square, constant(2.06390887954e-2));
  p = multiplyAdd(p, square, constant(-5.37397155531e-2));
  p = multiplyAdd(p, square, constant(1.33314422036e-1));
  p = multiplyAdd(p, square, constant(-3.33332819422e-1));
  const near = multiplyAdd(f32x4.mul(p, square), x, x);
  return v128.bitselect(signed, near, f32x4.gt(size, constant(0.625)));
}
