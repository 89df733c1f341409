import { storeLanes } from './shared/lanes';
import { firstCell, lastCell, Windows } from './shared/windows';

@unmanaged
class Pool extends Windows {
  x: usize;
  out: usize;
}

// @ts-ignore: decorator
@inline
function windowSum(x: usize, rows: i32, columns: i32, rowStep: usize, columnStep: usize): v128 {
  let sum = f32x4.splat(0);
  for (let p = 0; p < rows; p++, x += rowStep) {
    let cell = x;
    for (let q = 0; q < columns; q++, cell += columnStep) sum = f32x4.add(sum, v128.load(cell));
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function mean2x2(x: usize, right: usize, below: usize): v128 {
  const upper = f32x4.add(v128.load(x), v128.load(x + right));
  const lower = f32x4.add(v128.load(x + below), v128.load(x + below + right));
  return f32x4.mul(f32x4.add(upper, lower), f32x4.splat(0.25));
}

/**
 * `pmax` is one instruction where `max` is eight, but drops a NaN on its right: those are recorded separately, as all
 * ones.
 */
// @ts-ignore: decorator
@inline
function largest(x: usize, rows: i32, columns: i32, rowStep: usize, columnStep: usize): v128 {
  let best = f32x4.splat(-Infinity);
  let unordered = i32x4.splat(0);
  for (let p = 0; p < rows; p++, x += rowStep) {
    let cell = x;
    for (let q = 0; q < columns; q++, cell += columnStep) {
      const value = v128.load(cell);
      best = f32x4.pmax(best, value);
      unordered = v128.or(unordered, f32x4.ne(value, value));
    }
  }
  return v128.or(best, unordered);
}

// @ts-ignore: decorator
@inline
function largest2x2(x: usize, right: usize, below: usize): v128 {
  const a = v128.load(x);
  const b = v128.load(x + right);
  const c = v128.load(x + below);
  const d = v128.load(x + below + right);
  // `pmax` keeps a NaN on its left.
  const best = f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d));
  const unordered = v128.or(f32x4.ne(b, b), v128.or(f32x4.ne(c, c), f32x4.ne(d, d)));
  return v128.or(best, unordered);
}

/** Reduction of a window: a constant wherever it is passed on, so a single branch is compiled. */
const MEAN = 0;
const LARGEST = 1;

/** One row of outputs whose windows are 2×2 pixels. */
// @ts-ignore: decorator
@inline
function poolRow2x2(fold: i32, x: usize, below: usize, step: usize, out: usize, outEnd: usize, channels: i32): void {
  const right = <usize>channels << 2;
  if (channels < 4) {
    for (; out < outEnd; out += right, x += step) storeLanes(out, fold2x2(fold, x, right, below), channels);
    return;
  }
  // The last vector of a pixel ends with its last channel, and may overlap the one before.
  const last = right - 16;
  for (; out < outEnd; out += right, x += step) {
    for (let c: usize = 0; c < last; c += 16) v128.store(out + c, fold2x2(fold, x + c, right, below));
    v128.store(out + last, fold2x2(fold, x + last, right, below));
  }
}

// @ts-ignore: decorator
@inline
function fold2x2(fold: i32, x: usize, right: usize, below: usize): v128 {
  return fold == MEAN ? mean2x2(x, right, below) : largest2x2(x, right, below);
}

// @ts-ignore: decorator
@inline
function foldWindow(
  fold: i32,
  x: usize,
  rows: i32,
  columns: i32,
  rowStep: usize,
  columnStep: usize,
  count: v128,
): v128 {
  return fold == MEAN
    ? f32x4.div(windowSum(x, rows, columns, rowStep, columnStep), count)
    : largest(x, rows, columns, rowStep, columnStep);
}

/** Process rows of outputs; a window on padding alone has no cells. */
// @ts-ignore: decorator
@inline
function poolRows(fold: i32, pool: Pool, firstRow: i32, end: i32): void {
  const channels = pool.channels;
  const pixel = pool.pixel;
  const line = pool.line;
  const rowStep = pool.rowStep;
  const columnStep = pool.columnStep;
  for (let row = firstRow; row < end; row++) {
    const image = row / pool.outHeight;
    const y = (row % pool.outHeight) * pool.strideHeight - pool.padTop;
    const from = pool.x + <usize>image * pool.inHeight * line;
    let out = pool.out + <usize>row * pool.outWidth * pixel;
    if (pool.isTwoByTwo) {
      const step = <usize>pool.strideWidth * pixel;
      poolRow2x2(fold, from + y * line, line, step, out, out + pool.outWidth * pixel, channels);
      continue;
    }
    const top = firstCell(y, pool.dilationHeight);
    const rows = max(lastCell(y, pool.dilationHeight, pool.height, pool.inHeight) - top, 0);
    const first = from + (y + top * pool.dilationHeight) * line;
    for (let j = 0; j < pool.outWidth; j++, out += pixel) {
      const x = j * pool.strideWidth - pool.padLeft;
      const left = firstCell(x, pool.dilationWidth);
      const columns = max(lastCell(x, pool.dilationWidth, pool.width, pool.inWidth) - left, 0);
      const cell = first + (x + left * pool.dilationWidth) * pixel;
      const count = f32x4.splat(<f32>max(rows * columns, 1));
      if (channels < 4) {
        storeLanes(out, foldWindow(fold, cell, rows, columns, rowStep, columnStep, count), channels);
        continue;
      }
      const last = pixel - 16;
      for (let c: usize = 0; c < last; c += 16) {
        v128.store(out + c, foldWindow(fold, cell + c, rows, columns, rowStep, columnStep, count));
      }
      v128.store(out + last, foldWindow(fold, cell + last, rows, columns, rowStep, columnStep, count));
    }
  }
}

/** Means of windows over the pixels on the image; 0 if there are none. A chunk is several rows of outputs. */
export function avgPool(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const pool = changetype<Pool>(job);
  poolRows(MEAN, pool, firstChunk * pool.perChunk, min(lastChunk * pool.perChunk, pool.images * pool.outHeight));
}

/**
 * The largest value of each window, NaN if there is one; −∞ for a window on padding alone. A chunk is several rows
 * of outputs.
 */
export function maxPool(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const pool = changetype<Pool>(job);
  poolRows(LARGEST, pool, firstChunk * pool.perChunk, min(lastChunk * pool.perChunk, pool.images * pool.outHeight));
}
