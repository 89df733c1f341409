import { addDoubles, lanesBelow, largestLane } from './shared/lanes';

/*
 * Sums run in float32 over a block, then in float64 over the blocks, so that their error does not grow with the length.
 * Long reductions are cut into pieces whose results `reduceParts` joins in order; how many depends on the shape alone.
 */

const SUM: i32 = 0;
const MEAN: i32 = 1;
const MAX: i32 = 2;

/** Rows, or vectors of a row, of a block. */
const BLOCK: u32 = 64;

@unmanaged
class Reduce {
  x: usize;
  /** float32 results, or float64 results of pieces where there are several. */
  out: usize;
  /** Place in `REDUCTIONS` of reductions.ts. */
  fn: i32;
  outer: u32;
  size: u32;
  inner: u32;
  pieces: u32;
  /** Of `size`. */
  pieceSize: u32;
  /** Columns of a unit. */
  blockColumns: u32;
  blocks: u32;
  /** Number of rows that are combined into one, so that short rows fill vectors. */
  group: u32;
  unitsPerChunk: u32;
}

// @ts-ignore: decorator
@inline
function startOf(fn: i32): f32 {
  return fn <= MEAN ? <f32>0 : fn == MAX ? -Infinity : Infinity;
}

/** `fn` is a constant wherever this is called. */
// @ts-ignore: decorator
@inline
function join(fn: i32, a: v128, b: v128): v128 {
  if (fn == SUM) return f32x4.add(a, b);
  if (fn == MAX) return f32x4.max(a, b);
  return f32x4.min(a, b);
}

// @ts-ignore: decorator
@inline
function joinScalars(fn: i32, a: f64, b: f64): f64 {
  if (fn <= MEAN) return a + b;
  return fn == MAX ? max(a, b) : min(a, b);
}

// @ts-ignore: decorator
@inline
function joinLanes(fn: i32, values: v128): f64 {
  if (fn == MAX) return largestLane(values);
  if (fn > MAX) return -largestLane(f32x4.neg(values));
  const pairs = f64x2.add(
    f64x2.promote_low_f32x4(values),
    f64x2.promote_low_f32x4(v128.shuffle<f32>(values, values, 2, 3, 0, 1)),
  );
  return f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1);
}

/** Reduce a contiguous run; `fn` is SUM, MAX or MIN. */
// @ts-ignore: decorator
@inline
function reduceRun(fn: i32, x: usize, count: u32): f64 {
  const start = f32x4.splat(startOf(fn));
  let total: f64 = startOf(fn);
  while (count > 0) {
    const inBlock = min(count, BLOCK * 16);
    let a = start;
    let b = start;
    let c = start;
    let d = start;
    let left = inBlock;
    for (; left >= 16; left -= 16, x += 64) {
      a = join(fn, a, v128.load(x));
      b = join(fn, b, v128.load(x, 16));
      c = join(fn, c, v128.load(x, 32));
      d = join(fn, d, v128.load(x, 48));
    }
    for (; left >= 4; left -= 4, x += 16) a = join(fn, a, v128.load(x));
    if (left > 0) {
      b = join(fn, b, v128.bitselect(v128.load(x), start, lanesBelow(left)));
      x += <usize>left << 2;
    }
    total = joinScalars(fn, total, joinLanes(fn, join(fn, join(fn, a, b), join(fn, c, d))));
    count -= inBlock;
  }
  return total;
}

// @ts-ignore: decorator
@inline
function storeResult(reduce: Reduce, at: usize, value: f64): void {
  if (reduce.pieces > 1) store<f64>(reduce.out + (at << 3), value);
  else store<f32>(reduce.out + (at << 2), <f32>(reduce.fn == MEAN ? value / <f64>reduce.size : value));
}

/** Reduces [outer, size] to [outer]. A unit is a piece of a row. */
export function reduceRows(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const reduce = changetype<Reduce>(job);
  const pieces = reduce.pieces;
  const end = min(<u32>lastChunk * reduce.unitsPerChunk, reduce.outer * pieces);
  for (let unit = <u32>firstChunk * reduce.unitsPerChunk; unit < end; unit++) {
    const first = (unit % pieces) * reduce.pieceSize;
    const count = min(reduce.pieceSize, reduce.size - first);
    const x = reduce.x + ((<usize>(unit / pieces) * reduce.size + first) << 2);
    let value: f64;
    if (reduce.fn <= MEAN) value = reduceRun(SUM, x, count);
    else if (reduce.fn == MAX) value = reduceRun(MAX, x, count);
    else value = reduceRun(3, x, count);
    storeResult(reduce, unit, value);
  }
}

/** The extremes of a float32 column are exact in float64 as well. */
// @ts-ignore: decorator
@inline
function joinDoubles(fn: i32, to: usize, values: v128): void {
  if (fn == SUM) {
    addDoubles(to, values);
    return;
  }
  for (let lane = 0; lane < 4; lane++, to += 8) {
    store<f64>(to, joinScalars(fn, load<f64>(to), f32x4.extract_lane(values, 0)));
    values = v128.shuffle<f32>(values, values, 1, 2, 3, 0);
  }
}

/** Joins `rows` rows of `width` columns, `step` bytes apart, to the doubles in `totals`. */
// @ts-ignore: decorator
@inline
function reduceBlock(fn: i32, x: usize, step: usize, rows: u32, width: u32, totals: usize): void {
  const start = f32x4.splat(startOf(fn));
  let column: u32 = 0;
  for (; column + 16 <= width; column += 16, x += 64, totals += 128) {
    let a = start;
    let b = start;
    let c = start;
    let d = start;
    let row = x;
    for (let r: u32 = 0; r < rows; r++, row += step) {
      a = join(fn, a, v128.load(row));
      b = join(fn, b, v128.load(row, 16));
      c = join(fn, c, v128.load(row, 32));
      d = join(fn, d, v128.load(row, 48));
    }
    joinDoubles(fn, totals, a);
    joinDoubles(fn, totals + 32, b);
    joinDoubles(fn, totals + 64, c);
    joinDoubles(fn, totals + 96, d);
  }
  for (; column < width; column += 4, x += 16, totals += 32) {
    let a = start;
    let row = x;
    for (let r: u32 = 0; r < rows; r++, row += step) a = join(fn, a, v128.load(row));
    joinDoubles(fn, totals, a);
  }
}

/** Reduces [outer, size, inner] to [outer, inner]. A unit is a piece of the rows and a block of the columns. */
export function reduceColumns(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const reduce = changetype<Reduce>(job);
  const fn = reduce.fn;
  const inner = reduce.inner;
  const group = reduce.group;
  const end = min(<u32>lastChunk * reduce.unitsPerChunk, reduce.outer * reduce.pieces * reduce.blocks);
  for (let unit = <u32>firstChunk * reduce.unitsPerChunk; unit < end; unit++) {
    const firstColumn = (unit % reduce.blocks) * reduce.blockColumns;
    const columns = min(reduce.blockColumns, inner - firstColumn);
    const part = unit / reduce.blocks;
    const firstRow = (part % reduce.pieces) * reduce.pieceSize;
    const rows = min(reduce.pieceSize, reduce.size - firstRow);
    const outer = part / reduce.pieces;
    let x = reduce.x + (((<usize>outer * reduce.size + firstRow) * inner + firstColumn) << 2);
    const width = columns * group;
    const step = <usize>inner * group * 4;
    for (let w: u32 = 0; w < width + 4; w++) store<f64>(scratch + (<usize>w << 3), startOf(fn));
    const groups = rows / group;
    for (let g: u32 = 0; g < groups; g += BLOCK) {
      const count = min(BLOCK, groups - g);
      if (fn <= MEAN) reduceBlock(SUM, x, step, count, width, scratch);
      else if (fn == MAX) reduceBlock(MAX, x, step, count, width, scratch);
      else reduceBlock(3, x, step, count, width, scratch);
      x += count * step;
    }
    for (let c: u32 = 0; c < columns; c++) {
      let total = load<f64>(scratch + (<usize>c << 3));
      for (let w = c + columns; w < width; w += columns) {
        total = joinScalars(fn, total, load<f64>(scratch + (<usize>w << 3)));
      }
      for (let r = groups * group; r < rows; r++) {
        total = joinScalars(fn, total, load<f32>(x + (((r - groups * group) * inner + c) << 2)));
      }
      storeResult(reduce, <usize>part * inner + firstColumn + c, total);
    }
  }
}

@unmanaged
class ReduceParts {
  parts: usize;
  out: usize;
  fn: i32;
  size: u32;
  inner: u32;
  pieces: u32;
  /** Results of all. */
  results: u32;
  perChunk: u32;
}

/** Combine the pieces of each result, [outer, pieces, inner] in float64, in order. */
export function reduceParts(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const reduce = changetype<ReduceParts>(job);
  const fn = reduce.fn;
  const end = min(<u32>lastChunk * reduce.perChunk, reduce.results);
  for (let result = <u32>firstChunk * reduce.perChunk; result < end; result++) {
    const outer = result / reduce.inner;
    let part = reduce.parts + ((<usize>outer * reduce.pieces * reduce.inner + (result % reduce.inner)) << 3);
    let total: f64 = startOf(fn);
    for (let p: u32 = 0; p < reduce.pieces; p++, part += <usize>reduce.inner << 3) {
      total = joinScalars(fn, total, load<f64>(part));
    }
    store<f32>(reduce.out + (<usize>result << 2), <f32>(fn == MEAN ? total / <f64>reduce.size : total));
  }
}

@unmanaged
class ArgReduce {
  x: usize;
  out: usize;
  /** 1: the smallest. */
  isMin: i32;
  size: u32;
  inner: u32;
  results: u32;
  perChunk: u32;
}

/** Find the index of the first of equal extremes; the first NaN has priority. */
export function argReduce(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const reduce = changetype<ArgReduce>(job);
  const sign: f32 = reduce.isMin ? -1 : 1;
  const step = <usize>reduce.inner << 2;
  const end = min(<u32>lastChunk * reduce.perChunk, reduce.results);
  for (let result = <u32>firstChunk * reduce.perChunk; result < end; result++) {
    const outer = <usize>(result / reduce.inner) * reduce.size;
    let x = reduce.x + ((outer * reduce.inner + (result % reduce.inner)) << 2);
    let best = sign * load<f32>(x);
    let place: u32 = 0;
    for (let i: u32 = 1; i < reduce.size && best == best; i++) {
      x += step;
      const value = sign * load<f32>(x);
      if (value <= best) continue;
      best = value;
      place = i;
    }
    store<u32>(reduce.out + (<usize>result << 2), place);
  }
}
