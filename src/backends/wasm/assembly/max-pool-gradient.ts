import { clearFloats } from './shared/copy';
import { choose, storeLanes } from './shared/lanes';
import { firstCell, lastCell, Windows } from './shared/windows';

/**
 * Return whether a value replaces the best so far: it is larger, or the first NaN (not value ≤ best, and best is
 * not NaN).
 */
// @ts-ignore: decorator
@inline
function wins(value: v128, best: v128): v128 {
  return v128.andnot(f32x4.eq(best, best), f32x4.le(value, best));
}

/**
 * Index of the cell with each lane's maximum, counted from the first cell on the image: the first of equals, or the
 * first NaN.
 */
// @ts-ignore: decorator
@inline
function placeOfLargest(x: usize, rows: i32, columns: i32, rowStep: usize, columnStep: usize): v128 {
  let best = v128.load(x);
  let place = i32x4.splat(0);
  let number = 0;
  for (let p = 0; p < rows; p++, x += rowStep) {
    let cell = x;
    for (let q = 0; q < columns; q++, cell += columnStep, number++) {
      const value = v128.load(cell);
      const isBetter = wins(value, best);
      best = choose(value, best, isBetter);
      place = choose(i32x4.splat(number), place, isBetter);
    }
  }
  return place;
}

@unmanaged
class MaxPoolGradient extends Windows {
  outputGradient: usize;
  x: usize;
  out: usize;
}

/** Add dy to the cell with the maximum of the window; overlapping windows accumulate. */
// @ts-ignore: decorator
@inline
function placeGradient(
  isDisjoint: bool,
  to: usize,
  dy: v128,
  place: v128,
  rows: i32,
  columns: i32,
  rowStep: usize,
  columnStep: usize,
  channels: u32,
): void {
  let number = 0;
  for (let p = 0; p < rows; p++, to += rowStep) {
    let cell = to;
    for (let q = 0; q < columns; q++, cell += columnStep, number++) {
      const part = v128.and(dy, i32x4.eq(place, i32x4.splat(number)));
      storeLanes(cell, isDisjoint ? part : f32x4.add(v128.load(cell), part), channels);
    }
  }
}

/** One row of 2×2 windows that do not overlap: a window's cells are compared in registers and each is stored once. */
function placeRow2x2(x: usize, offset: usize, below: usize, step: usize, dy: usize, dyEnd: usize, channels: u32): void {
  const right = <usize>channels << 2;
  for (; dy < dyEnd; dy += right, x += step) {
    for (let c: u32 = 0; c < channels; c += 4) {
      const from = x + (<usize>c << 2);
      const gradient = v128.load(dy + (<usize>c << 2));
      let best = v128.load(from);
      let value = v128.load(from + right);
      const second = wins(value, best);
      best = choose(value, best, second);
      value = v128.load(from + below);
      const third = wins(value, best);
      best = choose(value, best, third);
      const fourth = wins(v128.load(from + below + right), best);
      const lower = v128.or(third, fourth);
      const to = from + offset;
      const count = channels - c;
      storeLanes(to, v128.andnot(gradient, v128.or(second, lower)), count);
      storeLanes(to + right, v128.and(gradient, v128.andnot(second, lower)), count);
      storeLanes(to + below, v128.and(gradient, v128.andnot(third, fourth)), count);
      storeLanes(to + below + right, v128.and(gradient, fourth), count);
    }
  }
}

/**
 * Add dy at the maximum of its window. A chunk is several images; their rows are cleared just before a window
 * first reaches them.
 */
export function maxPoolGradient(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const pool = changetype<MaxPoolGradient>(job);
  const channels = pool.channels;
  const pixel = pool.pixel;
  const line = pool.line;
  const rowStep = pool.rowStep;
  const columnStep = pool.columnStep;
  const isDisjoint =
    pool.strideHeight > (pool.height - 1) * pool.dilationHeight &&
    pool.strideWidth > (pool.width - 1) * pool.dilationWidth;
  const end = min(lastChunk * pool.perChunk, pool.images);
  for (let image = firstChunk * pool.perChunk; image < end; image++) {
    const from = pool.x + <usize>image * pool.inHeight * line;
    // Offset of dx from x.
    const offset = pool.out - pool.x;
    let dy = pool.outputGradient + <usize>image * pool.outHeight * pool.outWidth * pixel;
    let cleared = 0;
    for (let i = 0; i < pool.outHeight; i++) {
      const y = i * pool.strideHeight - pool.padTop;
      const reach = min(y + (pool.height - 1) * pool.dilationHeight + 1, pool.inHeight);
      if (reach > cleared) {
        clearFloats(from + offset + cleared * line, (reach - cleared) * line);
        cleared = reach;
      }
      if (pool.isTwoByTwo && isDisjoint) {
        const next = dy + pool.outWidth * pixel;
        placeRow2x2(from + y * line, offset, line, <usize>pool.strideWidth * pixel, dy, next, channels);
        dy = next;
        continue;
      }
      const top = firstCell(y, pool.dilationHeight);
      const rows = lastCell(y, pool.dilationHeight, pool.height, pool.inHeight) - top;
      const first = from + (y + top * pool.dilationHeight) * line;
      for (let j = 0; j < pool.outWidth; j++, dy += pixel) {
        const x = j * pool.strideWidth - pool.padLeft;
        const left = firstCell(x, pool.dilationWidth);
        const columns = lastCell(x, pool.dilationWidth, pool.width, pool.inWidth) - left;
        if (rows <= 0 || columns <= 0) continue;
        const window = first + (x + left * pool.dilationWidth) * pixel;
        for (let c = 0; c < channels; c += 4) {
          const bytes = <usize>c << 2;
          const gradient = v128.load(dy + bytes);
          const place = placeOfLargest(window + bytes, rows, columns, rowStep, columnStep);
          const to = window + bytes + offset;
          if (isDisjoint) placeGradient(true, to, gradient, place, rows, columns, rowStep, columnStep, channels - c);
          else placeGradient(false, to, gradient, place, rows, columns, rowStep, columnStep, channels - c);
        }
      }
    }
    if (cleared < pool.inHeight) clearFloats(from + offset + cleared * line, (pool.inHeight - cleared) * line);
  }
}

@unmanaged
class MaxPoolGather extends Windows {
  values: usize;
  x: usize;
  out: usize;
}

/**
 * Read `values` at the maximum of x in each window; 0 for a window on padding alone. A chunk is several rows of
 * outputs.
 */
export function maxPoolGather(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const pool = changetype<MaxPoolGather>(job);
  const channels = pool.channels;
  const pixel = pool.pixel;
  const line = pool.line;
  const rowStep = pool.rowStep;
  const columnStep = pool.columnStep;
  const end = min(lastChunk * pool.perChunk, pool.images * pool.outHeight);
  for (let row = firstChunk * pool.perChunk; row < end; row++) {
    const image = row / pool.outHeight;
    const y = (row % pool.outHeight) * pool.strideHeight - pool.padTop;
    const top = firstCell(y, pool.dilationHeight);
    const rows = lastCell(y, pool.dilationHeight, pool.height, pool.inHeight) - top;
    const first = pool.x + (<usize>image * pool.inHeight + y + top * pool.dilationHeight) * line;
    let out = pool.out + <usize>row * pool.outWidth * pixel;
    for (let j = 0; j < pool.outWidth; j++, out += pixel) {
      const x = j * pool.strideWidth - pool.padLeft;
      const left = firstCell(x, pool.dilationWidth);
      const columns = lastCell(x, pool.dilationWidth, pool.width, pool.inWidth) - left;
      if (rows <= 0 || columns <= 0) {
        clearFloats(out, pixel);
        continue;
      }
      const window = first + (x + left * pool.dilationWidth) * pixel;
      for (let c = 0; c < channels; c += 4) {
        const bytes = <usize>c << 2;
        const place = placeOfLargest(window + bytes, rows, columns, rowStep, columnStep);
        let found = i32x4.splat(0);
        let number = 0;
        let start = window + bytes - pool.x + pool.values;
        for (let p = 0; p < rows; p++, start += rowStep) {
          let cell = start;
          for (let q = 0; q < columns; q++, cell += columnStep, number++) {
            found = v128.bitselect(v128.load(cell), found, i32x4.eq(place, i32x4.splat(number)));
          }
        }
        storeLanes(out + bytes, found, channels - c);
      }
    }
  }
}
