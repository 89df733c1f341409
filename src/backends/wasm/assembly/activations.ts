import { UnaryNumber } from '../functions';
import { SELU_ALPHA, SELU_SCALE } from '../../../base/selu';
import { elementsBegin, elementsEnd } from './shared/chunks';

@unmanaged
class ActivationGradient {
  outputGradient: usize;
  output: usize;
  out: usize;
  size: u32;
  fn: UnaryNumber;
  alpha: f32;
}

/** dy · f′, from f's output y; at a kink the left slope applies. `fn` is a constant wherever this is called. */
// @ts-ignore: decorator
@inline
function apply(fn: UnaryNumber, dy: v128, y: v128, alpha: v128): v128 {
  const one = f32x4.splat(1);
  const isRight = f32x4.gt(y, f32x4.splat(0));
  if (fn == UnaryNumber.relu) return v128.and(dy, isRight);
  if (fn == UnaryNumber.relu6) return v128.and(dy, v128.and(isRight, f32x4.lt(y, f32x4.splat(6))));
  if (fn == UnaryNumber.leakyRelu) return v128.bitselect(dy, f32x4.mul(alpha, dy), isRight);
  if (fn == UnaryNumber.elu) return v128.bitselect(dy, f32x4.mul(dy, f32x4.add(y, alpha)), isRight);
  if (fn == UnaryNumber.selu) {
    const left = f32x4.add(y, f32x4.splat(<f32>(SELU_SCALE * SELU_ALPHA)));
    return f32x4.mul(dy, v128.bitselect(f32x4.splat(<f32>SELU_SCALE), left, isRight));
  }
  if (fn == UnaryNumber.sigmoid) return f32x4.mul(f32x4.mul(dy, y), f32x4.sub(one, y));
  return f32x4.mul(dy, f32x4.sub(one, f32x4.mul(y, y)));
}

// @ts-ignore: decorator
@inline
function loop(fn: UnaryNumber, dy: usize, y: usize, out: usize, end: usize, alpha: v128): void {
  for (; out < end; out += 16, dy += 16, y += 16) v128.store(out, apply(fn, v128.load(dy), v128.load(y), alpha));
}

/** The gradient of an activation's input. */
export function activationGradient(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const gradient = changetype<ActivationGradient>(job);
  const begin = elementsBegin(firstChunk) << 2;
  const dy = gradient.outputGradient + begin;
  const y = gradient.output + begin;
  const out = gradient.out + begin;
  const end = gradient.out + (elementsEnd(lastChunk, gradient.size) << 2);
  const alpha = f32x4.splat(gradient.alpha);
  switch (gradient.fn) {
    case UnaryNumber.relu: loop(UnaryNumber.relu, dy, y, out, end, alpha); break;
    case UnaryNumber.relu6: loop(UnaryNumber.relu6, dy, y, out, end, alpha); break;
    case UnaryNumber.leakyRelu: loop(UnaryNumber.leakyRelu, dy, y, out, end, alpha); break;
    case UnaryNumber.elu: loop(UnaryNumber.elu, dy, y, out, end, alpha); break;
    case UnaryNumber.selu: loop(UnaryNumber.selu, dy, y, out, end, alpha); break;
    case UnaryNumber.sigmoid: loop(UnaryNumber.sigmoid, dy, y, out, end, alpha); break;
    default: loop(UnaryNumber.tanh, dy, y, out, end, alpha);
  }
}
