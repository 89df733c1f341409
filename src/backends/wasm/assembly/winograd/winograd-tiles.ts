import { clearFloats, copyFloats } from '../shared/copy';
import { storeLanes } from '../shared/lanes';
import { dataTransform, outputGradientTransform, outputTransform } from './winograd-transforms';

/** Outputs along each side of a tile, and the data that they are made from. */
export const OUT: i32 = 4;
export const DATA: i32 = 6;

/**
 * Bytes of a vector, and of the 6×6 vectors between the two passes of a transform; the patch of an edge follows
 * them.
 */
export const VECTOR: usize = 16;
export const LINE: usize = DATA * VECTOR;
export const PASS_BYTES: usize = DATA * LINE;

/**
 * Images whose output is cut into 4×4 tiles, and 36 matrices [tiles, channels]: one for each point of the transformed
 * tile. Strides are in bytes. Some tiles of all are worked on at a time.
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

/**
 * Address of a tile's `size`×`size` patch: in the image, or copied to `scratch` with zeros if it
 * leaves the image.
 */
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

/**
 * Transforms a tile's patch to `points`: 6×6 data with B, or 4×4 gradients of outputs with A. Inlined, so `size` is
 * known to the compiler.
 */
// @ts-ignore: decorator
@inline
export function toPoints(tiles: Tiles, tile: u32, points: usize, scratch: usize, size: i32): void {
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

/** Aᵀ · products · A + bias, clamped: a tile's 4×4 outputs, as far as they are in the image. */
export function toOutput(tiles: OutputTiles, tile: u32, points: usize, scratch: usize): void {
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
