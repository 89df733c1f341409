import { multiplyPanel, writeTables } from './rows-product';

/** A product of a few rows with one packed matrix, which every step of a recurrence repeats. */
@unmanaged
export class RecurrentProduct {
  /** The matrix in panels, see `packPanels`. */
  packed: usize;
  depth: u32;
  /** Most k of one pass: a panel of them stays in L1. */
  blockDepth: u32;
  columns: u32;
  panelColumns: u32;
  panelStride: usize;
}

/**
 * C += A · B, or C = start + A · B.
 * @param segment 8 bytes of scratch, and 8 more for each row
 * @param start address of one row that C starts from; 0 adds to what C holds
 */
export function multiplyRecurrent(
  product: RecurrentProduct,
  rows: u32,
  a: usize,
  aStride: usize,
  c: usize,
  cStride: usize,
  segment: usize,
  start: usize,
): void {
  const tables = segment + 8;
  const tablesEnd = writeTables(rows, a, aStride, c, cStride, tables);
  const panelBytes = <usize>product.panelColumns * 4;
  for (let k: u32 = 0; k < product.depth; k += product.blockDepth) {
    store<u32>(segment, k << 2);
    store<u32>(segment, min(product.blockDepth, product.depth - k), 4);
    for (let j: u32 = 0; j < product.columns; j += product.panelColumns) {
      const left = product.columns - j;
      // A narrow last panel is packed 8 wide.
      const stride: usize = left <= 8 ? 32 : panelBytes;
      const b = product.packed + (j / product.panelColumns) * product.panelStride + k * stride;
      const from = start && k == 0 ? start + (<usize>j << 2) : 0;
      const width = min(left, product.panelColumns);
      const at = <usize>j << 2;
      multiplyPanel(tables, tablesEnd, segment, segment + 8, b, stride, at, width, from, 0, -Infinity, Infinity);
    }
  }
}
