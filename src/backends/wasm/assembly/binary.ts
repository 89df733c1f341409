import { BinaryNumber } from '../functions';
import { Broadcast, repeated } from './shared/broadcast';

/** `fn` is a constant wherever this is called, so a single branch is compiled. */
// @ts-ignore: decorator
@inline
function apply(fn: BinaryNumber, a: v128, b: v128): v128 {
  if (fn == BinaryNumber.add) return f32x4.add(a, b);
  if (fn == BinaryNumber.sub) return f32x4.sub(a, b);
  if (fn == BinaryNumber.mul) return f32x4.mul(a, b);
  if (fn == BinaryNumber.div) return f32x4.div(a, b);
  if (fn == BinaryNumber.maximum) return f32x4.max(a, b);
  if (fn == BinaryNumber.minimum) return f32x4.min(a, b);
  const difference = f32x4.sub(a, b);
  return f32x4.mul(difference, difference);
}

// @ts-ignore: decorator
@inline
function loop(fn: BinaryNumber, a: usize, b: usize, out: usize, end: usize): void {
  for (; out < end; out += 16, a += 16, b += 16) v128.store(out, apply(fn, v128.load(a), v128.load(b)));
}

/** out = fn(a, b) */
export function binary(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const binary = changetype<Broadcast>(job);
  const block = <usize>binary.block << 2;
  const end = min(<usize>lastChunk * binary.perChunk, <usize>binary.size) << 2;
  const tableA = binary.periodA ? repeated(binary.a, binary.periodA, block, scratch) : 0;
  const tableB = binary.periodB ? repeated(binary.b, binary.periodB, block, scratch) : 0;
  for (let at = (<usize>firstChunk * binary.perChunk) << 2; at < end; at += block) {
    const a = tableA ? tableA : binary.a + at;
    const b = tableB ? tableB : binary.b + at;
    const out = binary.out + at;
    const blockEnd = binary.out + min(at + block, end);
    switch (binary.fn) {
      case BinaryNumber.add: loop(BinaryNumber.add, a, b, out, blockEnd); break;
      case BinaryNumber.sub: loop(BinaryNumber.sub, a, b, out, blockEnd); break;
      case BinaryNumber.mul: loop(BinaryNumber.mul, a, b, out, blockEnd); break;
      case BinaryNumber.div: loop(BinaryNumber.div, a, b, out, blockEnd); break;
      case BinaryNumber.maximum: loop(BinaryNumber.maximum, a, b, out, blockEnd); break;
      case BinaryNumber.minimum: loop(BinaryNumber.minimum, a, b, out, blockEnd); break;
      default: loop(BinaryNumber.squaredDifference, a, b, out, blockEnd);
    }
  }
}
