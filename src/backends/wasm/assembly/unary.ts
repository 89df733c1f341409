import { exp, expMinusOne, log, logOnePlus, sigmoid, tanh } from './shared/math';
import { elementsBegin, elementsEnd } from './shared/tiles';

@unmanaged
class Unary {
  x: usize;
  out: usize;
  size: u32;
  /** Place in `WASM_UNARY` of unary.ts. */
  fn: i32;
  alpha: f32;
  beta: f32;
}

// Klambauer et al., arXiv:1706.02515, equation 14.
const SELU_SCALE: f32 = 1.0507009873554805;
const SELU_ALPHA: f32 = 1.6732632423543772;

const SIGN: u32 = 0x80000000;

/** `first` where x < 0, else `second`; NaN is not below 0. */
// @ts-ignore: decorator
@inline
function whereNegative(x: v128, first: v128, second: v128): v128 {
  return v128.bitselect(first, second, f32x4.lt(x, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function elu(x: v128, alpha: v128): v128 {
  return whereNegative(x, f32x4.mul(alpha, expMinusOne(x)), x);
}

/** One vector of the function; `fn` is a constant wherever this is called, so a single branch is compiled. */
// @ts-ignore: decorator
@inline
function apply(fn: i32, x: v128, alpha: v128, beta: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  if (fn == 0) return f32x4.pmax(x, zero);
  if (fn == 1) return f32x4.pmin(f32x4.pmax(x, zero), f32x4.splat(6));
  if (fn == 2) return whereNegative(x, f32x4.mul(alpha, x), x);
  if (fn == 3) return elu(x, alpha);
  if (fn == 4) return f32x4.mul(f32x4.splat(SELU_SCALE), elu(x, f32x4.splat(SELU_ALPHA)));
  if (fn == 5) return sigmoid(x);
  if (fn == 6) return tanh(x);
  if (fn == 7) return f32x4.abs(x);
  if (fn == 8) return f32x4.neg(x);
  // The sign bit on 1; 0 and NaN as they are.
  if (fn == 9) {
    const signed = v128.or(v128.and(x, i32x4.splat(SIGN)), one);
    return v128.bitselect(signed, x, f32x4.gt(f32x4.abs(x), zero));
  }
  if (fn == 10) return f32x4.ceil(x);
  if (fn == 11) return f32x4.floor(x);
  if (fn == 12) return f32x4.nearest(x);
  if (fn == 13) return f32x4.div(one, x);
  if (fn == 14) return f32x4.mul(x, x);
  if (fn == 15) return f32x4.sqrt(x);
  if (fn == 16) return f32x4.div(one, f32x4.sqrt(x));
  if (fn == 17) return exp(x);
  if (fn == 18) return log(x);
  if (fn == 19) return f32x4.add(f32x4.pmax(x, zero), logOnePlus(exp(f32x4.neg(f32x4.abs(x)))));
  if (fn == 20) return f32x4.mul(x, sigmoid(x));
  if (fn == 21) return v128.bitselect(one, alpha, f32x4.gt(x, zero));
  return f32x4.pmin(f32x4.pmax(x, alpha), beta);
}

// @ts-ignore: decorator
@inline
function loop(fn: i32, x: usize, out: usize, end: usize, alpha: v128, beta: v128): void {
  for (; out < end; out += 16, x += 16) v128.store(out, apply(fn, v128.load(x), alpha, beta));
}

/** out = fn(x) */
export function unary(job: usize, firstTile: i32, lastTile: i32, scratch: usize): void {
  const unary = changetype<Unary>(job);
  const begin = elementsBegin(firstTile) << 2;
  const x = unary.x + begin;
  const out = unary.out + begin;
  const end = unary.out + (elementsEnd(lastTile, unary.size) << 2);
  const alpha = f32x4.splat(unary.alpha);
  const beta = f32x4.splat(unary.beta);
  switch (unary.fn) {
    case 0: loop(0, x, out, end, alpha, beta); break;
    case 1: loop(1, x, out, end, alpha, beta); break;
    case 2: loop(2, x, out, end, alpha, beta); break;
    case 3: loop(3, x, out, end, alpha, beta); break;
    case 4: loop(4, x, out, end, alpha, beta); break;
    case 5: loop(5, x, out, end, alpha, beta); break;
    case 6: loop(6, x, out, end, alpha, beta); break;
    case 7: loop(7, x, out, end, alpha, beta); break;
    case 8: loop(8, x, out, end, alpha, beta); break;
    case 9: loop(9, x, out, end, alpha, beta); break;
    case 10: loop(10, x, out, end, alpha, beta); break;
    case 11: loop(11, x, out, end, alpha, beta); break;
    case 12: loop(12, x, out, end, alpha, beta); break;
    case 13: loop(13, x, out, end, alpha, beta); break;
    case 14: loop(14, x, out, end, alpha, beta); break;
    case 15: loop(15, x, out, end, alpha, beta); break;
    case 16: loop(16, x, out, end, alpha, beta); break;
    case 17: loop(17, x, out, end, alpha, beta); break;
    case 18: loop(18, x, out, end, alpha, beta); break;
    case 19: loop(19, x, out, end, alpha, beta); break;
    case 20: loop(20, x, out, end, alpha, beta); break;
    case 21: loop(21, x, out, end, alpha, beta); break;
    default: loop(22, x, out, end, alpha, beta);
  }
}
