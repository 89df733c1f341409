import type { DType } from '../../base/dtype.js';
import type { Shape } from '../../base/shape.js';
import { type Axis, mergeAxes } from '../cpu/strided.js';
import { ELEMENTS_PER_CHUNK, type Runtime } from './runtime.js';

/** A layout: where it starts in linear memory, and elements from one index of each axis to the next. */
export interface Layout {
  readonly address: number;
  readonly strides: readonly number[];
}

/** Elements of 32 bits move in WebAssembly; bytes are left to the host. */
export const isWord = (dtype: DType): boolean => dtype !== 'bool';

/** Rows of a transposition that are done together: the cache line read for one of them holds the others. */
const TRANSPOSED_ROWS = 16;

/**
 * Copies a block of `shape`, which is not empty, from one layout to another.
 * @param from its address is that of the first element
 */
export function copyStrided(runtime: Runtime, shape: Shape, from: Layout, to: Layout): void {
  const axes = mergeAxes(shape, from.strides, to.strides);
  const run = axes[axes.length - 1];
  const beside = axes.findIndex((axis) => axis !== run && axis.from === 1);
  const transposes = run.to === 1 && run.from !== 1 && beside >= 0;
  const outer = axes.filter((axis, index) => axis !== run && !(transposes && index === beside));
  const cut = transposes ? axes[beside] : run;
  const cutElements = transposes ? run.size : 1;
  const pieceSize = transposes ? TRANSPOSED_ROWS : ELEMENTS_PER_CHUNK;
  const pieces = Math.ceil(cut.size / pieceSize);
  const units = outer.reduce((count, { size }) => count * size, pieces);
  const unitsPerChunk = Math.max(1, Math.floor(ELEMENTS_PER_CHUNK / (Math.min(cut.size, pieceSize) * cutElements)));
  runtime.scope(() => {
    const ordered: Axis[] = transposes ? [...outer, cut, run] : [...outer, run];
    const table = runtime.table(ordered.flatMap((axis) => [axis.size, axis.from * 4, axis.to * 4]));
    runtime.launch(
      'copyStrided',
      Math.ceil(units / unitsPerChunk),
      [from.address, to.address, table, outer.length, transposes ? 1 : 0, units, unitsPerChunk, pieces, pieceSize],
      [],
      outer.length * 4,
    );
  });
}
