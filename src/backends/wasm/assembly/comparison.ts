import { isTrue, loadMasks, storeBooleans } from './shared/booleans';
import { Broadcast, repeated } from './shared/broadcast';
import { elementsBegin, elementsEnd } from './shared/tiles';

/** `fn` is a constant wherever this is called. */
// @ts-ignore: decorator
@inline
function apply(fn: i32, a: v128, b: v128): v128 {
  if (fn == 0) return f32x4.eq(a, b);
  if (fn == 1) return f32x4.ne(a, b);
  if (fn == 2) return f32x4.lt(a, b);
  if (fn == 3) return f32x4.le(a, b);
  if (fn == 4) return f32x4.gt(a, b);
  if (fn == 5) return f32x4.ge(a, b);
  if (fn == 6) return v128.and(isTrue(a), isTrue(b));
  if (fn == 7) return v128.or(isTrue(a), isTrue(b));
  return v128.xor(isTrue(a), isTrue(b));
}

// @ts-ignore: decorator
@inline
function loop(fn: i32, a: usize, b: usize, out: usize, end: usize): void {
  for (; out < end; out += 4, a += 16, b += 16) storeBooleans(out, apply(fn, v128.load(a), v128.load(b)));
}

/** out = fn(a, b), a byte each. */
export function compare(job: usize, firstTile: i32, lastTile: i32, scratch: usize): void {
  const compare = changetype<Broadcast>(job);
  const block = <usize>compare.block;
  const end = min(<usize>lastTile * compare.perTile, <usize>compare.size);
  const tableA = compare.periodA ? repeated(compare.a, compare.periodA, block << 2, scratch) : 0;
  const tableB = compare.periodB ? repeated(compare.b, compare.periodB, block << 2, scratch) : 0;
  for (let at = <usize>firstTile * compare.perTile; at < end; at += block) {
    const a = tableA ? tableA : compare.a + (at << 2);
    const b = tableB ? tableB : compare.b + (at << 2);
    const out = compare.out + at;
    const blockEnd = compare.out + min(at + block, end);
    switch (compare.fn) {
      case 0: loop(0, a, b, out, blockEnd); break;
      case 1: loop(1, a, b, out, blockEnd); break;
      case 2: loop(2, a, b, out, blockEnd); break;
      case 3: loop(3, a, b, out, blockEnd); break;
      case 4: loop(4, a, b, out, blockEnd); break;
      case 5: loop(5, a, b, out, blockEnd); break;
      case 6: loop(6, a, b, out, blockEnd); break;
      case 7: loop(7, a, b, out, blockEnd); break;
      default: loop(8, a, b, out, blockEnd);
    }
  }
}

@unmanaged
class Select {
  condition: usize;
  a: usize;
  b: usize;
  out: usize;
  size: u32;
}

/** out = condition ? a : b */
export function select(job: usize, firstTile: i32, lastTile: i32, scratch: usize): void {
  const select = changetype<Select>(job);
  const end = elementsEnd(lastTile, select.size);
  for (let at = elementsBegin(firstTile); at < end; at += 4) {
    const bytes = at << 2;
    const chosen = v128.bitselect(
      v128.load(select.a + bytes),
      v128.load(select.b + bytes),
      loadMasks(select.condition + at),
    );
    v128.store(select.out + bytes, chosen);
  }
}
