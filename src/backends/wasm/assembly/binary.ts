import { Broadcast, repeated } from './shared/broadcast';

/** `fn` is a constant wherever this is called, so a single branch is compiled. */
// @ts-ignore: decorator
@inline
function apply(fn: i32, a: v128, b: v128): v128 {
  if (fn == 0) return f32x4.add(a, b);
  if (fn == 1) return f32x4.sub(a, b);
  if (fn == 2) return f32x4.mul(a, b);
  if (fn == 3) return f32x4.div(a, b);
  if (fn == 4) return f32x4.max(a, b);
  if (fn == 5) return f32x4.min(a, b);
  const difference = f32x4.sub(a, b);
  return f32x4.mul(difference, difference);
}

// @ts-ignore: decorator
@inline
function loop(fn: i32, a: usize, b: usize, out: usize, end: usize): void {
  for (; out < end; out += 16, a += 16, b += 16) v128.store(out, apply(fn, v128.load(a), v128.load(b)));
}

/** out = fn(a, b) */
export function binary(job: usize, firstTile: i32, lastTile: i32, scratch: usize): void {
  const binary = changetype<Broadcast>(job);
  const block = <usize>binary.block << 2;
  const end = min(<usize>lastTile * binary.perTile, <usize>binary.size) << 2;
  const tableA = binary.periodA ? repeated(binary.a, binary.periodA, block, scratch) : 0;
  const tableB = binary.periodB ? repeated(binary.b, binary.periodB, block, scratch) : 0;
  for (let at = (<usize>firstTile * binary.perTile) << 2; at < end; at += block) {
    const a = tableA ? tableA : binary.a + at;
    const b = tableB ? tableB : binary.b + at;
    const out = binary.out + at;
    const blockEnd = binary.out + min(at + block, end);
    switch (binary.fn) {
      case 0: loop(0, a, b, out, blockEnd); break;
      case 1: loop(1, a, b, out, blockEnd); break;
      case 2: loop(2, a, b, out, blockEnd); break;
      case 3: loop(3, a, b, out, blockEnd); break;
      case 4: loop(4, a, b, out, blockEnd); break;
      case 5: loop(5, a, b, out, blockEnd); break;
      default: loop(6, a, b, out, blockEnd);
    }
  }
}
