import { ZEROS } from '../memory/layout.js';
import type { RegisterTile, Runtime } from '../runtime.js';
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
  /** Offset in bytes from C to the values that are added before clamping; default none. */
  readonly residual?: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Bytes of a panel of B and of one chunk's rows of A in a pass over k. The panel stays in a first-level cache of 32
 * KiB, the rows stream through it; of k = 384 one pass of 16 columns is just made, which two passes over C took 5%
 * longer for.
 */
const CACHE_BYTES = 34816;

/** Multiplications of a chunk, so that handing it to a thread (about 1 µs) does not show. */
const WORK_PER_CHUNK = 400_000;

/** Enough chunks for many threads to end at nearly the same time. */
const CHUNKS_ENOUGH = 32;

/** Rows of a chunk: a panel of B, once in L1, serves them all, and their part of A stays in L2. */
const CHUNK_ROWS = 96;
const CHUNK_COLUMNS = 256;

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

/** Rows and columns of one chunk; of the shape alone, whatever the number of threads. */
function chunkOf(rows: number, columns: number, depth: number, batches: number, registerTile: RegisterTile) {
  const cost = Math.max(depth, 8);
  let chunkColumns = Math.min(roundUp(columns, registerTile.columns), CHUNK_COLUMNS);
  const rowsForWork = roundUp(WORK_PER_CHUNK / (cost * chunkColumns), registerTile.rows);
  let chunkRows = Math.min(roundUp(rows, registerTile.rows), Math.max(CHUNK_ROWS, rowsForWork));
  const chunks = () => batches * Math.ceil(rows / chunkRows) * Math.ceil(columns / chunkColumns);
  while (chunks() < CHUNKS_ENOUGH && chunkRows * chunkColumns * cost > 2 * WORK_PER_CHUNK) {
    if (chunkColumns > chunkRows && chunkColumns > registerTile.columns)
      chunkColumns = roundUp(chunkColumns / 2, registerTile.columns);
    else if (chunkRows > registerTile.rows) chunkRows = roundUp(chunkRows / 2, registerTile.rows);
    else break;
  }
  return { chunkRows, chunkColumns };
}

/** C = A · B + bias, clamped to [low, high]; A is read in segments of contiguous k. */
export function rowsProduct(runtime: Runtime, product: RowsProduct): void {
  const { batches, grid, a, c, columns, segments, right, low, high } = product;
  const { registerTile } = runtime;
  const rows = grid.images * grid.height * grid.width;
  const { chunkRows, chunkColumns } = chunkOf(rows, columns, depthOf(segments), batches.length, registerTile);
  runtime.scope(() => {
    const blocks: number[] = [];
    let depth = 0;
    for (const block of blocksOf(segments, CACHE_BYTES / (4 * (registerTile.rows + registerTile.columns)))) {
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
      ...[columns, registerTile.columns, right.depthStride, right.panelStride],
      ...[blockTable, blockTable + blocks.length * 4, chunkRows, chunkColumns, ZEROS],
      product.residual ?? 0,
    ];
    const chunks = batches.length * Math.ceil(rows / chunkRows) * Math.ceil(columns / chunkColumns);
    runtime.launch('rowsProduct', chunks, fields, [low, high], roundUp(chunkRows, registerTile.rows) * 8);
  });
}
