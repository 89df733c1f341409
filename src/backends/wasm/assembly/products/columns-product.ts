import { multiplyColumns4x8, multiplyColumns6x8, multiplyColumns6x16 } from '../generated/micro-kernels';
import { transpose4x4 } from '../shared/lanes';
import { multiplyPanel, writeTables } from './rows-product';
import { ROWS } from '../shared/simd';

/**
 * C = Aᵀ · B, where k is the outer axis of both: A's rows of the chunk are neighbours in memory. The product with a
 * transposed A, and a convolution's filter gradient (k counts output pixels, a row of C is one cell of the filter).
 * Strides are in bytes.
 */
@unmanaged
class ColumnsProduct {
  /** Addresses of A, B, C of each batch entry. */
  batches: usize;
  /** Rows of C in runs that are contiguous in A: {offset in A, rows, rows before}. */
  runs: usize;
  runsEnd: usize;
  columns: u32;
  panelColumns: u32;
  cStride: usize;
  /** k is counted through images, lines and places of a line. */
  depth: u32;
  height: u32;
  width: u32;
  aImage: usize;
  aLine: usize;
  aPlace: usize;
  bStride: usize;
  /** k is split into parts, each with its own C, `partStride` apart; they are summed in order afterwards. */
  parts: u32;
  partDepth: u32;
  partStride: usize;
  /** One chunk is one run and these columns of one part. */
  chunkColumns: u32;
  /** k per pass: the strips of A and B then stay in L1. */
  blockDepth: u32;
  /**
   * A is transposed so that k is contiguous if there are many panels of B, and B is copied into panels if there are
   * many rows of A.
   */
  isTurningA: u32;
  isPackingB: u32;
  /** What C starts from: 64 bytes of zeros; 0 when the product is added to C. */
  zeros: usize;
}

/** Segments of one block: one per line of the image, and one for a cut at each end. */
const RUN_BYTES: usize = 12;

export function columnsProduct(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const product = changetype<ColumnsProduct>(job);
  const runs = <u32>(product.runsEnd - product.runs) / <u32>RUN_BYTES;
  const columnChunks = (product.columns + product.chunkColumns - 1) / product.chunkColumns;
  for (let chunk: u32 = firstChunk; chunk < <u32>lastChunk; chunk++) {
    const columnChunk = chunk % columnChunks;
    const run = product.runs + ((chunk / columnChunks) % runs) * RUN_BYTES;
    const rest = chunk / (columnChunks * runs);
    const part = rest % product.parts;
    const batch = product.batches + (rest / product.parts) * 12;
    const column = columnChunk * product.chunkColumns;
    const columns = min(product.chunkColumns, product.columns - column);
    const b = <usize>load<u32>(batch, 4) + column * 4;
    const c = <usize>load<u32>(batch, 8) + part * product.partStride + load<u32>(run, 8) * product.cStride + column * 4;
    const a = <usize>load<u32>(batch) + <usize>load<u32>(run);
    const first = part * product.partDepth;
    const last = min(first + product.partDepth, product.depth);
    for (let k = first; k < last; k += product.blockDepth) {
      const depth = min(product.blockDepth, last - k);
      const segmentsEnd = writeSegments(product, k, depth, scratch);
      multiplyBlock(
        product,
        a,
        load<u32>(run, 4),
        b + k * product.bStride,
        c,
        columns,
        depth,
        scratch,
        segmentsEnd,
        k == first,
      );
    }
  }
}

/** Positions in A of `depth` steps from `k`: {byte offset, positions}, one per line of the image. */
function writeSegments(product: ColumnsProduct, k: u32, depth: u32, segment: usize): usize {
  const area = product.width * product.height;
  let place = k % product.width;
  let line = (k % area) / product.width;
  let image = k / area;
  while (depth > 0) {
    const places = min(depth, product.width - place);
    store<u32>(segment, <u32>(image * product.aImage + line * product.aLine + place * product.aPlace));
    store<u32>(segment, places, 4);
    segment += 8;
    depth -= places;
    place = 0;
    if (++line == product.height) {
      line = 0;
      image++;
    }
  }
  return segment;
}

/**
 * Copy `bytes` of each of `depth` rows into a contiguous panel; bytes beyond B's last column are copied too and
 * never stored.
 */
function packPanel(from: usize, stride: usize, packed: usize, depth: u32, bytes: usize): void {
  for (let k: u32 = 0; k < depth; k++) {
    for (let i: usize = 0; i < bytes; i += 16) v128.store(packed + i, v128.load(from + i));
    from += stride;
    packed += bytes;
  }
}

/**
 * Copies A of one block so that each row of C has its k side by side, `stride` bytes from row to row: 4×4 blocks are
 * turned in registers. A is read line by line; reading it in place, in strides of a whole pixel, misses every cache
 * (1×1 convolution of 256 channels: 19 → 36 GFLOP/s). Up to three rows beyond the last are copied too.
 */
function turn(
  a: usize,
  aStride: usize,
  rows: u32,
  segment: usize,
  segmentsEnd: usize,
  turned: usize,
  stride: usize,
): void {
  for (; segment < segmentsEnd; segment += 8) {
    let from = a + <usize>load<u32>(segment);
    let k = load<u32>(segment, 4);
    for (; k >= 4; k -= 4) {
      let to = turned;
      for (let i: usize = 0; i < <usize>rows * 4; i += 16) {
        transpose4x4(to, stride, from + i, aStride);
        to += 4 * stride;
      }
      from += 4 * aStride;
      turned += 16;
    }
    for (; k > 0; k--) {
      for (let i: u32 = 0; i < rows; i++) store<f32>(turned + i * stride, load<f32>(from + i * 4));
      from += aStride;
      turned += 4;
    }
  }
}

function multiplyBlock(
  product: ColumnsProduct, a: usize, rows: u32, b: usize, c: usize, columns: u32,
  depth: u32, segments: usize, segmentsEnd: usize, isFirst: bool,
): void {
  const panelColumns = product.panelColumns;
  const panelBytes = <usize>panelColumns * 4;
  // After the segments: the panels of B; one more segment, for turned rows of A; their tables; themselves.
  const panels = (segmentsEnd + 63) & ~63;
  const turnedSegment = panels + ((columns + panelColumns) * depth << 2);
  const tables = turnedSegment + 8;
  const turned = (tables + (((rows + ROWS) << 3)) + 63) & ~63;
  const turnedStride = <usize>depth * 4 + 16;
  let bStride = product.bStride;
  let panelStride = panelBytes;
  if (product.isPackingB) {
    for (let j: u32 = 0; j < columns; j += panelColumns) {
      packPanel(b + j * 4, bStride, panels + j * depth * 4, depth, panelBytes);
    }
    b = panels;
    bStride = panelBytes;
    panelStride = panelBytes * depth;
  }
  let tablesEnd = tables;
  if (product.isTurningA) {
    turn(a, product.aPlace, rows, segments, segmentsEnd, turned, turnedStride);
    tablesEnd = writeTables(rows, turned, turnedStride, c, product.cStride, tables);
    store<u32>(turnedSegment, 0);
    store<u32>(turnedSegment, depth, 4);
  }
  for (let j: u32 = 0; j < columns; j += panelColumns) {
    const width = min(panelColumns, columns - j);
    const start = isFirst ? product.zeros : 0;
    if (product.isTurningA) {
      const end = turnedSegment + 8;
      multiplyPanel(tables, tablesEnd, turnedSegment, end, b, bStride, j * 4, width, start, 0, -Infinity, Infinity);
    } else {
      multiplyInPlace(product, a, rows, segments, segmentsEnd, b, bStride, c + j * 4, width, start);
    }
    b += panelStride;
  }
}

function multiplyInPlace(
  product: ColumnsProduct, a: usize, rows: u32, segments: usize, end: usize,
  b: usize, bStride: usize, c: usize, width: u32, start: usize,
): void {
  const aStride = product.aPlace;
  const cStride = product.cStride;
  for (let i: u32 = 0; i < rows; i += ROWS) {
    const height = rows - i;
    if (!ASC_FEATURE_RELAXED_SIMD) {
      multiplyColumns4x8(a, aStride, segments, end, b, bStride, c, cStride, height, width, start);
    } else if (width <= 8) {
      multiplyColumns6x8(a, aStride, segments, end, b, bStride, c, cStride, height, width, start);
    } else {
      multiplyColumns6x16(a, aStride, segments, end, b, bStride, c, cStride, height, width, start);
    }
    a += ROWS * 4;
    c += ROWS * cStride;
  }
}

@unmanaged
class SumParts {
  parts: usize;
  out: usize;
  size: u32;
  count: u32;
  partStride: usize;
}

/**
 * Adds the parts of a split product in their order, so that the sum does not depend on who made which part. One chunk:
 * 1024 elements.
 */
export function sumParts(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const sum = changetype<SumParts>(job);
  const end = min((<u32>lastChunk) << 10, sum.size);
  for (let i = (<u32>firstChunk) << 10; i < end; i += 4) {
    let part = sum.parts + i * 4;
    let total = v128.load(part);
    for (let p: u32 = 1; p < sum.count; p++) {
      part += sum.partStride;
      total = f32x4.add(total, v128.load(part));
    }
    const out = sum.out + i * 4;
    if (i + 4 <= end) v128.store(out, total);
    else
      for (let lane: u32 = 0; lane < end - i; lane++) {
        store<f32>(out + lane * 4, f32x4.extract_lane(total, 0));
        total = v128.shuffle<f32>(total, total, 1, 2, 3, 0);
      }
  }
}
