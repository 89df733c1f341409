import { ZEROS } from './control.js';
import { ELEMENTS_PER_TILE, type Runtime, type TileSize } from './runtime.js';
import type { Steps } from './windows.js';

/** Rows of a product are counted through images, lines and places of a line. */
export interface Grid {
  readonly images: number;
  readonly height: number;
  readonly width: number;
}

/** `length` steps of k from byte `offset`. */
export interface Segment {
  readonly offset: number;
  readonly length: number;
}

/** B of a rows product: in panels, or as it lies in memory. */
export interface RightSide {
  readonly address: number;
  /** From one batch entry to the next. */
  readonly batchStride: number;
  readonly depthStride: number;
  readonly panelStride: number;
}

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

/** Bytes that a pass keeps in a first-level cache of 32 KiB: a panel of B and one tile's rows of A. */
const CACHE_BYTES = 28672;

/** Multiplications of a tile, so that handing it to a thread (about 1 µs) does not show. */
const WORK_PER_TILE = 400_000;

/** Enough tiles for many threads to end at nearly the same time. */
const TILES_ENOUGH = 32;

/** Rows of a tile: a panel of B, once in L1, serves them all, and their part of A stays in L2. */
const TILE_ROWS = 96;
const TILE_COLUMNS = 256;

export const depthOf = (segments: readonly Segment[]): number => segments.reduce((sum, { length }) => sum + length, 0);

/** Joins segments of float32 that continue each other in memory. */
export function joinSegments(segments: readonly Segment[]): Segment[] {
  const joined: { offset: number; length: number }[] = [];
  for (const { offset, length } of segments) {
    const last = joined.at(-1);
    if (last && last.offset + last.length * 4 === offset) last.length += length;
    else joined.push({ offset, length });
  }
  return joined;
}

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

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

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
      const first = runtime.table(block.flatMap(({ offset, length }) => [offset, length]));
      blocks.push(first, first + block.length * 8, depth);
      depth += depthOf(block);
    }
    const blockTable = runtime.table(blocks);
    const fields = [
      runtime.table(batches.flatMap((batch) => [batch.a, batch.b, batch.c, batch.bias])),
      ...[rows, grid.height, grid.width, a.image, a.line, a.place, c.image, c.line, c.place],
      ...[columns, tile.columns, right.depthStride, right.panelStride],
      ...[blockTable, blockTable + blocks.length * 4, tileRows, tileColumns, ZEROS],
    ];
    const tiles = batches.length * Math.ceil(rows / tileRows) * Math.ceil(columns / tileColumns);
    runtime.run('rowsProduct', tiles, fields, [low, high], roundUp(tileRows, tile.rows) * 8);
  });
}

export interface Packing {
  readonly source: number;
  readonly segments: readonly Segment[];
  /** Bytes from one k to the next and from one column to the next. */
  readonly kStride: number;
  readonly columnStride: number;
  readonly columns: number;
  readonly batch: number;
  readonly batchStride: number;
}

/** Copies B into panels, into memory of the caller's scope. */
export function packPanels(runtime: Runtime, packing: Packing, panelColumns: number = runtime.tile.columns): RightSide {
  const { source, segments, kStride, columnStride, columns, batch, batchStride } = packing;
  const depth = depthOf(segments);
  const rest = columns % panelColumns;
  const width = columns - rest + (rest === 0 ? 0 : rest <= 8 ? 8 : panelColumns);
  const stride = depth * width * 4;
  const address = runtime.temporary(Math.max(4, batch * stride));
  const table = runtime.table(segments.flatMap(({ offset, length }) => [offset, length]));
  const panels = batch * Math.ceil(columns / panelColumns);
  const panelsPerTile = Math.ceil(ELEMENTS_PER_TILE / Math.max(1, depth * panelColumns));
  runtime.run('packPanels', Math.ceil(panels / panelsPerTile), [
    ...[source, address, table, table + segments.length * 8, kStride, columnStride],
    ...[depth, columns, panelColumns, batch, batchStride, stride, panelsPerTile],
  ]);
  return { address, batchStride: stride, depthStride: panelColumns * 4, panelStride: depth * panelColumns * 4 };
}

export interface ColumnsBatch {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

export interface ColumnsProduct {
  readonly batches: readonly ColumnsBatch[];
  /** Rows of C, in runs that are contiguous in A: the offset is A's. */
  readonly runs: readonly Segment[];
  readonly columns: number;
  readonly cStride: number;
  /** k. */
  readonly grid: Grid;
  readonly a: Steps;
  readonly bStride: number;
  /** All of C, for the partial sums. */
  readonly c: { readonly address: number; readonly size: number };
}

/** Steps of k in one pass over a tile: 128 strips of A, a cache line each, and a panel of B stay in L1; of contiguous k, more do. */
const BLOCK_DEPTH = 128;
const TURNED_DEPTH = 384;

/** Rows of C in one tile. */
const RUN_ROWS = 192;

/** Tiles that a product with few outputs is split into along k, multiplications of one, and the memory of partial results. */
const SPLIT_TILES = 32;
const SPLIT_WORK = 1_000_000;
const PARTS_BYTES = 16 << 20;

/** Aᵀ · B with k outermost in both: rows of C that are neighbours in A are computed together. */
export function columnsProduct(runtime: Runtime, product: ColumnsProduct): void {
  const { batches, columns, cStride, grid, a, bStride, c } = product;
  const { tile } = runtime;
  const depth = grid.images * grid.height * grid.width;
  const rows = depthOf(product.runs);
  const work = (tiles: number) => (rows * roundUp(columns, tile.columns) * depth * batches.length) / tiles;
  const tileColumns = Math.min(roundUp(columns, tile.columns), TILE_COLUMNS);
  let runRows = RUN_ROWS;
  const runsOf = () =>
    product.runs.flatMap(({ offset, length }) =>
      Array.from({ length: Math.ceil(length / runRows) }, (_, i) => ({
        offset: offset + i * runRows * 4,
        length: Math.min(runRows, length - i * runRows),
      })),
    );
  const tilesOf = () => batches.length * runsOf().length * Math.ceil(columns / tileColumns);
  const wanted = Math.min(SPLIT_TILES, Math.floor(work(1) / SPLIT_WORK));
  const mostParts = Math.min(Math.floor(depth / (4 * BLOCK_DEPTH)), Math.floor(PARTS_BYTES / (c.size * 4)));
  const parts = Math.max(1, Math.min(mostParts, Math.ceil(wanted / tilesOf())));
  while (runRows > 8 * tile.rows && tilesOf() * parts < wanted) runRows = roundUp(runRows / 2, tile.rows);
  const runs = runsOf();
  const partDepth = Math.ceil(depth / parts);
  runtime.scope(() => {
    const partStride = roundUp(c.size * 4, 64);
    const to = parts > 1 ? runtime.temporary(parts * partStride) : c.address;
    let before = 0;
    const runTable = runtime.table(
      runs.flatMap(({ offset, length }) => {
        before += length;
        return [offset, length, before - length];
      }),
    );
    const turnsA = tileColumns >= 6 * tile.columns && a.place >= 64;
    const blockDepth = turnsA ? TURNED_DEPTH : BLOCK_DEPTH;
    const packsB = columns > 2 * tile.columns && runRows >= 8 * tile.rows ? 1 : 0;
    const fields = [
      runtime.table(batches.flatMap((batch) => [batch.a, batch.b, batch.c - c.address + to])),
      ...[runTable, runTable + runs.length * 12, columns, tile.columns, cStride],
      ...[depth, grid.height, grid.width, a.image, a.line, a.place, bStride],
      ...[parts, partDepth, partStride, tileColumns, blockDepth, turnsA ? 1 : 0, packsB, ZEROS],
    ];
    const tiles = batches.length * parts * runs.length * Math.ceil(columns / tileColumns);
    const tileRows = roundUp(runRows, tile.rows);
    const scratch = blockDepth * 4 * (2 + tileRows + tileColumns + tile.columns) + tileRows * 32 + 1024;
    runtime.run('columnsProduct', tiles, fields, [], scratch);
    if (parts > 1) sumParts(runtime, to, c.address, c.size, parts, partStride);
  });
}

/** out = Σ of `count` arrays that lie `stride` bytes apart, added in their order. */
export function sumParts(
  runtime: Runtime,
  parts: number,
  out: number,
  size: number,
  count: number,
  stride: number,
): void {
  runtime.run('sumParts', Math.ceil(size / 1024), [parts, out, size, count, stride]);
}
