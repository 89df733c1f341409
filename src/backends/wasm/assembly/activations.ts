import { elementsBegin, elementsEnd } from './shared/tiles';

@unmanaged
class ActivationGradient {
  outputGradient: usize;
  output: usize;
  out: usize;
  size: u32;
  /** Place in `ACTIVATIONS` of activations.ts. */
  fn: i32;
  alpha: f32;
}

// Klambauer et al., arXiv:1706.02515, equation 14.
const SELU_SCALE: f32 = 1.0507009873554805;
const SELU_SHIFT: f32 = 1.0507009873554805 * 1.6732632423543772;

/** dy · f′, from f's output y; at a kink the left slope counts. `fn` is a constant wherever this is called. */
// @ts-ignore: decorator
@inline
function apply(fn: i32, dy: v128, y: v128, alpha: v128): v128 {
  const one = f32x4.splat(1);
  const isRight = f32x4.gt(y, f32x4.splat(0));
  if (fn == 0) return v128.and(dy, isRight);
  if (fn == 1) return v128.and(dy, v128.and(isRight, f32x4.lt(y, f32x4.splat(6))));
  if (fn == 2) return v128.bitselect(dy, f32x4.mul(alpha, dy), isRight);
  if (fn == 3) return v128.bitselect(dy, f32x4.mul(dy, f32x4.add(y, alpha)), isRight);
  if (fn == 4) {
    return f32x4.mul(dy, v128.bitselect(f32x4.splat(SELU_SCALE), f32x4.add(y, f32x4.splat(SELU_SHIFT)), isRight));
  }
  if (fn == 5) return f32x4.mul(f32x4.mul(dy, y), f32x4.sub(one, y));
  return f32x4.mul(dy, f32x4.sub(one, f32x4.mul(y, y)));
}

// @ts-ignore: decorator
@inline
function loop(fn: i32, dy: usize, y: usize, out: usize, end: usize, alpha: v128): void {
  for (; out < end; out += 16, dy += 16, y += 16) v128.store(out, apply(fn, v128.load(dy), v128.load(y), alpha));
}

/** The gradient of an activation's input. */
export function activationGradient(job: usize, firstTile: i32, lastTile: i32, scratch: usize): void {
  const gradient = changetype<ActivationGradient>(job);
  const begin = elementsBegin(firstTile) << 2;
  const dy = gradient.outputGradient + begin;
  const y = gradient.output + begin;
  const out = gradient.out + begin;
  const end = gradient.out + (elementsEnd(lastTile, gradient.size) << 2);
  const alpha = f32x4.splat(gradient.alpha);
  switch (gradient.fn) {
    case 0: loop(0, dy, y, out, end, alpha); break;
    case 1: loop(1, dy, y, out, end, alpha); break;
    case 2: loop(2, dy, y, out, end, alpha); break;
    case 3: loop(3, dy, y, out, end, alpha); break;
    case 4: loop(4, dy, y, out, end, alpha); break;
    case 5: loop(5, dy, y, out, end, alpha); break;
    default: loop(6, dy, y, out, end, alpha);
  }
}
