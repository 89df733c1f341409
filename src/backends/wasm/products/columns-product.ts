import { ZEROS } from '../memory/layout.js';
import type { Runtime } from '../runtime.js';
import { depthOf, type Grid, roundUp, type Segment } from './segments.js';
import type { Steps } from './windows.js';

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
  /** The product is added to what C holds. */
  readonly isAdding?: boolean;
}

/**
 * Steps of k in one pass over a chunk: 128 strips of A, a cache line each, and a panel of B stay in L1; of strips that
 * were copied, more do.
 */
const BLOCK_DEPTH = 128;
const PACKED_DEPTH = 512;

/** Rows and columns of C in one chunk. */
const RUN_ROWS = 192;
const CHUNK_COLUMNS = 256;

/**
 * Chunks that a product with few outputs is split into along k, multiplications of one, and the memory of partial
 * results.
 */
const SPLIT_CHUNKS = 32;
const SPLIT_WORK = 1_000_000;
const PARTS_BYTES = 16 << 20;

/** C = Aᵀ · B with k outermost in both: rows of C that are neighbours in A are computed together. */
export function columnsProduct(runtime: Runtime, product: ColumnsProduct): void {
  const { batches, columns, cStride, grid, a, bStride, c } = product;
  const { registerTile } = runtime;
  const depth = grid.images * grid.height * grid.width;
  const rows = depthOf(product.runs);
  const work = (chunks: number) => (rows * roundUp(columns, registerTile.columns) * depth * batches.length) / chunks;
  let chunkColumns = Math.min(roundUp(columns, registerTile.columns), CHUNK_COLUMNS);
  let runRows = RUN_ROWS;
  const piecesOf = () => product.runs.reduce((count, { length }) => count + Math.ceil(length / runRows), 0);
  const chunksOf = () => batches.length * piecesOf() * Math.ceil(columns / chunkColumns);
  const wanted = Math.min(SPLIT_CHUNKS, Math.floor(work(1) / SPLIT_WORK));
  const mostParts = Math.min(Math.floor(depth / (2 * BLOCK_DEPTH)), Math.floor(PARTS_BYTES / (c.size * 4)));
  const parts = product.isAdding ? 1 : Math.max(1, Math.min(mostParts, Math.ceil(wanted / chunksOf())));
  // Half the rows of a chunk copy B twice as often, half its columns A.
  while (chunksOf() * parts < wanted / 2) {
    const copiesOfB = columns * piecesOf();
    const copiesOfA = rows * Math.ceil(columns / chunkColumns);
    if (chunkColumns > 12 * registerTile.columns && copiesOfA < copiesOfB)
      chunkColumns = roundUp(chunkColumns / 2, registerTile.columns);
    else if (runRows > 8 * registerTile.rows) runRows = roundUp(runRows / 2, registerTile.rows);
    else break;
  }
  const partDepth = Math.ceil(depth / parts);
  runtime.scope(() => {
    const partStride = roundUp(c.size * 4, 64);
    const to = parts > 1 ? runtime.temporary(parts * partStride) : c.address;
    const runs: number[] = [];
    let before = 0;
    for (const { offset, length } of product.runs) {
      for (let first = 0; first < length; first += runRows) {
        const taken = Math.min(runRows, length - first);
        runs.push(offset + first * 4, taken, before);
        before += taken;
      }
    }
    const runTable = runtime.table(runs);
    const places: number[] = [];
    for (const batch of batches) places.push(batch.a, batch.b, batch.c - c.address + to);
    const packsA = chunkColumns >= 6 * registerTile.columns && a.place >= 64;
    const blockDepth = packsA ? PACKED_DEPTH : BLOCK_DEPTH;
    const packsB = columns > 2 * registerTile.columns && runRows >= 8 * registerTile.rows ? 1 : 0;
    const fields = [
      runtime.table(places),
      ...[runTable, runTable + runs.length * 4, columns, registerTile.columns, cStride],
      ...[depth, grid.height, grid.width, a.image, a.line, a.place, bStride],
      ...[parts, partDepth, partStride, chunkColumns, blockDepth, packsA ? 1 : 0, packsB, product.isAdding ? 0 : ZEROS],
    ];
    const chunks = parts * chunksOf();
    const chunkRows = roundUp(runRows, registerTile.rows);
    const copied = chunkRows + roundUp(chunkColumns, registerTile.columns);
    // At most one segment for each k, and a cache line behind each strip and each panel.
    const scratch = blockDepth * (8 + copied * 4) + copied * 16 + 1024;
    runtime.launch('columnsProduct', chunks, fields, [], scratch);
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
  runtime.launch('sumParts', Math.ceil(size / 1024), [parts, out, size, count, stride]);
}
