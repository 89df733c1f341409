import { clearFloats, copyFloats } from './copy';
import { storeLanes } from './lanes';
import { multiplyPanel } from './rows-product';
import { ROWS } from './simd';
import { elementsBegin, elementsEnd } from './tiles';
import {
  dataTransform,
  filterGradientTransform,
  filterTransform,
  outputGradientTransform,
  outputTransform,
} from './winograd-transforms';

/** Outputs along each side of a tile, and the data that they are made from. */
const OUT: i32 = 4;
const DATA: i32 = 6;

/** Bytes of a vector, and of the 6×6 vectors between the two passes of a transform; the patch of an edge lies behind them. */
const VECTOR: usize = 16;
const LINE: usize = DATA * VECTOR;
const PASS_BYTES: usize = DATA * LINE;

/**
 * Images whose output is cut into 4×4 tiles, and 36 matrices [tiles, channels]: one for each point of the transformed tile.
 * Strides are in bytes. Some tiles of all are worked on at a time.
 */
@unmanaged
class Tiles {
  images: usize;
  points: usize;
  pointStride: usize;
  tileStride: usize;
  height: u32;
  width: u32;
  channels: u32;
  /** Pixels of padding before the first one; negative when the first ones are left out. */
  top: i32;
  left: i32;
  tilesHigh: u32;
  tilesWide: u32;
  first: u32;
  count: u32;
  perJob: u32;
}

@unmanaged
class OutputTiles extends Tiles {
  /** Address of the bias, or 0. */
  bias: usize;
  low: f32;
  high: f32;
}

// @ts-ignore: decorator
@inline
function imageOf(tiles: Tiles, tile: u32): usize {
  const image = tile / (tiles.tilesHigh * tiles.tilesWide);
  return tiles.images + <usize>(image * tiles.height * tiles.width * tiles.channels) * 4;
}

// @ts-ignore: decorator
@inline
function topOf(tiles: Tiles, tile: u32): i32 {
  return <i32>((tile / tiles.tilesWide) % tiles.tilesHigh) * OUT - tiles.top;
}

// @ts-ignore: decorator
@inline
function leftOf(tiles: Tiles, tile: u32): i32 {
  return <i32>(tile % tiles.tilesWide) * OUT - tiles.left;
}

/** Where the pixels of a tile's `size`×`size` patch lie: in the image, or copied to `scratch` among zeros where it leaves the image. */
function patchOf(tiles: Tiles, tile: u32, size: i32, scratch: usize): usize {
  const image = imageOf(tiles, tile);
  const top = topOf(tiles, tile);
  const left = leftOf(tiles, tile);
  const height = <i32>tiles.height;
  const width = <i32>tiles.width;
  const pixel = <usize>tiles.channels * 4;
  if (top >= 0 && left >= 0 && top + size <= height && left + size <= width) {
    return image + <usize>(top * width + left) * pixel;
  }
  clearFloats(scratch, <usize>(size * size) * pixel);
  const from = max(left, 0);
  const bytes = <usize>max(min(left + size, width) - from, 0) * pixel;
  for (let y = max(top, 0); y < min(top + size, height); y++) {
    const to = scratch + <usize>((y - top) * size + (from - left)) * pixel;
    copyFloats(to, image + <usize>(y * width + from) * pixel, bytes);
  }
  return scratch;
}

/** Transforms a tile's patch to `points`: 6×6 data with B, or 4×4 gradients of outputs with A. Inlined, so `size` is known to the compiler. */
// @ts-ignore: decorator
@inline
function toPoints(tiles: Tiles, tile: u32, points: usize, scratch: usize, size: i32): void {
  const pixel = <usize>tiles.channels * 4;
  const edge = scratch + PASS_BYTES;
  const patch = patchOf(tiles, tile, size, edge);
  const line = (patch == edge ? <usize>size : <usize>tiles.width) * pixel;
  for (let channel: usize = 0; channel < pixel; channel += VECTOR) {
    let from = patch + channel;
    for (let to = scratch; to < scratch + <usize>size * VECTOR; to += VECTOR) {
      if (size == DATA) dataTransform(from, line, to, LINE);
      else outputGradientTransform(from, line, to, LINE);
      from += pixel;
    }
    let to = points + channel;
    for (let y = scratch; y < edge; y += LINE) {
      if (size == DATA) dataTransform(y, VECTOR, to, tiles.pointStride);
      else outputGradientTransform(y, VECTOR, to, tiles.pointStride);
      to += <usize>DATA * tiles.pointStride;
    }
  }
}

/** Bᵀ · data · B of each tile. */
export function winogradData(job: usize, firstTile: i32, lastTile: i32, scratch: usize): void {
  const tiles = changetype<Tiles>(job);
  const end = min(<u32>lastTile * tiles.perJob, tiles.count);
  for (let tile = <u32>firstTile * tiles.perJob; tile < end; tile++) {
    toPoints(tiles, tiles.first + tile, tiles.points + tile * tiles.tileStride, scratch, DATA);
  }
}

/** A · dy · Aᵀ of each tile of an output's gradient. */
export function winogradOutputGradient(job: usize, firstTile: i32, lastTile: i32, scratch: usize): void {
  const tiles = changetype<Tiles>(job);
  const end = min(<u32>lastTile * tiles.perJob, tiles.count);
  for (let tile = <u32>firstTile * tiles.perJob; tile < end; tile++) {
    toPoints(tiles, tiles.first + tile, tiles.points + tile * tiles.tileStride, scratch, OUT);
  }
}

/** Aᵀ · products · A + bias, clamped: each tile's 4×4 outputs, as far as they lie in the image. */
export function winogradOutput(job: usize, firstTile: i32, lastTile: i32, scratch: usize): void {
  const tiles = changetype<OutputTiles>(job);
  const end = min(<u32>lastTile * tiles.perJob, tiles.count);
  for (let tile = <u32>firstTile * tiles.perJob; tile < end; tile++) {
    toOutput(tiles, tiles.first + tile, tiles.points + tile * tiles.tileStride, scratch);
  }
}

function toOutput(tiles: OutputTiles, tile: u32, points: usize, scratch: usize): void {
  const pixel = <usize>tiles.channels * 4;
  const pointLine = <usize>DATA * tiles.pointStride;
  const outputs = scratch + PASS_BYTES;
  const lows = f32x4.splat(tiles.low);
  const highs = f32x4.splat(tiles.high);
  const top = topOf(tiles, tile);
  const left = leftOf(tiles, tile);
  const height = min(OUT, <i32>tiles.height - top);
  const width = min(OUT, <i32>tiles.width - left);
  const image = imageOf(tiles, tile) + <usize>(top * tiles.width + left) * pixel;
  for (let channel: usize = 0; channel < pixel; channel += VECTOR) {
    let from = points + channel;
    for (let x: usize = 0; x < LINE; x += VECTOR) {
      outputTransform(from, pointLine, scratch + x, LINE);
      from += tiles.pointStride;
    }
    const bias = tiles.bias ? v128.load(tiles.bias + channel) : f32x4.splat(0);
    const lanes = <u32>((pixel - channel) >> 2);
    for (let y = 0; y < height; y++) {
      outputTransform(scratch + y * LINE, VECTOR, outputs, VECTOR);
      let to = image + <usize>(y * tiles.width) * pixel + channel;
      for (let x = 0; x < width; x++) {
        const sum = f32x4.add(v128.load(outputs + x * VECTOR), bias);
        storeLanes(to, f32x4.min(f32x4.max(sum, lows), highs), lanes);
        to += pixel;
      }
    }
  }
}

/** The filter's points in panels, for the products of few tiles at a time. */
@unmanaged
class Filter {
  points: usize;
  pointStride: usize;
  panelStride: usize;
  panelColumns: u32;
  /** For each point a segment: where its matrix of data lies among the data's points, and the channels. */
  segments: usize;
  /** 64 bytes of zeros. */
  zeros: usize;
  /** Place of the tables of rows in a thread's scratch memory. */
  tables: usize;
}

/**
 * The whole convolution of some tiles at a time, whose points a thread keeps in its scratch memory: they stay in its core's cache
 * from the data to the outputs, and no thread waits for another in between.
 */
export function winogradConv2d(job: usize, firstTile: i32, lastTile: i32, scratch: usize): void {
  const data = changetype<Tiles>(job);
  const filter = changetype<Filter>(job + offsetof<Tiles>());
  const outputs = changetype<OutputTiles>(job + offsetof<Tiles>() + offsetof<Filter>());
  const tables = scratch + filter.tables;
  const dataPoints = scratch + data.points;
  const outputPoints = scratch + outputs.points;
  for (let block: u32 = firstTile; block < <u32>lastTile; block++) {
    const first = block * data.perJob;
    const count = min(data.perJob, data.count - first);
    for (let tile: u32 = 0; tile < count; tile++) {
      toPoints(data, first + tile, dataPoints + tile * data.tileStride, scratch, DATA);
    }
    const tablesEnd = writeTables(tables, dataPoints, data.tileStride, outputPoints, outputs.tileStride, count);
    for (let point: usize = 0; point < <usize>(DATA * DATA); point++) {
      const segment = filter.segments + point * 8;
      let panel = filter.points + point * filter.pointStride;
      for (let column: u32 = 0; column < outputs.channels; column += filter.panelColumns) {
        const width = min(filter.panelColumns, outputs.channels - column);
        const stride: usize = width <= 8 ? 32 : <usize>filter.panelColumns * 4;
        const at = point * outputs.pointStride + column * 4;
        multiplyPanel(tables, tablesEnd, segment, segment + 8, panel, stride, at, width, filter.zeros, -Infinity, Infinity);
        panel += filter.panelStride;
      }
    }
    for (let tile: u32 = 0; tile < count; tile++) {
      toOutput(outputs, first + tile, outputPoints + tile * outputs.tileStride, scratch);
    }
  }
}

/** For each ROWS rows: their addresses in A, then in C; missing rows repeat the last one. */
function writeTables(table: usize, a: usize, aStride: usize, c: usize, cStride: usize, rows: u32): usize {
  for (let first: u32 = 0; first < rows; first += ROWS) {
    for (let i: u32 = 0; i < <u32>ROWS; i++) {
      const row = min(first + i, rows - 1);
      store<u32>(table + (i << 2), <u32>(a + row * aStride));
      store<u32>(table + ((i + ROWS) << 2), <u32>(c + row * cStride));
    }
    table += ROWS << 3;
  }
  return table;
}

/** Planes of `size` elements: the 3×3 cells of a filter, and its 6×6 points. */
@unmanaged
class Planes {
  cells: usize;
  /** From one cell to the next one of its line, and to the next line; negative for a filter that is turned by 180°. */
  cellStride: isize;
  cellLine: isize;
  points: usize;
  pointStride: usize;
  size: u32;
}

/** G · filter · Gᵀ, element by element of the planes. */
export function winogradFilter(job: usize, firstTile: i32, lastTile: i32, scratch: usize): void {
  const planes = changetype<Planes>(job);
  const end = elementsEnd(lastTile, planes.size) << 2;
  for (let at = elementsBegin(firstTile) << 2; at < end; at += VECTOR) {
    const cells = planes.cells + at;
    for (let x: isize = 0; x < 3; x++) {
      filterTransform(cells + x * planes.cellStride, planes.cellLine, scratch + x * VECTOR, LINE);
    }
    let to = planes.points + at;
    for (let y: usize = 0; y < PASS_BYTES; y += LINE) {
      filterTransform(scratch + y, VECTOR, to, planes.pointStride);
      to += <usize>DATA * planes.pointStride;
    }
  }
}

/** Gᵀ · points · G, element by element of the planes. */
export function winogradFilterGradient(job: usize, firstTile: i32, lastTile: i32, scratch: usize): void {
  const planes = changetype<Planes>(job);
  const pointLine = <usize>DATA * planes.pointStride;
  const outputs = scratch + PASS_BYTES;
  const end = elementsEnd(lastTile, planes.size) << 2;
  for (let at = elementsBegin(firstTile) << 2; at < end; at += VECTOR) {
    let from = planes.points + at;
    for (let x: usize = 0; x < LINE; x += VECTOR) {
      filterGradientTransform(from, pointLine, scratch + x, LINE);
      from += planes.pointStride;
    }
    const lanes = <u32>((end - at) >> 2);
    for (let y: usize = 0; y < 3; y++) {
      filterGradientTransform(scratch + y * LINE, VECTOR, outputs, VECTOR);
      let to = planes.cells + at + y * planes.cellLine;
      for (let x: usize = 0; x < 3; x++) {
        storeLanes(to, v128.load(outputs + x * VECTOR), lanes);
        to += planes.cellStride;
      }
    }
  }
}
