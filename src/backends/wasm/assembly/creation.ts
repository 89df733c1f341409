import { elementsBegin, elementsEnd } from './shared/chunks';

@unmanaged
class Fill {
  out: usize;
  size: u32;
  value: f32;
}

/** Sets float32 elements to one value. */
export function fill(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const fill = changetype<Fill>(job);
  let out = fill.out + (elementsBegin(firstChunk) << 2);
  const end = fill.out + (elementsEnd(lastChunk, fill.size) << 2);
  const values = f32x4.splat(fill.value);
  for (; out + 16 <= end; out += 16) v128.store(out, values);
  for (; out < end; out += 4) store<f32>(out, fill.value);
}

@unmanaged
class OneHot {
  indices: usize;
  out: usize;
  rows: u32;
  depth: u32;
  rowsPerChunk: u32;
  on: f32;
  off: f32;
}

/** Rows of `off` but for one `on` each; none where the index is out of range. */
export function oneHot(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const hot = changetype<OneHot>(job);
  const bytes = <usize>hot.depth << 2;
  const end = min(<u32>lastChunk * hot.rowsPerChunk, hot.rows);
  for (let row = <u32>firstChunk * hot.rowsPerChunk; row < end; row++) {
    const out = hot.out + row * bytes;
    const index = load<u32>(hot.indices + (<usize>row << 2));
    for (let at: usize = 0; at < bytes; at += 4) store<f32>(out + at, hot.off);
    if (index < hot.depth) store<f32>(out + (<usize>index << 2), hot.on);
  }
}
