// A module of its own, with its own memory; see ../packing.ts.
import { Coding, Context, PRIOR } from '../packing';

/** Memory: two bytes of probability and one of a count for each context, then the text, then the result. */
const CHANCES: usize = 0;
const COUNTS: usize = Context.end * 2;
const TEXT: usize = Context.end * 3;

let next: usize = 0;
let code: u32 = 0;
let range: u32 = 0;

/** Where the text goes. */
export function textAddress(): usize {
  return TEXT;
}

function bit(context: u32): u32 {
  while (range < <u32>1 << Coding.leastRange) {
    const character: i32 = load<u8>(next++);
    code = (code << 6) | <u32>(character - Coding.firstCharacter - i32(character > Coding.backslash));
    range <<= 6;
  }
  // Memory starts as zeros, which stand for one half.
  const place = CHANCES + (<usize>context << 1);
  const chance = <u32>load<u16>(place) ^ 0x8000;
  const bound = (range >>> Coding.precision) * ((chance >>> (16 - Coding.precision)) | 1);
  const isSet = code < bound;
  code -= isSet ? 0 : bound;
  range = isSet ? bound : range - bound;
  const seen: i32 = load<u8>(COUNTS + context);
  const change = ((isSet ? 65535.0 : 0.0) - <f64>chance) / (<f64>seen + PRIOR);
  store<u16>(place, <u32>(<f64>chance + change) ^ 0x8000);
  store<u8>(COUNTS + context, min(seen + 1, Coding.steady));
  return u32(isSet);
}

/** A number ≥ 1: the count of the bits behind its highest one, in unary, then these bits. */
function number(context: u32): u32 {
  let bits: u32 = 0;
  while (bit(context + bits)) bits++;
  let value: u32 = 1;
  for (let i: u32 = 0; i < bits; i++) value = 2 * value + bit(context + 32 + 8 * bits + min<u32>(value, 7));
  return value;
}

/** @param expected the byte that the last copy would go on with, under a leading one; 0 after a literal */
function literal(tree: u32, expected: u32): u32 {
  let byte: u32 = 1;
  for (let i = 7; i >= 0; i--) {
    const form = expected >>> (i + 1) === byte ? 1 + ((expected >>> i) & 1) : 0;
    byte = 2 * byte + bit(tree + (form << 16) + byte);
  }
  return byte;
}

/** Unpacks the first `size` bytes, behind the text, and returns their address. */
export function unpack(textLength: usize, size: usize): usize {
  const result = TEXT + textLength;
  next = TEXT;
  // Nothing is read yet.
  code = 0;
  range = 1;
  let last: usize = 1;
  let second: usize = 1;
  let history: u32 = 0;
  for (let at = result, end = result + size; at < end; ) {
    const isCopy = bit(Context.isCopy + history);
    if (isCopy) {
      let distance: usize;
      let length: u32;
      if (bit(Context.isRepeated + history)) {
        distance = bit(Context.isSecond + history) ? second : last;
        length = number(Context.repeatedLength);
      } else {
        length = number(Context.length) + 1;
        distance = number(Context.distance + 512 * min<u32>(length - 2, 3));
      }
      if (distance !== last) second = last;
      last = distance;
      for (const stop = min(at + length, end); at < stop; at++) store<u8>(at, load<u8>(at - distance));
    } else {
      const before: u32 = at > result ? load<u8>(at - 1) : 0;
      const expected: u32 = history & 1 ? 256 | load<u8>(at - last) : 0;
      store<u8>(at++, literal(Context.literal + (before << 8), expected));
    }
    history = ((history << 1) | isCopy) & 7;
  }
  return result;
}
