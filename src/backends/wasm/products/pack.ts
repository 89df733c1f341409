import { ELEMENTS_PER_CHUNK, type Runtime } from '../runtime.js';
import { depthOf, type Segment, segmentFields } from './segments.js';

/** B of a product: in panels, or as it lies in memory. */
export interface RightSide {
  readonly address: number;
  /** From one batch entry to the next. */
  readonly batchStride: number;
  readonly depthStride: number;
  readonly panelStride: number;
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
export function packPanels(
  runtime: Runtime,
  packing: Packing,
  panelColumns: number = runtime.registerTile.columns,
): RightSide {
  const { source, segments, kStride, columnStride, columns, batch, batchStride } = packing;
  const depth = depthOf(segments);
  const rest = columns % panelColumns;
  const width = columns - rest + (rest === 0 ? 0 : rest <= 8 ? 8 : panelColumns);
  const stride = depth * width * 4;
  const address = runtime.temporary(Math.max(4, batch * stride));
  const table = runtime.table(segmentFields(segments));
  const panels = batch * Math.ceil(columns / panelColumns);
  const panelsPerChunk = Math.ceil(ELEMENTS_PER_CHUNK / Math.max(1, depth * panelColumns));
  runtime.launch('packPanels', Math.ceil(panels / panelsPerChunk), [
    ...[source, address, table, table + segments.length * 8, kStride, columnStride],
    ...[depth, columns, panelColumns, batch, batchStride, stride, panelsPerChunk],
  ]);
  return { address, batchStride: stride, depthStride: panelColumns * 4, panelStride: depth * panelColumns * 4 };
}

/** Matrices [depth, columns] that follow one another in memory. */
export interface Matrices {
  readonly source: number;
  readonly batch: number;
  readonly depth: number;
  readonly columns: number;
  /** Each lies as [columns, depth]. */
  readonly isTransposed: boolean;
}

/** Copies whole matrices into panels, into memory of the caller's scope. */
export function packMatrices(runtime: Runtime, matrices: Matrices, panelColumns?: number): RightSide {
  const { source, batch, depth, columns, isTransposed } = matrices;
  const [kStride, columnStride] = isTransposed ? [4, depth * 4] : [columns * 4, 4];
  const segments = [{ offset: 0, length: depth }];
  const batchStride = depth * columns * 4;
  return packPanels(runtime, { source, segments, kStride, columnStride, columns, batch, batchStride }, panelColumns);
}
