import { clearFloats, copyFloats } from './shared/copy';
import { addDoubles } from './shared/lanes';
import { multiplyAdd } from './shared/simd';

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
  /** Where weighed distances are taken from, [channels]; others from a place close to the mean of the piece. */
  mean: usize;
  rows: u32;
  channels: u32;
  pieceRows: u32;
  /** Number of rows that are combined into one, so that few channels fill vectors. */
  group: u32;
}

/**
 * Rows that are read side by side: memory is walked in order, and the sums are read and written once for all of them.
 */
const SIDE_BY_SIDE: u32 = 4;

/**
 * Adds `rows` rows, `step` bytes apart, to Σ d and Σ d², d = x − shift; weighed: to Σ dy and Σ dy · d. `rows` and
 * `isWeighed` are constants wherever this is called.
 */
// @ts-ignore: decorator
@inline
function addRows(
  rows: u32,
  isWeighed: bool,
  x: usize,
  dy: usize,
  step: usize,
  bytes: usize,
  shifts: usize,
  sums: usize,
  products: usize,
): void {
  for (let c: usize = 0; c < bytes; c += 16, x += 16, dy += 16) {
    const shift = v128.load(shifts + c);
    const d0 = f32x4.sub(v128.load(x), shift);
    const w0 = isWeighed ? v128.load(dy) : d0;
    let sum = w0;
    let product = multiplyAdd(w0, d0, v128.load(products + c));
    if (rows == SIDE_BY_SIDE) {
      const d1 = f32x4.sub(v128.load(x + step), shift);
      const d2 = f32x4.sub(v128.load(x + 2 * step), shift);
      const d3 = f32x4.sub(v128.load(x + 3 * step), shift);
      const w1 = isWeighed ? v128.load(dy + step) : d1;
      const w2 = isWeighed ? v128.load(dy + 2 * step) : d2;
      const w3 = isWeighed ? v128.load(dy + 3 * step) : d3;
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

/** Add floats to as many doubles, and reset the floats. */
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
  isWeighed: bool,
  x: usize,
  dy: usize,
  step: usize,
  rows: u32,
  bytes: usize,
  shifts: usize,
  sums: usize,
  products: usize,
): void {
  for (; rows >= SIDE_BY_SIDE; rows -= SIDE_BY_SIDE, x += SIDE_BY_SIDE * step, dy += SIDE_BY_SIDE * step) {
    addRows(SIDE_BY_SIDE, isWeighed, x, dy, step, bytes, shifts, sums, products);
  }
  for (; rows > 0; rows--, x += step, dy += step) addRows(1, isWeighed, x, dy, step, bytes, shifts, sums, products);
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

/** Copies the first row of a table behind itself until it is `bytes` long. */
function repeat(table: usize, rowBytes: usize, bytes: usize): void {
  for (let at = rowBytes; at < bytes; at += rowBytes) copyFloats(table + at, table, rowBytes);
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
  const shifts = scratch;
  const totals = scratch + padded * 4;
  const products = totals + padded * 8;
  const floats = products + padded * 8;
  const floatBytes = padded * 4;
  const rowBytes = <usize>channels << 2;
  const isWeighed = sums.outputGradient != 0;
  for (let piece = <u32>firstChunk; piece < <u32>lastChunk; piece++) {
    const firstRow = piece * sums.pieceRows;
    const rows = min(sums.pieceRows, sums.rows - firstRow);
    let x = sums.x + firstRow * rowBytes;
    let dy = isWeighed ? sums.outputGradient + firstRow * rowBytes : x;
    if (isWeighed) copyFloats(shifts, sums.mean, rowBytes);
    else firstMeans(shifts, x, rowBytes, rows);
    repeat(shifts, rowBytes, <usize>width << 2);
    clearFloats(totals, padded * 24);
    const groups = rows / group;
    for (let g: u32 = 0; g < groups; g += BLOCK) {
      const count = min(BLOCK, groups - g);
      const step = rowBytes * group;
      if (isWeighed) addBlock(true, x, dy, step, count, floatBytes, shifts, floats, floats + floatBytes);
      else addBlock(false, x, dy, step, count, floatBytes, shifts, floats, floats + floatBytes);
      // Sums and sums of products are consecutive, as floats and as doubles.
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
        const weight = isWeighed ? <f64>load<f32>(dy + at) : distance;
        sum += weight;
        product += weight * distance;
      }
      if (!isWeighed) {
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
    if (join.moments) second /= sqrt<f64>(<f64>load<f32>(join.moments + ((<usize>c + channels) << 2)) + <f64>join.epsilon);
    else second /= seen;
    store<f32>(join.out + (<usize>c << 2), <f32>first);
    store<f32>(join.out + ((<usize>c + channels) << 2), <f32>second);
  }
}

@unmanaged
class Normalize {
  x: usize;
  /** 0: forward. */
  outputGradient: usize;
  moments: usize;
  gamma: usize;
  /** Forward: beta; backward: the two sums, [2, channels]. */
  shift: usize;
  out: usize;
  size: u32;
  channels: u32;
  /** Elements of one pass: rows of channels in whole vectors. */
  block: u32;
  perChunk: u32;
  epsilon: f32;
  /** 1 / rows. */
  share: f32;
}

/**
 * Forward: (x − mean) · scale + beta, scale = gamma / deviation. Backward: dx = scale · dy − constant − slope · (x −
 * mean), where constant = scale · Σ dy / rows and slope = scale · Σ (dy · normalized) / (deviation · rows).
 */
export function batchNormalize(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const norm = changetype<Normalize>(job);
  const rowBytes = <usize>norm.channels << 2;
  const block = <usize>norm.block << 2;
  // Rows are written in whole vectors, so a table needs room for one more.
  const tableBytes = block + 16;
  const means = scratch;
  const scales = means + tableBytes;
  const shifts = scales + tableBytes;
  const slopes = shifts + tableBytes;
  const isBackward = norm.outputGradient != 0;
  const share = f32x4.splat(norm.share);
  for (let c: usize = 0; c < rowBytes; c += 16) {
    const variance = v128.load(norm.moments + rowBytes + c);
    const inverse = f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(norm.epsilon))));
    const scale = f32x4.mul(v128.load(norm.gamma + c), inverse);
    v128.store(means + c, v128.load(norm.moments + c));
    v128.store(scales + c, scale);
    const shift = v128.load(norm.shift + c);
    if (!isBackward) {
      v128.store(shifts + c, shift);
      continue;
    }
    const shared = f32x4.mul(scale, share);
    v128.store(shifts + c, f32x4.mul(shared, shift));
    v128.store(slopes + c, f32x4.mul(f32x4.mul(shared, inverse), v128.load(norm.shift + rowBytes + c)));
  }
  repeat(means, rowBytes, block);
  repeat(scales, rowBytes, block);
  repeat(shifts, rowBytes, block);
  if (isBackward) repeat(slopes, rowBytes, block);
  const end = min(<usize>lastChunk * norm.perChunk, <usize>norm.size) << 2;
  for (let first = (<usize>firstChunk * norm.perChunk) << 2; first < end; first += block) {
    const x = norm.x + first;
    const dy = norm.outputGradient + first;
    const out = norm.out + first;
    const bytes = min(block, end - first);
    if (isBackward) {
      for (let at: usize = 0; at < bytes; at += 16) {
        const centered = f32x4.sub(v128.load(x + at), v128.load(means + at));
        const direct = f32x4.sub(f32x4.mul(v128.load(scales + at), v128.load(dy + at)), v128.load(shifts + at));
        v128.store(out + at, f32x4.sub(direct, f32x4.mul(v128.load(slopes + at), centered)));
      }
    } else {
      for (let at: usize = 0; at < bytes; at += 16) {
        const centered = f32x4.sub(v128.load(x + at), v128.load(means + at));
        v128.store(out + at, f32x4.add(f32x4.mul(centered, v128.load(scales + at)), v128.load(shifts + at)));
      }
    }
  }
}
