import type { Forms } from '../../forms.js';
import { ELEMENTS_PER_CHUNK, type Runtime } from '../runtime.js';
import { depthOf, type Segment, segmentFields } from './segments.js';

/** B of a product: in panels, or as stored. */
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
  /** The cache for the panels, and their name in it; without it they last until the scope ends. */
  readonly forms?: Forms | undefined;
  readonly key?: string;
  /** Address of a factor for each column, where columns are contiguous; default none. */
  readonly scale?: number;
  /** From the factors of one matrix to those of the next. */
  readonly scaleBatchStride?: number;
}

/** How panels of matrices [depth, columns] lie. A last panel of at most 8 columns is 8 wide. */
export function panelsOf(
  runtime: Runtime,
  depth: number,
  columns: number,
  panelColumns: number = runtime.registerTile.columns,
): Omit<RightSide, 'address'> {
  const rest = columns % panelColumns;
  const width = columns - rest + (rest === 0 ? 0 : rest <= 8 ? 8 : panelColumns);
  return { batchStride: depth * width * 4, depthStride: panelColumns * 4, panelStride: depth * panelColumns * 4 };
}

/** Copies B into panels. */
export function packPanels(runtime: Runtime, packing: Packing, panelColumns?: number): RightSide {
  return panelsIn(runtime, packing, panelColumns, (bytes, write) =>
    runtime.form(packing, packing.key ?? '', bytes, write),
  );
}

/** Copies B into panels where they are kept; null where they are not, as at the first call. */
export function keptPanels(runtime: Runtime, packing: Packing): RightSide | null {
  const right = panelsIn(runtime, packing, undefined, (bytes, write) =>
    runtime.keptForm(packing, packing.key ?? '', bytes, write),
  );
  return right.address === 0 ? null : right;
}

function panelsIn(
  runtime: Runtime,
  packing: Packing,
  panelColumns: number = runtime.registerTile.columns,
  placeFor: (bytes: number, write: (address: number) => void) => number,
): RightSide {
  const { source, segments, kStride, columnStride, columns, batch, batchStride } = packing;
  const depth = depthOf(segments);
  const layout = panelsOf(runtime, depth, columns, panelColumns);
  const stride = layout.batchStride;
  const address = placeFor(Math.max(4, batch * stride), (packed) => {
    const table = runtime.table(segmentFields(segments));
    const panels = batch * Math.ceil(columns / panelColumns);
    const panelsPerChunk = Math.ceil(ELEMENTS_PER_CHUNK / Math.max(1, depth * panelColumns));
    runtime.launch('packPanels', Math.ceil(panels / panelsPerChunk), [
      ...[source, packed, table, table + segments.length * 8, kStride, columnStride],
      ...[depth, columns, panelColumns, batch, batchStride, stride, panelsPerChunk],
      ...[packing.scale ?? 0, packing.scaleBatchStride ?? 0],
    ]);
  });
  return { address, ...layout };
}

/** Matrices [depth, columns] that follow one another in memory. */
export interface Matrices {
  readonly source: number;
  readonly batch: number;
  readonly depth: number;
  readonly columns: number;
  /** Each is stored as [columns, depth]. */
  readonly isTransposed: boolean;
  /** As in `Packing`. */
  readonly forms?: Forms | undefined;
  readonly key?: string;
  readonly scale?: number;
}

/** Copies whole matrices into panels. */
export function packMatrices(runtime: Runtime, matrices: Matrices, panelColumns?: number): RightSide {
  return packPanels(runtime, packingOf(matrices), panelColumns);
}

/** How whole matrices are packed. */
export function packingOf(matrices: Matrices): Packing {
  const { depth, columns, isTransposed } = matrices;
  const [kStride, columnStride] = isTransposed ? [4, depth * 4] : [columns * 4, 4];
  return {
    ...matrices,
    segments: [{ offset: 0, length: depth }],
    kStride,
    columnStride,
    batchStride: depth * columns * 4,
  };
}
