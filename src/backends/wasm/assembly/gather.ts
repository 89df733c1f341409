import { clearFloats, copyFloats } from './shared/copy';

@unmanaged
class Gather {
  x: usize;
  indices: usize;
  out: usize;
  count: u32;
  /** outer · count */
  rows: u32;
  size: u32;
  inner: u32;
  rowsPerChunk: u32;
}

/** out[o, n] = x[o, indices[n]], rows of `inner`; zeros for an index out of range. */
export function gather(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const gather = changetype<Gather>(job);
  const bytes = <usize>gather.inner << 2;
  const end = min(<u32>lastChunk * gather.rowsPerChunk, gather.rows);
  for (let row = <u32>firstChunk * gather.rowsPerChunk; row < end; row++) {
    const outer = row / gather.count;
    const index = load<u32>(gather.indices + (<usize>(row % gather.count) << 2));
    const out = gather.out + row * bytes;
    // Below 0 is far above the size, as an unsigned integer.
    if (index >= gather.size) clearFloats(out, bytes);
    else copyFloats(out, gather.x + (<usize>outer * gather.size + index) * bytes, bytes);
  }
}

@unmanaged
class ScatterAdd {
  x: usize;
  indices: usize;
  out: usize;
  count: u32;
  size: u32;
  inner: u32;
}

/** Adds rows of x into zeros at the indices, in their order. A chunk is one of the outer entries. */
export function scatterAdd(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const scatter = changetype<ScatterAdd>(job);
  const bytes = <usize>scatter.inner << 2;
  for (let outer = <usize>firstChunk; outer < <usize>lastChunk; outer++) {
    const out = scatter.out + outer * scatter.size * bytes;
    clearFloats(out, scatter.size * bytes);
    for (let n: u32 = 0; n < scatter.count; n++) {
      const index = load<u32>(scatter.indices + (<usize>n << 2));
      if (index >= scatter.size) continue;
      let from = scatter.x + (outer * scatter.count + n) * bytes;
      let to = out + index * bytes;
      const end = to + bytes;
      for (; to + 16 <= end; to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
      for (; to < end; to += 4, from += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
    }
  }
}
