import type { Kernels, Reduction } from '../kernels.js';
import { ELEMENTS_PER_CHUNK, type Runtime } from './runtime.js';

/** The position in the list is the number of the reduction in assembly/reductions.ts. */
const REDUCTIONS: readonly Reduction[] = ['sum', 'mean', 'max', 'min'];

/** Columns that are reduced together: their doubles stay in a first-level cache. */
const BLOCK_COLUMNS = 2048;

/** Fewest rows of a piece: its separate result then costs little in comparison. */
const PIECE_ROWS = 64;

/** With fewer columns, rows are joined until they fill four vectors. */
const WIDE = 64;

/** Rows of `columns` values that together are a multiple of 16 values. */
export function rowsPerGroup(columns: number): number {
  let group = 1;
  while (columns < WIDE && (columns * group) % 16 !== 0) group *= 2;
  return group;
}

export function reductionKernels(
  runtime: Runtime,
  host: Kernels<number>,
): Pick<Kernels<number>, 'reduce' | 'argReduce'> {
  return {
    reduce(fn, x, out, view) {
      const number = REDUCTIONS.indexOf(fn);
      const { outer, size, inner } = view;
      if (number < 0 || x.dtype !== 'float32' || x.size === 0) return host.reduce(fn, x, out, view);
      const blocks = Math.ceil(inner / BLOCK_COLUMNS);
      const blockColumns = Math.min(inner, BLOCK_COLUMNS);
      const group = blocks === 1 && inner > 1 ? rowsPerGroup(inner) : 1;
      const rows = Math.max(PIECE_ROWS * group, Math.ceil(ELEMENTS_PER_CHUNK / blockColumns / group) * group);
      const pieceSize = Math.min(size, rows);
      const pieces = Math.ceil(size / pieceSize);
      const unitsPerChunk = Math.max(1, Math.floor(ELEMENTS_PER_CHUNK / (pieceSize * blockColumns)));
      const chunks = Math.ceil((outer * pieces * blocks) / unitsPerChunk);
      const kernel = inner === 1 ? 'reduceRows' : 'reduceColumns';
      const scratch = inner === 1 ? 0 : (blockColumns * group + 4) * 8;
      const run = (to: number): void => {
        const shape = [number, outer, size, inner, pieces, pieceSize, blockColumns, blocks, group, unitsPerChunk];
        runtime.launch(kernel, chunks, [x.buffer, to, ...shape], [], scratch);
      };
      if (pieces === 1) return run(out.buffer);
      runtime.scope(() => {
        const parts = runtime.temporary(outer * pieces * inner * 8);
        run(parts);
        const perChunk = Math.ceil(ELEMENTS_PER_CHUNK / pieces);
        const fields = [parts, out.buffer, number, size, inner, pieces, out.size, perChunk];
        runtime.launch('reduceParts', Math.ceil(out.size / perChunk), fields);
      });
    },

    argReduce(fn, x, out, view) {
      if (x.dtype !== 'float32' || out.size === 0) return host.argReduce(fn, x, out, view);
      const { size, inner } = view;
      const perChunk = Math.ceil(ELEMENTS_PER_CHUNK / size);
      const fields = [x.buffer, out.buffer, fn === 'argMin' ? 1 : 0, size, inner, out.size, perChunk];
      runtime.launch('argReduce', Math.ceil(out.size / perChunk), fields);
    },
  };
}
