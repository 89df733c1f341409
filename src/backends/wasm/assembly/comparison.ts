import { ComparisonNumber } from '../functions';
import { isTrue, loadMasks, storeBooleans } from './shared/booleans';
import { Broadcast, repeated } from './shared/broadcast';
import { elementsBegin, elementsEnd } from './shared/chunks';

/** `fn` is a constant wherever this is called. */
// @ts-ignore: decorator
@inline
function apply(fn: ComparisonNumber, a: v128, b: v128): v128 {
  if (fn == ComparisonNumber.equal) return f32x4.eq(a, b);
  if (fn == ComparisonNumber.notEqual) return f32x4.ne(a, b);
  if (fn == ComparisonNumber.less) return f32x4.lt(a, b);
  if (fn == ComparisonNumber.lessEqual) return f32x4.le(a, b);
  if (fn == ComparisonNumber.greater) return f32x4.gt(a, b);
  if (fn == ComparisonNumber.greaterEqual) return f32x4.ge(a, b);
  if (fn == ComparisonNumber.logicalAnd) return v128.and(isTrue(a), isTrue(b));
  if (fn == ComparisonNumber.logicalOr) return v128.or(isTrue(a), isTrue(b));
  return v128.xor(isTrue(a), isTrue(b));
}

// @ts-ignore: decorator
@inline
function loop(fn: ComparisonNumber, a: usize, b: usize, out: usize, end: usize): void {
  for (; out < end; out += 4, a += 16, b += 16) storeBooleans(out, apply(fn, v128.load(a), v128.load(b)));
}

/** out = fn(a, b), a byte each. */
export function compare(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const compare = changetype<Broadcast>(job);
  const block = <usize>compare.block;
  const end = min(<usize>lastChunk * compare.perChunk, <usize>compare.size);
  const tableA = compare.periodA ? repeated(compare.a, compare.periodA, block << 2, scratch) : 0;
  const tableB = compare.periodB ? repeated(compare.b, compare.periodB, block << 2, scratch) : 0;
  for (let at = <usize>firstChunk * compare.perChunk; at < end; at += block) {
    const a = tableA ? tableA : compare.a + (at << 2);
    const b = tableB ? tableB : compare.b + (at << 2);
    const out = compare.out + at;
    const blockEnd = compare.out + min(at + block, end);
    switch (compare.fn) {
      case ComparisonNumber.equal: loop(ComparisonNumber.equal, a, b, out, blockEnd); break;
      case ComparisonNumber.notEqual: loop(ComparisonNumber.notEqual, a, b, out, blockEnd); break;
      case ComparisonNumber.less: loop(ComparisonNumber.less, a, b, out, blockEnd); break;
      case ComparisonNumber.lessEqual: loop(ComparisonNumber.lessEqual, a, b, out, blockEnd); break;
      case ComparisonNumber.greater: loop(ComparisonNumber.greater, a, b, out, blockEnd); break;
      case ComparisonNumber.greaterEqual: loop(ComparisonNumber.greaterEqual, a, b, out, blockEnd); break;
      case ComparisonNumber.logicalAnd: loop(ComparisonNumber.logicalAnd, a, b, out, blockEnd); break;
      case ComparisonNumber.logicalOr: loop(ComparisonNumber.logicalOr, a, b, out, blockEnd); break;
      default: loop(ComparisonNumber.logicalXor, a, b, out, blockEnd);
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
export function select(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const select = changetype<Select>(job);
  const end = elementsEnd(lastChunk, select.size);
  for (let at = elementsBegin(firstChunk); at < end; at += 4) {
    const bytes = at << 2;
    const chosen = v128.bitselect(
      v128.load(select.a + bytes),
      v128.load(select.b + bytes),
      loadMasks(select.condition + at),
    );
    v128.store(select.out + bytes, chosen);
  }
}
