import { storeLanes } from '../shared/lanes';
import { elementsBegin, elementsEnd } from '../shared/chunks';
import { DATA, LINE, OUT, OutputTiles, PASS_BYTES, Tiles, toOutput, toPoints, VECTOR } from './winograd-tiles';
import { filterGradientTransform, filterTransform } from './winograd-transforms';

/** Bᵀ · data · B of each tile. */
export function winogradData(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const tiles = changetype<Tiles>(job);
  const end = min(<u32>lastChunk * tiles.perJob, tiles.count);
  for (let tile = <u32>firstChunk * tiles.perJob; tile < end; tile++) {
    toPoints(tiles, tiles.first + tile, tiles.points + tile * tiles.tileStride, scratch, DATA);
  }
}

/** A · dy · Aᵀ of each tile of an output's gradient. */
export function winogradOutputGradient(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const tiles = changetype<Tiles>(job);
  const end = min(<u32>lastChunk * tiles.perJob, tiles.count);
  for (let tile = <u32>firstChunk * tiles.perJob; tile < end; tile++) {
    toPoints(tiles, tiles.first + tile, tiles.points + tile * tiles.tileStride, scratch, OUT);
  }
}

/** Aᵀ · products · A + bias, clamped: each tile's 4×4 outputs, as far as they are in the image. */
export function winogradOutput(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const tiles = changetype<OutputTiles>(job);
  const end = min(<u32>lastChunk * tiles.perJob, tiles.count);
  for (let tile = <u32>firstChunk * tiles.perJob; tile < end; tile++) {
    toOutput(tiles, tiles.first + tile, tiles.points + tile * tiles.tileStride, scratch);
  }
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
export function winogradFilter(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const planes = changetype<Planes>(job);
  const end = elementsEnd(lastChunk, planes.size) << 2;
  for (let at = elementsBegin(firstChunk) << 2; at < end; at += VECTOR) {
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
export function winogradFilterGradient(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const planes = changetype<Planes>(job);
  const pointLine = <usize>DATA * planes.pointStride;
  const outputs = scratch + PASS_BYTES;
  const end = elementsEnd(lastChunk, planes.size) << 2;
  for (let at = elementsBegin(firstChunk) << 2; at < end; at += VECTOR) {
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
