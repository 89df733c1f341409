import { ZEROS } from '../memory/layout.js';
import type { Runtime, TileSize } from '../runtime.js';
import type { RightSide } from './pack.js';
import { depthOf, type Grid, roundUp, type Segment, segmentFields } from './segments.js';
import type { Steps } from './windows.js';

export interface RowsBatch {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Address of the bias, or 0. */
  readonly bias: number;
}

export interface RowsProduct {
  readonly batches: readonly RowsBatch[];
  readonly grid: Grid;
  readonly a: Steps;
  readonly c: Steps;
  readonly columns: number;
  readonly segments: readonly Segment[];
  readonly right: RightSide;
  readonly low: number;
  readonly high: number;
}

/**
 * Bytes of a panel of B and of one tile's rows of A in a pass over k. The panel stays in a first-level cache of 32 KiB, the rows stream
 * through it; of k = 384 one pass of 16 columns is just made, which two passes over C took 5% longer for.
 */
const CACHE_BYTES = 34816;

/** Multiplications of a tile, so that handing it to a thread (about 1 µs) does not show. */
const WORK_PER_TILE = 400_000;

/** Enough tiles for many threads to end at nearly the same time. */
const TILES_ENOUGH = 32;

/** Rows of a tile: a panel of B, once in L1, serves them all, and their part of A stays in L2. */
const TILE_ROWS = 96;
const TILE_COLUMNS = 256;

/** Cuts k into equal blocks of at most `limit` and gives each its segments. */
function blocksOf(segments: readonly Segment[], limit: number): Segment[][] {
  const depth = depthOf(segments);
  const size = Math.ceil(depth / Math.max(1, Math.ceil(depth / limit)));
  const blocks: Segment[][] = [[]];
  let room = size;
  for (const segment of segments) {
    let { offset, length } = segment;
    while (length > 0) {
      if (room === 0) {
        blocks.push([]);
        room = size;
      }
      const taken = Math.min(room, length);
      blocks.at(-1)!.push({ offset, length: taken });
      offset += taken * 4;
      length -= taken;
      room -= taken;
    }
  }
  return blocks;
}

/** Rows and columns of one tile; of the shape alone, whatever the number of threads. */
function tileOf(rows: number, columns: number, depth: number, batches: number, tile: TileSize) {
  const cost = Math.max(depth, 8);
  let tileColumns = Math.min(roundUp(columns, tile.columns), TILE_COLUMNS);
  const rowsForWork = roundUp(WORK_PER_TILE / (cost * tileColumns), tile.rows);
  let tileRows = Math.min(roundUp(rows, tile.rows), Math.max(TILE_ROWS, rowsForWork));
  const tiles = () => batches * Math.ceil(rows / tileRows) * Math.ceil(columns / tileColumns);
  while (tiles() < TILES_ENOUGH && tileRows * tileColumns * cost > 2 * WORK_PER_TILE) {
    if (tileColumns > tileRows && tileColumns > tile.columns) tileColumns = roundUp(tileColumns / 2, tile.columns);
    else if (tileRows > tile.rows) tileRows = roundUp(tileRows / 2, tile.rows);
    else break;
  }
  return { tileRows, tileColumns };
}

/** C = A · B + bias, clamped to [low, high]; A is read in segments of contiguous k. */
export function rowsProduct(runtime: Runtime, product: RowsProduct): void {
  const { batches, grid, a, c, columns, segments, right, low, high } = product;
  const { tile } = runtime;
  const rows = grid.images * grid.height * grid.width;
  const { tileRows, tileColumns } = tileOf(rows, columns, depthOf(segments), batches.length, tile);
  runtime.scope(() => {
    const blocks: number[] = [];
    let depth = 0;
    for (const block of blocksOf(segments, CACHE_BYTES / (4 * (tile.rows + tile.columns)))) {
      const first = runtime.table(segmentFields(block));
      blocks.push(first, first + block.length * 8, depth);
      depth += depthOf(block);
    }
    const blockTable = runtime.table(blocks);
    const places: number[] = [];
    for (const batch of batches) places.push(batch.a, batch.b, batch.c, batch.bias);
    const fields = [
      runtime.table(places),
      ...[rows, grid.height, grid.width, a.image, a.line, a.place, c.image, c.line, c.place],
      ...[columns, tile.columns, right.depthStride, right.panelStride],
      ...[blockTable, blockTable + blocks.length * 4, tileRows, tileColumns, ZEROS],
    ];
    const tiles = batches.length * Math.ceil(rows / tileRows) * Math.ceil(columns / tileColumns);
    runtime.launch('rowsProduct', tiles, fields, [low, high], roundUp(tileRows, tile.rows) * 8);
  });
}
