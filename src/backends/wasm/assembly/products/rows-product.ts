import { multiplyRows4x8, multiplyRows6x8, multiplyRows6x16 } from '../generated/micro-kernels';
import { ROWS } from '../shared/simd';

/**
 * C = A · B + bias, clamped: A read by rows (k contiguous in segments), B in panels or unpacked.
 * A matrix product, a convolution (a row of A is one output pixel's window, its segments the window's rows) and a
 * convolution's input gradient are all of this form. Strides and offsets are in bytes.
 */
@unmanaged
class RowsProduct {
  /** One row per batch entry: addresses of A, B, C, and of the bias (or 0). */
  batches: usize;
  /** Rows are counted through images, lines and places of a line. */
  rows: u32;
  height: u32;
  width: u32;
  aImage: usize;
  aLine: usize;
  aPlace: usize;
  cImage: usize;
  cLine: usize;
  cPlace: usize;
  columns: u32;
  panelColumns: u32;
  /** From one k to the next, and from one panel to the next. */
  bDepthStride: usize;
  bPanelStride: usize;
  /** k in blocks, so that a panel of B stays in L1: {first segment, end of segments, k before the block}. */
  blocks: usize;
  blocksEnd: usize;
  chunkRows: u32;
  chunkColumns: u32;
  /** 64 bytes of zeros. */
  zeros: usize;
  /** Offset from C to the values that are added before clamping; 0 for none. */
  residual: usize;
  low: f32;
  high: f32;
}

const BLOCK_BYTES: usize = 12;

export function rowsProduct(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const product = changetype<RowsProduct>(job);
  const rowChunks = (product.rows + product.chunkRows - 1) / product.chunkRows;
  const columnChunks = (product.columns + product.chunkColumns - 1) / product.chunkColumns;
  for (let chunk: u32 = firstChunk; chunk < <u32>lastChunk; chunk++) {
    const columnChunk = chunk % columnChunks;
    const rowChunk = (chunk / columnChunks) % rowChunks;
    const batch = product.batches + (chunk / (columnChunks * rowChunks)) * 16;
    const row = rowChunk * product.chunkRows;
    const column = columnChunk * product.chunkColumns;
    const rows = min(product.chunkRows, product.rows - row);
    const tables = writeRowTables(product, batch, row, rows, scratch);
    multiplyChunk(product, batch, scratch, tables, column, min(column + product.chunkColumns, product.columns));
  }
}

/**
 * For each ROWS rows: their addresses in A, then in C. Missing rows repeat the last one: they compute and store the
 * same.
 */
function writeRowTables(product: RowsProduct, batch: usize, row: u32, rows: u32, table: usize): usize {
  const a = <usize>load<u32>(batch);
  const c = <usize>load<u32>(batch, 8);
  const area = product.width * product.height;
  let place = row % product.width;
  let line = (row % area) / product.width;
  let image = row / area;
  let aAt: usize = 0;
  let cAt: usize = 0;
  const tables = <i32>((rows + ROWS - 1) / ROWS);
  for (let i: i32 = 0; i < tables; i++) {
    for (let r: i32 = 0; r < ROWS; r++) {
      if (<u32>(i * ROWS + r) < rows) {
        aAt = a + image * product.aImage + line * product.aLine + place * product.aPlace;
        cAt = c + image * product.cImage + line * product.cLine + place * product.cPlace;
        if (++place == product.width) {
          place = 0;
          if (++line == product.height) {
            line = 0;
            image++;
          }
        }
      }
      store<u32>(table + (r << 2), <u32>aAt);
      store<u32>(table + ((r + ROWS) << 2), <u32>cAt);
    }
    table += ROWS << 3;
  }
  return table;
}

function multiplyChunk(
  product: RowsProduct,
  batch: usize,
  tables: usize,
  tablesEnd: usize,
  column: u32,
  end: u32,
): void {
  const bias = <usize>load<u32>(batch, 12);
  for (let block = product.blocks; block < product.blocksEnd; block += BLOCK_BYTES) {
    const segments = <usize>load<u32>(block);
    const segmentsEnd = <usize>load<u32>(block, 4);
    const depth = <usize>load<u32>(block, 8);
    const isFirst = block == product.blocks;
    const isLast = block + BLOCK_BYTES == product.blocksEnd;
    const residual = isLast ? product.residual : 0;
    const low = isLast ? product.low : -Infinity;
    const high = isLast ? product.high : Infinity;
    for (let j = column; j < end; j += product.panelColumns) {
      const left = end - j;
      // A narrow last panel is packed 8 wide; unpacked B has its own stride.
      const isNarrow = left <= 8 && product.bDepthStride == <usize>product.panelColumns * 4;
      const stride = isNarrow ? 32 : product.bDepthStride;
      const b = <usize>load<u32>(batch, 4) + (j / product.panelColumns) * product.bPanelStride + depth * stride;
      const start = isFirst ? (bias ? bias + j * 4 : product.zeros) : 0;
      const width = min(left, product.panelColumns);
      multiplyPanel(tables, tablesEnd, segments, segmentsEnd, b, stride, j * 4, width, start, residual, low, high);
    }
  }
}

/** C[rows of the tables, `width` columns from `column` bytes on], with k in segments, of a panel of B. */
// @ts-ignore: decorator
@inline
export function multiplyPanel(
  tables: usize,
  tablesEnd: usize,
  segments: usize,
  segmentsEnd: usize,
  b: usize,
  stride: usize,
  column: usize,
  width: i32,
  start: usize,
  residual: usize,
  low: f32,
  high: f32,
): void {
  for (let table = tables; table < tablesEnd; table += ROWS << 3) {
    if (!ASC_FEATURE_RELAXED_SIMD) {
      multiplyRows4x8(table, segments, segmentsEnd, b, stride, column, width, start, residual, low, high);
    } else if (width <= 8) {
      multiplyRows6x8(table, segments, segmentsEnd, b, stride, column, width, start, residual, low, high);
    } else {
      multiplyRows6x16(table, segments, segmentsEnd, b, stride, column, width, start, residual, low, high);
    }
  }
}

/** For each ROWS rows: their addresses in A, then in C, a stride apart; missing rows repeat the last one. */
export function writeTables(rows: u32, a: usize, aStride: usize, c: usize, cStride: usize, table: usize): usize {
  for (let first: u32 = 0; first < rows; first += ROWS) {
    for (let i: u32 = 0; i < <u32>ROWS; i++) {
      const row = min(first + i, rows - 1);
      store<u32>(table + (i << 2), <u32>(a + row * aStride));
      store<u32>(table + ((i + ROWS) << 2), <u32>(c + row * cStride));
    }
    table += ROWS << 3;
  }
  return table;
}
