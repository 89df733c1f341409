import { transpose4x4 } from '../shared/lanes';

@unmanaged
class PackPanels {
  source: usize;
  packed: usize;
  /** Pairs of u32: byte offset in the source, rows of k that follow there. */
  segments: usize;
  segmentsEnd: usize;
  /** Bytes from one k to the next, and from one column to the next, in the source. */
  kStride: usize;
  columnStride: usize;
  depth: u32;
  columns: u32;
  panelColumns: u32;
  /** Several matrices of one shape. */
  batch: u32;
  sourceBatchStride: usize;
  packedBatchStride: usize;
  panelsPerChunk: u32;
  /** A factor of each column, or 0; and from the factors of one matrix to those of the next. */
  scale: usize;
  scaleBatchStride: usize;
}

/**
 * Copies B into panels of `panelColumns` columns, k by k, the last panel filled up with zeros: the register tiles
 * stream them. A last panel of at most 8 columns is 8 wide.
 */
export function packPanels(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const pack = changetype<PackPanels>(job);
  const panels = (pack.columns + pack.panelColumns - 1) / pack.panelColumns;
  const end = min(<u32>lastChunk * pack.panelsPerChunk, panels * pack.batch);
  for (let panel = <u32>firstChunk * pack.panelsPerChunk; panel < end; panel++) {
    const batch = panel / panels;
    const column = (panel % panels) * pack.panelColumns;
    const left = pack.columns - column;
    const panelColumns: u32 = left <= 8 ? 8 : pack.panelColumns;
    const source = pack.source + batch * pack.sourceBatchStride + column * pack.columnStride;
    const packed = pack.packed + batch * pack.packedBatchStride + column * pack.depth * 4;
    const columns = min(left, panelColumns);
    if (pack.scale) {
      const scale = pack.scale + batch * pack.scaleBatchStride + column * 4;
      packScaled(pack, source, packed, columns, panelColumns, scale);
    } else if (pack.columnStride == 4) packRows(pack, source, packed, columns, panelColumns);
    else if (pack.kStride == 4) packColumns(pack, source, packed, columns, panelColumns);
    else packScattered(pack, source, packed, columns, panelColumns);
  }
}

function packRows(pack: PackPanels, source: usize, packed: usize, columns: u32, panelColumns: u32): void {
  const bytes = <usize>panelColumns * 4;
  for (let segment = pack.segments; segment < pack.segmentsEnd; segment += 8) {
    let from = source + <usize>load<u32>(segment);
    for (let k = load<u32>(segment, 4); k > 0; k--) {
      if (columns == panelColumns) {
        for (let i: usize = 0; i < bytes; i += 32) {
          v128.store(packed + i, v128.load(from + i));
          v128.store(packed + i, v128.load(from + i, 16), 16);
        }
      } else {
        for (let i: u32 = 0; i < panelColumns; i++) {
          store<f32>(packed + i * 4, i < columns ? load<f32>(from + i * 4) : 0);
        }
      }
      packed += bytes;
      from += pack.kStride;
    }
  }
}

/** Rows, each column times its factor. */
function packScaled(
  pack: PackPanels, source: usize, packed: usize, columns: u32, panelColumns: u32, scale: usize,
): void {
  for (let segment = pack.segments; segment < pack.segmentsEnd; segment += 8) {
    let from = source + <usize>load<u32>(segment);
    for (let k = load<u32>(segment, 4); k > 0; k--) {
      let i: u32 = 0;
      for (; i + 4 <= columns; i += 4) {
        const at = i << 2;
        v128.store(packed + at, f32x4.mul(v128.load(from + at), v128.load(scale + at)));
      }
      for (; i < panelColumns; i++) {
        const at = i << 2;
        store<f32>(packed + at, i < columns ? load<f32>(from + at) * load<f32>(scale + at) : 0);
      }
      packed += <usize>panelColumns * 4;
      from += pack.kStride;
    }
  }
}

/** Columns are contiguous along k: 4×4 blocks are turned in registers. */
function packColumns(pack: PackPanels, source: usize, packed: usize, columns: u32, panelColumns: u32): void {
  const bytes = <usize>panelColumns * 4;
  const stride = pack.columnStride;
  for (let segment = pack.segments; segment < pack.segmentsEnd; segment += 8) {
    const from = source + <usize>load<u32>(segment);
    const depth = load<u32>(segment, 4);
    for (let column: u32 = 0; column < panelColumns; column += 4) {
      let to = packed + column * 4;
      let at = from + column * stride;
      let k = depth;
      if (column + 4 <= columns) {
        for (; k >= 4; k -= 4) {
          transpose4x4(to, bytes, at, stride);
          at += 16;
          to += 4 * bytes;
        }
      }
      for (; k > 0; k--) {
        for (let i: u32 = 0; i < 4; i++) {
          store<f32>(to + i * 4, column + i < columns ? load<f32>(at + i * stride) : 0);
        }
        at += 4;
        to += bytes;
      }
    }
    packed += depth * bytes;
  }
}

function packScattered(pack: PackPanels, source: usize, packed: usize, columns: u32, panelColumns: u32): void {
  for (let segment = pack.segments; segment < pack.segmentsEnd; segment += 8) {
    let from = source + <usize>load<u32>(segment);
    for (let k = load<u32>(segment, 4); k > 0; k--) {
      for (let i: u32 = 0; i < panelColumns; i++) {
        store<f32>(packed + i * 4, i < columns ? load<f32>(from + i * pack.columnStride) : 0);
      }
      packed += <usize>panelColumns * 4;
      from += pack.kStride;
    }
  }
}
