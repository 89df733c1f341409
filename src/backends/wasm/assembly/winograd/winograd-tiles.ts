import { clearFloats, copyFloats } from '../shared/copy';
import { storeLanes } from '../shared/lanes';
import {
  dataTransform,
  dataTransform2,
  outputGradientTransform,
  outputTransform,
  outputTransform2,
} from './winograd-transforms';

/**
 * Outputs along each side of a large and of a small tile; two more points along each side are what they are made of.
 */
export const LARGE: i32 = 4;
export const SMALL: i32 = 2;

/** Points along each side of a large tile. */
export const SIDE: i32 = LARGE + 2;

/**
 * Bytes of a vector, and of the vectors between the two passes of a transform, 6×6 at most; the patch of an edge lies
 * behind them.
 */
export const VECTOR: usize = 16;
export const LINE: usize = SIDE * VECTOR;
export const PASS_BYTES: usize = SIDE * LINE;

/**
 * Images whose output is cut into tiles, and matrices [tiles, channels]: one for each point of the transformed tile, 36
 * or 16. Strides are in bytes. Some tiles of all are worked on at a time.
 */
@unmanaged
export class Tiles {
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
export class OutputTiles extends Tiles {
  /** Address of the bias, or 0. */
  bias: usize;
  /** Offset from an output to the value that is added before clamping; 0 for none. */
  residual: usize;
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
function topOf(tiles: Tiles, tile: u32, out: i32): i32 {
  return <i32>((tile / tiles.tilesWide) % tiles.tilesHigh) * out - tiles.top;
}

// @ts-ignore: decorator
@inline
function leftOf(tiles: Tiles, tile: u32, out: i32): i32 {
  return <i32>(tile % tiles.tilesWide) * out - tiles.left;
}

/**
 * Address of a tile's `size`×`size` patch: in the image, or copied to `scratch` with zeros if it
 * leaves the image.
 */
function patchOf(tiles: Tiles, tile: u32, out: i32, size: i32, scratch: usize): usize {
  const image = imageOf(tiles, tile);
  const top = topOf(tiles, tile, out);
  const left = leftOf(tiles, tile, out);
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

/** The transform of data, or of outputs' gradients, that tiles of `out` outputs along each side take. */
// @ts-ignore: decorator
@inline
function transform(from: usize, stride: usize, to: usize, toStride: usize, out: i32, isGradient: bool): void {
  if (isGradient) outputGradientTransform(from, stride, to, toStride);
  else if (out == LARGE) dataTransform(from, stride, to, toStride);
  else dataTransform2(from, stride, to, toStride);
}

/**
 * Transforms a tile's patch to `points`: data with B, or gradients of outputs with A, which large tiles alone have.
 * Inlined, so the compiler knows `out` and `isGradient`.
 */
// @ts-ignore: decorator
@inline
export function toPoints(tiles: Tiles, tile: u32, points: usize, scratch: usize, out: i32, isGradient: bool): void {
  const side = out + 2;
  const size = isGradient ? out : side;
  const pixel = <usize>tiles.channels * 4;
  const edge = scratch + PASS_BYTES;
  const patch = patchOf(tiles, tile, out, size, edge);
  const line = (patch == edge ? <usize>size : <usize>tiles.width) * pixel;
  for (let channel: usize = 0; channel < pixel; channel += VECTOR) {
    let from = patch + channel;
    for (let to = scratch; to < scratch + <usize>size * VECTOR; to += VECTOR) {
      transform(from, line, to, LINE, out, isGradient);
      from += pixel;
    }
    let to = points + channel;
    for (let y = scratch; y < scratch + <usize>side * LINE; y += LINE) {
      transform(y, VECTOR, to, tiles.pointStride, out, isGradient);
      to += <usize>side * tiles.pointStride;
    }
  }
}

// @ts-ignore: decorator
@inline
function toOutputs(from: usize, stride: usize, to: usize, toStride: usize, out: i32): void {
  if (out == LARGE) outputTransform(from, stride, to, toStride);
  else outputTransform2(from, stride, to, toStride);
}

/** Aᵀ · products · A + bias, clamped: a tile's outputs, as far as they lie in the image. */
// @ts-ignore: decorator
@inline
export function toOutput(tiles: OutputTiles, tile: u32, points: usize, scratch: usize, out: i32): void {
  const side = out + 2;
  const pixel = <usize>tiles.channels * 4;
  const pointLine = <usize>side * tiles.pointStride;
  const outputs = scratch + PASS_BYTES;
  const lows = f32x4.splat(tiles.low);
  const highs = f32x4.splat(tiles.high);
  const top = topOf(tiles, tile, out);
  const left = leftOf(tiles, tile, out);
  const height = min(out, <i32>tiles.height - top);
  const width = min(out, <i32>tiles.width - left);
  const image = imageOf(tiles, tile) + <usize>(top * tiles.width + left) * pixel;
  for (let channel: usize = 0; channel < pixel; channel += VECTOR) {
    let from = points + channel;
    for (let x: usize = 0; x < <usize>side * VECTOR; x += VECTOR) {
      toOutputs(from, pointLine, scratch + x, LINE, out);
      from += tiles.pointStride;
    }
    const bias = tiles.bias ? v128.load(tiles.bias + channel) : f32x4.splat(0);
    const lanes = <u32>((pixel - channel) >> 2);
    for (let y = 0; y < height; y++) {
      toOutputs(scratch + y * LINE, VECTOR, outputs, VECTOR, out);
      let to = image + <usize>(y * tiles.width) * pixel + channel;
      for (let x = 0; x < width; x++) {
        let sum = f32x4.add(v128.load(outputs + x * VECTOR), bias);
        if (tiles.residual) sum = f32x4.add(sum, v128.load(to + tiles.residual));
        storeLanes(to, f32x4.min(f32x4.max(sum, lows), highs), lanes);
        to += pixel;
      }
    }
  }
}
