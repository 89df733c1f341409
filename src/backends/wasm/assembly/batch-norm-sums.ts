import { clearFloats, copyFloats } from './shared/copy';
import { addDoubles } from './shared/lanes';
import { multiplyAdd } from './shared/simd';
import { repeat, storeScales, throughSlope } from './batch-norm-tables';

/*
 * All of it walks rows of channels. Sums over rows run in float32 over a block of rows and in float64 over blocks, in
 * pieces whose number depends on the shape alone; a second kernel joins the pieces in order.
 */

/** Rows, or groups of rows, of a block. */
const BLOCK: u32 = 32;

/** Rows whose mean approximates the mean of a piece: distances from it are small, so their squares do not cancel. */
const SHIFT_ROWS: u32 = 16;

@unmanaged
class ChannelSums {
  /** float64 [pieces, 2, channels]. */
  parts: usize;
  x: usize;
  /** Weights of the distances; 0: a distance weighs itself. */
  outputGradient: usize;
  /**
   * [2, channels]. Weighed distances are taken from the mean, its first half; others from a place close to the mean of
   * the piece.
   */
  moments: usize;
  /** 0: no activation follows, and gamma, beta and ceiling are not read. */
  gamma: usize;
  beta: usize;
  rows: u32;
  channels: u32;
  pieceRows: u32;
  /** Rows that lie side by side as one, so that few channels fill vectors. */
  group: u32;
  epsilon: f32;
  /** The activation's largest value. */
  ceiling: f32;
}

/**
 * Rows that are read side by side: memory is walked in order, and the sums are read and written once for all of them.
 */
const SIDE_BY_SIDE: u32 = 4;

/** How distances are weighed: by themselves, by a gradient, by a gradient where an activation lets it through. */
const BY_ITSELF: u32 = 0;
const BY_GRADIENT: u32 = 1;
const BY_RECTIFIED: u32 = 2;

/** Weights of the distances d. */
// @ts-ignore: decorator
@inline
function weightsOf(kind: u32, d: v128, dy: usize, scales: v128, betas: v128, ceiling: v128): v128 {
  if (kind == BY_ITSELF) return d;
  if (kind == BY_GRADIENT) return v128.load(dy);
  return throughSlope(v128.load(dy), d, scales, betas, ceiling);
}

/**
 * Adds `rows` rows, `step` bytes apart, to Σ d and Σ d², d = x − shift; weighed: to Σ dy and Σ dy · d. `rows` and
 * `kind` are constants wherever this is called. The tables of scales and betas follow that of shifts, `table` bytes
 * apart.
 */
// @ts-ignore: decorator
@inline
function addRows(
  rows: u32,
  kind: u32,
  x: usize,
  dy: usize,
  step: usize,
  bytes: usize,
  shifts: usize,
  sums: usize,
  products: usize,
  table: usize,
  ceiling: v128,
): void {
  const none = f32x4.splat(0);
  for (let c: usize = 0; c < bytes; c += 16, x += 16, dy += 16) {
    const shift = v128.load(shifts + c);
    const scale = kind == BY_RECTIFIED ? v128.load(shifts + table + c) : none;
    const beta = kind == BY_RECTIFIED ? v128.load(shifts + 2 * table + c) : none;
    const d0 = f32x4.sub(v128.load(x), shift);
    const w0 = weightsOf(kind, d0, dy, scale, beta, ceiling);
    let sum = w0;
    let product = multiplyAdd(w0, d0, v128.load(products + c));
    if (rows == SIDE_BY_SIDE) {
      const d1 = f32x4.sub(v128.load(x + step), shift);
      const d2 = f32x4.sub(v128.load(x + 2 * step), shift);
      const d3 = f32x4.sub(v128.load(x + 3 * step), shift);
      const w1 = weightsOf(kind, d1, dy + step, scale, beta, ceiling);
      const w2 = weightsOf(kind, d2, dy + 2 * step, scale, beta, ceiling);
      const w3 = weightsOf(kind, d3, dy + 3 * step, scale, beta, ceiling);
      sum = f32x4.add(f32x4.add(w0, w1), f32x4.add(w2, w3));
      product = f32x4.add(
        multiplyAdd(w1, d1, product),
        multiplyAdd(w3, d3, f32x4.mul(w2, d2)),
      );
    }
    v128.store(sums + c, f32x4.add(v128.load(sums + c), sum));
    v128.store(products + c, product);
  }
}

/** Add floats to the same number of doubles, and reset the floats. */
function flush(floats: usize, doubles: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    addDoubles(doubles + 2 * at, v128.load(floats + at));
    v128.store(floats + at, f32x4.splat(0));
  }
}

/** The sums of one block of rows, in float32. */
// @ts-ignore: decorator
@inline
function addBlock(
  kind: u32,
  x: usize,
  dy: usize,
  step: usize,
  rows: u32,
  bytes: usize,
  shifts: usize,
  sums: usize,
  table: usize,
  ceiling: v128,
): void {
  const products = sums + bytes;
  for (; rows >= SIDE_BY_SIDE; rows -= SIDE_BY_SIDE, x += SIDE_BY_SIDE * step, dy += SIDE_BY_SIDE * step) {
    addRows(SIDE_BY_SIDE, kind, x, dy, step, bytes, shifts, sums, products, table, ceiling);
  }
  for (; rows > 0; rows--, x += step, dy += step) {
    addRows(1, kind, x, dy, step, bytes, shifts, sums, products, table, ceiling);
  }
}

/** The mean of each channel over the first rows. */
function firstMeans(to: usize, x: usize, rowBytes: usize, rows: u32): void {
  const count = min(rows, SHIFT_ROWS);
  const share = f32x4.splat(<f32>1 / <f32>count);
  for (let c: usize = 0; c < rowBytes; c += 16) {
    let sum = f32x4.splat(0);
    for (let r: u32 = 0; r < count; r++) sum = f32x4.add(sum, v128.load(x + c + r * rowBytes));
    v128.store(to + c, f32x4.mul(sum, share));
  }
}

/**
 * A chunk is a piece of the rows. Moments: the mean of the piece and Σ (x − mean)² for each channel; weighed: Σ dy and
 * Σ dy · (x − mean).
 */
export function channelSums(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const sums = changetype<ChannelSums>(job);
  const channels = sums.channels;
  const group = sums.group;
  const width = channels * group;
  const padded = (<usize>width + 7) & ~7;
  const totals = scratch;
  const products = totals + padded * 8;
  const floats = products + padded * 8;
  const floatBytes = padded * 4;
  const shifts = floats + 2 * floatBytes;
  // Rows are written in whole vectors, so a table needs room for one more.
  const table = floatBytes + 16;
  const scales = shifts + table;
  const betas = scales + table;
  const rowBytes = <usize>channels << 2;
  const kind = !sums.outputGradient ? BY_ITSELF : sums.gamma ? BY_RECTIFIED : BY_GRADIENT;
  const ceiling = f32x4.splat(sums.ceiling);
  if (kind == BY_RECTIFIED) {
    storeScales(scales, sums.moments, sums.gamma, rowBytes, sums.epsilon);
    copyFloats(betas, sums.beta, rowBytes);
    repeat(scales, rowBytes, <usize>width << 2);
    repeat(betas, rowBytes, <usize>width << 2);
  }
  for (let piece = <u32>firstChunk; piece < <u32>lastChunk; piece++) {
    const firstRow = piece * sums.pieceRows;
    const rows = min(sums.pieceRows, sums.rows - firstRow);
    let x = sums.x + firstRow * rowBytes;
    let dy = kind == BY_ITSELF ? x : sums.outputGradient + firstRow * rowBytes;
    if (kind == BY_ITSELF) firstMeans(shifts, x, rowBytes, rows);
    else copyFloats(shifts, sums.moments, rowBytes);
    repeat(shifts, rowBytes, <usize>width << 2);
    clearFloats(totals, padded * 24);
    const groups = rows / group;
    for (let g: u32 = 0; g < groups; g += BLOCK) {
      const count = min(BLOCK, groups - g);
      const step = rowBytes * group;
      if (kind == BY_ITSELF) addBlock(BY_ITSELF, x, dy, step, count, floatBytes, shifts, floats, table, ceiling);
      else if (kind == BY_GRADIENT)
        addBlock(BY_GRADIENT, x, dy, step, count, floatBytes, shifts, floats, table, ceiling);
      else addBlock(BY_RECTIFIED, x, dy, step, count, floatBytes, shifts, floats, table, ceiling);
      // Σ and Σ of products lie one behind the other, as floats and as doubles.
      flush(floats, totals, 2 * floatBytes);
      x += count * rowBytes * group;
      dy += count * rowBytes * group;
    }
    const rest = rows - groups * group;
    const part = sums.parts + piece * rowBytes * 4;
    for (let c: u32 = 0; c < channels; c++) {
      const shift = load<f32>(shifts + (<usize>c << 2));
      let sum: f64 = 0;
      let product: f64 = 0;
      for (let w = c; w < width; w += channels) {
        sum += load<f64>(totals + (<usize>w << 3));
        product += load<f64>(products + (<usize>w << 3));
      }
      for (let r: u32 = 0; r < rest; r++) {
        const at = r * rowBytes + (<usize>c << 2);
        const distance = <f64>load<f32>(x + at) - <f64>shift;
        let weight = distance;
        if (kind != BY_ITSELF) weight = <f64>load<f32>(dy + at);
        if (kind == BY_RECTIFIED) {
          const scaled = (load<f32>(x + at) - shift) * load<f32>(scales + (<usize>c << 2));
          const value = scaled + load<f32>(betas + (<usize>c << 2));
          if (!(value > 0 && value < sums.ceiling)) weight = 0;
        }
        sum += weight;
        product += weight * distance;
      }
      if (kind == BY_ITSELF) {
        const distance = sum / <f64>rows;
        product -= sum * distance;
        sum = <f64>shift + distance;
      }
      store<f64>(part + (<usize>c << 3), sum);
      store<f64>(part + ((<usize>c + channels) << 3), product);
    }
  }
}

@unmanaged
class JoinSums {
  parts: usize;
  /** [2, channels] */
  out: usize;
  /** [2, channels]: mean and variance; 0: the parts are moments. */
  moments: usize;
  pieces: u32;
  rows: u32;
  channels: u32;
  pieceRows: u32;
  channelsPerChunk: u32;
  epsilon: f32;
}

/**
 * Joins the parts of `channelSums`. Moments of two pieces: Chan, Golub and LeVeque, The American Statistician 37
 * (1983).
 */
export function joinChannelSums(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const join = changetype<JoinSums>(job);
  const channels = join.channels;
  const end = min(<u32>lastChunk * join.channelsPerChunk, channels);
  for (let c = <u32>firstChunk * join.channelsPerChunk; c < end; c++) {
    let part = join.parts + (<usize>c << 3);
    let first: f64 = 0;
    let second: f64 = 0;
    let seen: f64 = 0;
    for (let p: u32 = 0; p < join.pieces; p++, part += <usize>channels << 4) {
      const sum = load<f64>(part);
      const product = load<f64>(part + (<usize>channels << 3));
      if (join.moments) {
        first += sum;
        second += product;
        continue;
      }
      const rows = <f64>min(join.pieceRows, join.rows - p * join.pieceRows);
      const share = rows / (seen + rows);
      const distance = sum - first;
      first += distance * share;
      second += product + distance * distance * seen * share;
      seen += rows;
    }
    if (join.moments) {
      const variance = <f64>load<f32>(join.moments + ((<usize>c + channels) << 2));
      second /= sqrt<f64>(variance + <f64>join.epsilon);
    } else second /= seen;
    store<f32>(join.out + (<usize>c << 2), <f32>first);
    store<f32>(join.out + ((<usize>c + channels) << 2), <f32>second);
  }
}
