import { storeLanes } from '../shared/lanes';
import { elementsBegin, elementsEnd } from '../shared/chunks';
import { LARGE, LINE, OutputTiles, PASS_BYTES, SIDE, SMALL, Tiles, toOutput, toPoints, VECTOR } from './winograd-tiles';
import { filterGradientTransform, filterTransform, filterTransform2 } from './winograd-transforms';

// @ts-ignore: decorator
@inline
function transformTiles(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize, out: i32, isGradient: bool): void {
  const tiles = changetype<Tiles>(job);
  const end = min(<u32>lastChunk * tiles.perJob, tiles.count);
  for (let tile = <u32>firstChunk * tiles.perJob; tile < end; tile++) {
    toPoints(tiles, tiles.first + tile, tiles.points + tile * tiles.tileStride, scratch, out, isGradient);
  }
}

// @ts-ignore: decorator
@inline
function finishTiles(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize, out: i32): void {
  const tiles = changetype<OutputTiles>(job);
  const end = min(<u32>lastChunk * tiles.perJob, tiles.count);
  for (let tile = <u32>firstChunk * tiles.perJob; tile < end; tile++) {
    toOutput(tiles, tiles.first + tile, tiles.points + tile * tiles.tileStride, scratch, out);
  }
}

/** Bᵀ · data · B of each tile. */
export function winogradData(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  transformTiles(job, firstChunk, lastChunk, scratch, LARGE, false);
}

/** A · dy · Aᵀ of each tile of an output's gradient. */
export function winogradOutputGradient(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  transformTiles(job, firstChunk, lastChunk, scratch, LARGE, true);
}

/** Aᵀ · products · A + bias, clamped: each tile's outputs, as far as they lie in the image. */
export function winogradOutput(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  finishTiles(job, firstChunk, lastChunk, scratch, LARGE);
}

/** Of small tiles. */
export function winogradDataSmall(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  transformTiles(job, firstChunk, lastChunk, scratch, SMALL, false);
}

/** Of small tiles. */
export function winogradOutputSmall(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  finishTiles(job, firstChunk, lastChunk, scratch, SMALL);
}

/** Planes of `size` elements: the 3×3 cells of a filter, and its points. */
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

// @ts-ignore: decorator
@inline
function transform(from: usize, stride: usize, to: usize, toStride: usize, out: i32): void {
  if (out == LARGE) filterTransform(from, stride, to, toStride);
  else filterTransform2(from, stride, to, toStride);
}

// @ts-ignore: decorator
@inline
function transformFilter(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize, out: i32): void {
  const planes = changetype<Planes>(job);
  const side = <usize>(out + 2);
  const end = elementsEnd(lastChunk, planes.size) << 2;
  for (let at = elementsBegin(firstChunk) << 2; at < end; at += VECTOR) {
    const cells = planes.cells + at;
    for (let x: isize = 0; x < 3; x++) {
      transform(cells + x * planes.cellStride, planes.cellLine, scratch + x * VECTOR, LINE, out);
    }
    let to = planes.points + at;
    for (let y: usize = 0; y < side * LINE; y += LINE) {
      transform(scratch + y, VECTOR, to, planes.pointStride, out);
      to += side * planes.pointStride;
    }
  }
}

/** G · filter · Gᵀ, element by element of the planes. */
export function winogradFilter(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  transformFilter(job, firstChunk, lastChunk, scratch, LARGE);
}

/** Of small tiles. */
export function winogradFilterSmall(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  transformFilter(job, firstChunk, lastChunk, scratch, SMALL);
}

/** Gᵀ · points · G, element by element of the planes. */
export function winogradFilterGradient(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const planes = changetype<Planes>(job);
  const pointLine = <usize>SIDE * planes.pointStride;
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
