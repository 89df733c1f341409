import type { Operand } from '../../kernels.js';
import { ZEROS } from '../memory/layout.js';
import { packMatrices, panelsOf, type RightSide } from '../products/pack.js';
import { rowsProduct } from '../products/rows-product.js';
import { roundUp } from '../products/segments.js';
import { type Frame, range } from '../products/windows.js';
import { elementChunks, formKey, type Runtime } from '../runtime.js';
import {
  CELLS,
  fieldsOf,
  PASS_BYTES,
  type PaddedImages,
  placesOf,
  pointsOf,
  rangesOf,
  scratchOf,
  strideOfPoints,
  type Tiling,
  tilingOf,
  transformTiles,
  type WinogradTile,
} from './winograd-tiles.js';

export interface Convolution {
  readonly tile: WinogradTile;
  readonly batch: number;
  readonly x: PaddedImages;
  /** [3, 3, depth, columns]; [3, 3, columns, depth] where it is turned by 180°: an input gradient. */
  readonly filter: Operand<number>;
  readonly isTurned: boolean;
  /** [columns]: a factor for each output channel; the transformed filter is then kept with it. */
  readonly scale: Operand<number> | null;
  readonly out: Frame;
  /** Address of the bias, or 0. */
  readonly bias: number;
  /** Offset in bytes from an output to the value that is added to it; 0 for none. */
  readonly residual: number;
  readonly low: number;
  readonly high: number;
}

/** The filter's points, in panels. */
interface FilterPoints {
  readonly address: number;
  /** From one point to the next. */
  readonly stride: number;
  /** How the panels of one point lie. */
  readonly right: RightSide;
}

/** Each block of tiles reads all of a filter's points: up to this many bytes fit in or near the cache of a core. */
const FILTER_BYTES = 4 << 20;

/** The part of a block that works on its own points. */
const BLOCK_BYTES = 2 << 20;

/** Tiles of a block: a multiple of the register tile's rows. */
const BLOCK_TILES = 24;

/** With fewer blocks they are half as large, for threads to end at nearly the same time. */
const BLOCKS_ENOUGH = 16;

/** out = x ∗ filter + bias, clamped to [low, high]; temporaries in the caller's scope. */
export function convolve(runtime: Runtime, convolution: Convolution): void {
  const { tile, batch, x, out } = convolution;
  const tiling = tilingOf(tile, batch, out.height, out.width);
  const filter = filterPoints(runtime, convolution);
  const blockBytes = tile.points * BLOCK_TILES * (x.channels + out.channels) * 4;
  const isSmall = tile.points * filter.right.batchStride <= FILTER_BYTES && blockBytes <= BLOCK_BYTES;
  if (isSmall) convolveByBlocks(runtime, convolution, tiling, filter);
  else convolveByPoints(runtime, convolution, tiling, filter);
}

/** G · filter · Gᵀ, channel by channel: nine cells in panels become the points in panels. */
function filterPoints(runtime: Runtime, { tile, x, filter, isTurned, scale, out }: Convolution): FilterPoints {
  const [depth, columns] = [x.channels, out.channels];
  const layout = panelsOf(runtime, depth, columns);
  const plane = layout.batchStride;
  const stride = strideOfPoints(plane);
  const key = formKey(`${tile.points} ${isTurned ? 'turned points' : 'points'}`, filter, scale);
  const address = runtime.form(scale ?? filter, key, tile.points * stride, (points) => {
    const cells = packMatrices(runtime, {
      source: filter.buffer,
      batch: CELLS,
      depth,
      columns,
      isTransposed: isTurned,
      scale: scale?.buffer ?? 0,
    });
    const [first, step] = isTurned ? [cells.address + (CELLS - 1) * plane, -plane] : [cells.address, plane];
    const fields = [first, step, 3 * step, points, stride, plane / 4];
    runtime.launch(tile.filter, elementChunks(plane / 4), fields, [], PASS_BYTES);
  });
  return { address, stride, right: { ...layout, address } };
}

/**
 * Each job makes a block of tiles from data to outputs, its points in scratch memory: they stay in the cache of one
 * core. Two threads take 0.51 of one's time; when they share points, 0.56.
 */
function convolveByBlocks(
  runtime: Runtime,
  { x, out, bias, residual, low, high }: Convolution,
  tiling: Tiling,
  filter: FilterPoints,
): void {
  const { points } = tiling.tile;
  const size = tiling.count < BLOCKS_ENOUGH * BLOCK_TILES ? BLOCK_TILES / 2 : BLOCK_TILES;
  const block = { first: 0, count: size };
  const data = placesOf(block, x.channels, scratchOf(x.channels));
  const sums = placesOf(block, out.channels, data.address + points * data.stride);
  const tables = sums.address + points * sums.stride;
  const all = { first: 0, count: tiling.count };
  runtime.scope(() => {
    const segments = runtime.table(range(points).flatMap((point) => [point * data.stride, x.channels]));
    const fields = [
      ...fieldsOf(x, data, tiling, all, size),
      ...[
        filter.address,
        filter.stride,
        filter.right.panelStride,
        runtime.registerTile.columns,
        segments,
        ZEROS,
        tables,
      ],
      ...fieldsOf({ ...out, top: 0, left: 0 }, sums, tiling, all, size),
      ...[bias, residual],
    ];
    const scratchBytes = tables + roundUp(size, runtime.registerTile.rows) * 8;
    runtime.launch(tiling.tile.conv2d, Math.ceil(tiling.count / size), fields, [low, high], scratchBytes);
  });
}

/** All tiles of a range for each point, so that a large filter is read once for each range of tiles. */
function convolveByPoints(
  runtime: Runtime,
  { x, out, bias, residual, low, high }: Convolution,
  tiling: Tiling,
  filter: FilterPoints,
): void {
  for (const part of rangesOf(tiling, x.channels + out.channels)) {
    runtime.scope(() => {
      const data = pointsOf(runtime, tiling, part, x.channels);
      const sums = pointsOf(runtime, tiling, part, out.channels);
      transformTiles(runtime, tiling.tile.data, x, data, tiling, part);
      rowsProduct(runtime, {
        batches: range(tiling.tile.points).map((point) => ({
          a: data.address + point * data.stride,
          b: filter.address + point * filter.stride,
          c: sums.address + point * sums.stride,
          bias: 0,
        })),
        grid: { images: 1, height: 1, width: part.count },
        a: { image: 0, line: 0, place: data.tileStride },
        c: { image: 0, line: 0, place: sums.tileStride },
        columns: out.channels,
        segments: [{ offset: 0, length: x.channels }],
        right: filter.right,
        low: -Infinity,
        high: Infinity,
      });
      const outputs = { ...out, top: 0, left: 0 };
      transformTiles(runtime, tiling.tile.output, outputs, sums, tiling, part, { bias, residual, low, high });
    });
  }
}
