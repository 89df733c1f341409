import type { Kernels, Reduction } from '../kernels.js';
import { ELEMENTS_PER_TILE, type Runtime } from './runtime.js';

/** A place in the list is the number that assembly/reductions.ts knows a reduction by. */
const REDUCTIONS: readonly Reduction[] = ['sum', 'mean', 'max', 'min'];

/** Columns that are reduced together: their doubles stay in a first-level cache. */
const CHUNK = 2048;

/** Fewest rows of a piece: a result of its own then costs little beside them. */
const PIECE_ROWS = 64;

/** Below so many columns rows are joined until they fill four vectors. */
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
      const chunks = Math.ceil(inner / CHUNK);
      const chunkSize = Math.min(inner, CHUNK);
      const group = chunks === 1 && inner > 1 ? rowsPerGroup(inner) : 1;
      const rows = Math.max(PIECE_ROWS * group, Math.ceil(ELEMENTS_PER_TILE / chunkSize / group) * group);
      const pieceSize = Math.min(size, rows);
      const pieces = Math.ceil(size / pieceSize);
      const unitsPerTile = Math.max(1, Math.floor(ELEMENTS_PER_TILE / (pieceSize * chunkSize)));
      const tiles = Math.ceil((outer * pieces * chunks) / unitsPerTile);
      const kernel = inner === 1 ? 'reduceRows' : 'reduceColumns';
      const scratch = inner === 1 ? 0 : (chunkSize * group + 4) * 8;
      const run = (to: number): void => {
        const shape = [number, outer, size, inner, pieces, pieceSize, chunkSize, chunks, group, unitsPerTile];
        runtime.launch(kernel, tiles, [x.buffer, to, ...shape], [], scratch);
      };
      if (pieces === 1) return run(out.buffer);
      runtime.scope(() => {
        const parts = runtime.temporary(outer * pieces * inner * 8);
        run(parts);
        const perTile = Math.ceil(ELEMENTS_PER_TILE / pieces);
        const fields = [parts, out.buffer, number, size, inner, pieces, out.size, perTile];
        runtime.launch('reduceParts', Math.ceil(out.size / perTile), fields);
      });
    },

    argReduce(fn, x, out, view) {
      if (x.dtype !== 'float32' || out.size === 0) return host.argReduce(fn, x, out, view);
      const { size, inner } = view;
      const perTile = Math.ceil(ELEMENTS_PER_TILE / size);
      const fields = [x.buffer, out.buffer, fn === 'argMin' ? 1 : 0, size, inner, out.size, perTile];
      runtime.launch('argReduce', Math.ceil(out.size / perTile), fields);
    },
  };
}
