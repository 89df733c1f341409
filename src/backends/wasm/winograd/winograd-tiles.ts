import { roundUp } from '../products/segments.js';
import { type Frame, range } from '../products/windows.js';
import { ELEMENTS_PER_CHUNK, type Runtime } from '../runtime.js';

export const CELLS = 9;

/** A tile of outputs, and the kernels with its transforms. */
export interface WinogradTile {
  /** Outputs along each side. */
  readonly side: number;
  /** Products of each channel. */
  readonly points: number;
  readonly data: string;
  readonly output: string;
  readonly filter: string;
  readonly conv2d: string;
}

/** F(4×4, 3×3): 36 products a channel instead of 144. */
export const LARGE: WinogradTile = {
  side: 4,
  points: 36,
  data: 'winogradData',
  output: 'winogradOutput',
  filter: 'winogradFilter',
  conv2d: 'winogradConv2d',
};

/** F(2×2, 3×3): 16 products instead of 36, for small images, where large tiles would lie half outside. */
export const SMALL: WinogradTile = {
  side: 2,
  points: 16,
  data: 'winogradDataSmall',
  output: 'winogradOutputSmall',
  filter: 'winogradFilterSmall',
  conv2d: 'winogradConv2dSmall',
};

/** Scratch of the transforms: vectors between their two passes, 6×6 at most. */
export const PASS_BYTES = LARGE.points * 16;

/** Bytes of points that are processed at a time: the size of the second-level caches of two cores. */
const RANGE_BYTES = 4 << 20;

/** With fewer tiles at a time the filter's points would be read too often. */
const RANGE_TILES = 256;

export interface PaddedImages extends Frame {
  /** Pixels of padding before the first one; negative when the first ones are left out. */
  readonly top: number;
  readonly left: number;
}

/** The outputs of all images, cut into tiles. */
export interface Tiling {
  readonly tile: WinogradTile;
  readonly high: number;
  readonly wide: number;
  readonly count: number;
}

/** Some tiles of all. */
export interface TileRange {
  readonly first: number;
  readonly count: number;
}

/** Matrices [tiles, channels], one for each point. */
export interface Points {
  readonly address: number;
  readonly stride: number;
  readonly tileStride: number;
}

export function tilingOf(tile: WinogradTile, batch: number, outHeight: number, outWidth: number): Tiling {
  const [high, wide] = [Math.ceil(outHeight / tile.side), Math.ceil(outWidth / tile.side)];
  return { tile, high, wide, count: batch * high * wide };
}

/**
 * Equal stretches of all tiles, whose length follows from the shape alone; `channels` is how many a tile's points have
 * in all.
 */
export function rangesOf({ tile, count }: Tiling, channels: number): TileRange[] {
  const fitting = Math.max(RANGE_TILES, Math.floor(RANGE_BYTES / (tile.points * channels * 4)));
  const size = Math.ceil(count / Math.ceil(count / fitting));
  return range(Math.ceil(count / size)).map((i) => ({ first: i * size, count: Math.min(size, count - i * size) }));
}

/** Points are not a power of two apart: 36 streams would share a few lines of the first-level cache. */
export const strideOfPoints = (bytes: number): number => roundUp(bytes, 4096) + 64;

/** Memory layout of the points of a range of tiles. */
export function placesOf({ count }: TileRange, channels: number, address: number): Points {
  const tileStride = roundUp(channels, 4) * 4;
  return { address, stride: strideOfPoints(count * tileStride), tileStride };
}

/** Room for the points of a range of tiles, in the caller's scope. */
export function pointsOf(runtime: Runtime, { tile }: Tiling, part: TileRange, channels: number): Points {
  const { stride } = placesOf(part, channels, 0);
  return placesOf(part, channels, runtime.temporary(tile.points * stride));
}

interface Epilogue {
  /** Address of the bias, or 0. */
  readonly bias: number;
  /** Offset in bytes from an output to the value that is added to it; 0 for none. */
  readonly residual: number;
  readonly low: number;
  readonly high: number;
}

const NO_EPILOGUE: Epilogue = { bias: 0, residual: 0, low: -Infinity, high: Infinity };

/** The fields of the kernels' `Tiles`. */
export function fieldsOf(
  images: PaddedImages,
  points: Points,
  tiling: Tiling,
  part: TileRange,
  perJob: number,
): number[] {
  const { address, height, width, channels, top, left } = images;
  const { high, wide } = tiling;
  return [
    ...[address, points.address, points.stride, points.tileStride, height, width, channels, top, left],
    ...[high, wide, part.first, part.count, perJob],
  ];
}

/** A patch at the edge is copied behind the passes' vectors; 64 bytes behind it are read with its last vector. */
export const scratchOf = (channels: number): number => roundUp(PASS_BYTES + LARGE.points * channels * 4 + 64, 64);

/** Between images and the points of a range of their tiles: to points, or with a tile's `output` from points. */
export function transformTiles(
  runtime: Runtime,
  kernel: string,
  images: PaddedImages,
  points: Points,
  tiling: Tiling,
  part: TileRange,
  { bias, residual, low, high }: Epilogue = NO_EPILOGUE,
): void {
  const { channels } = images;
  const perJob = Math.ceil(ELEMENTS_PER_CHUNK / (tiling.tile.points * channels));
  const fields = [...fieldsOf(images, points, tiling, part, perJob), bias, residual];
  runtime.launch(kernel, Math.ceil(part.count / perJob), fields, [low, high], scratchOf(channels));
}
