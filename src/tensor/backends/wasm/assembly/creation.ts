import { elementsBegin, elementsEnd } from './tiles';

@unmanaged
class Fill {
  out: usize;
  size: u32;
  value: f32;
}

/** Sets float32 elements to one value. */
export function fill(job: usize, firstTile: i32, lastTile: i32, scratch: usize): void {
  const fill = changetype<Fill>(job);
  let out = fill.out + (elementsBegin(firstTile) << 2);
  const end = fill.out + (elementsEnd(lastTile, fill.size) << 2);
  const values = f32x4.splat(fill.value);
  for (; out + 16 <= end; out += 16) v128.store(out, values);
  for (; out < end; out += 4) store<f32>(out, fill.value);
}
