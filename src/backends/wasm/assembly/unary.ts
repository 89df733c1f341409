import { UnaryNumber } from '../functions';
import { SELU_ALPHA, SELU_SCALE } from '../../../base/selu';
import { exp, expMinusOne, log, logOnePlus, sigmoid, tanh } from './shared/math';
import { elementsBegin, elementsEnd } from './shared/chunks';

@unmanaged
class Unary {
  x: usize;
  out: usize;
  size: u32;
  fn: UnaryNumber;
  alpha: f32;
  beta: f32;
}

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
function apply(fn: UnaryNumber, x: v128, alpha: v128, beta: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  if (fn == UnaryNumber.relu) return f32x4.pmax(x, zero);
  if (fn == UnaryNumber.relu6) return f32x4.pmin(f32x4.pmax(x, zero), f32x4.splat(6));
  if (fn == UnaryNumber.leakyRelu) return whereNegative(x, f32x4.mul(alpha, x), x);
  if (fn == UnaryNumber.elu) return elu(x, alpha);
  if (fn == UnaryNumber.selu) return f32x4.mul(f32x4.splat(<f32>SELU_SCALE), elu(x, f32x4.splat(<f32>SELU_ALPHA)));
  if (fn == UnaryNumber.sigmoid) return sigmoid(x);
  if (fn == UnaryNumber.tanh) return tanh(x);
  if (fn == UnaryNumber.abs) return f32x4.abs(x);
  if (fn == UnaryNumber.neg) return f32x4.neg(x);
  // The sign bit applied to 1; 0 and NaN are unchanged.
  if (fn == UnaryNumber.sign) {
    const signed = v128.or(v128.and(x, i32x4.splat(SIGN)), one);
    return v128.bitselect(signed, x, f32x4.gt(f32x4.abs(x), zero));
  }
  if (fn == UnaryNumber.ceil) return f32x4.ceil(x);
  if (fn == UnaryNumber.floor) return f32x4.floor(x);
  if (fn == UnaryNumber.round) return f32x4.nearest(x);
  if (fn == UnaryNumber.reciprocal) return f32x4.div(one, x);
  if (fn == UnaryNumber.square) return f32x4.mul(x, x);
  if (fn == UnaryNumber.sqrt) return f32x4.sqrt(x);
  if (fn == UnaryNumber.rsqrt) return f32x4.div(one, f32x4.sqrt(x));
  if (fn == UnaryNumber.exp) return exp(x);
  if (fn == UnaryNumber.log) return log(x);
  if (fn == UnaryNumber.softplus) return f32x4.add(f32x4.pmax(x, zero), logOnePlus(exp(f32x4.neg(f32x4.abs(x)))));
  if (fn == UnaryNumber.silu) return f32x4.mul(x, sigmoid(x));
  if (fn == UnaryNumber.step) {
    const stepped = v128.bitselect(one, alpha, f32x4.gt(x, zero));
    return v128.bitselect(stepped, x, f32x4.eq(x, x));
  }
  return f32x4.pmin(f32x4.pmax(x, alpha), beta);
}

// @ts-ignore: decorator
@inline
function loop(fn: UnaryNumber, x: usize, out: usize, end: usize, alpha: v128, beta: v128): void {
  for (; out < end; out += 16, x += 16) v128.store(out, apply(fn, v128.load(x), alpha, beta));
}

/** out = fn(x) */
export function unary(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const unary = changetype<Unary>(job);
  const begin = elementsBegin(firstChunk) << 2;
  const x = unary.x + begin;
  const out = unary.out + begin;
  const end = unary.out + (elementsEnd(lastChunk, unary.size) << 2);
  const alpha = f32x4.splat(unary.alpha);
  const beta = f32x4.splat(unary.beta);
  switch (unary.fn) {
    case UnaryNumber.relu: loop(UnaryNumber.relu, x, out, end, alpha, beta); break;
    case UnaryNumber.relu6: loop(UnaryNumber.relu6, x, out, end, alpha, beta); break;
    case UnaryNumber.leakyRelu: loop(UnaryNumber.leakyRelu, x, out, end, alpha, beta); break;
    case UnaryNumber.elu: loop(UnaryNumber.elu, x, out, end, alpha, beta); break;
    case UnaryNumber.selu: loop(UnaryNumber.selu, x, out, end, alpha, beta); break;
    case UnaryNumber.sigmoid: loop(UnaryNumber.sigmoid, x, out, end, alpha, beta); break;
    case UnaryNumber.tanh: loop(UnaryNumber.tanh, x, out, end, alpha, beta); break;
    case UnaryNumber.abs: loop(UnaryNumber.abs, x, out, end, alpha, beta); break;
    case UnaryNumber.neg: loop(UnaryNumber.neg, x, out, end, alpha, beta); break;
    case UnaryNumber.sign: loop(UnaryNumber.sign, x, out, end, alpha, beta); break;
    case UnaryNumber.ceil: loop(UnaryNumber.ceil, x, out, end, alpha, beta); break;
    case UnaryNumber.floor: loop(UnaryNumber.floor, x, out, end, alpha, beta); break;
    case UnaryNumber.round: loop(UnaryNumber.round, x, out, end, alpha, beta); break;
    case UnaryNumber.reciprocal: loop(UnaryNumber.reciprocal, x, out, end, alpha, beta); break;
    case UnaryNumber.square: loop(UnaryNumber.square, x, out, end, alpha, beta); break;
    case UnaryNumber.sqrt: loop(UnaryNumber.sqrt, x, out, end, alpha, beta); break;
    case UnaryNumber.rsqrt: loop(UnaryNumber.rsqrt, x, out, end, alpha, beta); break;
    case UnaryNumber.exp: loop(UnaryNumber.exp, x, out, end, alpha, beta); break;
    case UnaryNumber.log: loop(UnaryNumber.log, x, out, end, alpha, beta); break;
    case UnaryNumber.softplus: loop(UnaryNumber.softplus, x, out, end, alpha, beta); break;
    case UnaryNumber.silu: loop(UnaryNumber.silu, x, out, end, alpha, beta); break;
    case UnaryNumber.step: loop(UnaryNumber.step, x, out, end, alpha, beta); break;
    default: loop(UnaryNumber.clip, x, out, end, alpha, beta);
  }
}
