import { multiplyColumns4x8, multiplyColumns6x8, multiplyColumns6x16 } from '../generated/micro-kernels';
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
  /** A is copied into strips if there are many panels of B, and B into panels if there are many rows of A. */
  isPackingA: u32;
  isPackingB: u32;
  /** Address of the initial values of C: 64 bytes of zeros; 0 when the product is added to C. */
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
 * Copies B of one block into panels, line by line as it lies; bytes beyond B's last column are copied too and never
 * stored. Panels end with a free cache line, so that they do not all fall on the same lines of the first-level cache.
 */
function packPanels(
  from: usize, stride: usize, packed: usize, panelStride: usize, panels: u32, bytes: usize, depth: u32,
): void {
  for (let k: u32 = 0; k < depth; k++) {
    let source = from;
    let to = packed;
    for (let panel: u32 = 0; panel < panels; panel++) {
      for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v128.load(source + i));
      source += bytes;
      to += panelStride;
    }
    from += stride;
    packed += bytes;
  }
}

/**
 * Copies A of one block into strips: the values of one k for ROWS rows are neighbours, and the next k follows them.
 * A is read line by line; reading it in place, in strides of a whole pixel, misses every cache (1×1 convolution of 256
 * channels: 19 → 36 GFLOP/s). The last strip is copied whole, whatever follows A's last row.
 */
function packStrips(
  a: usize, aStride: usize, strips: u32, segment: usize, segmentsEnd: usize, packed: usize, stripStride: usize,
): void {
  for (; segment < segmentsEnd; segment += 8) {
    let line = a + <usize>load<u32>(segment);
    for (let k = load<u32>(segment, 4); k > 0; k--) {
      let from = line;
      let to = packed;
      for (let strip: u32 = 0; strip < strips; strip++) {
        v128.store(to, v128.load(from));
        if (ROWS > 4) store<u64>(to + 16, load<u64>(from + 16));
        from += ROWS * 4;
        to += stripStride;
      }
      line += aStride;
      packed += ROWS * 4;
    }
  }
}

function multiplyBlock(
  product: ColumnsProduct, a: usize, rows: u32, b: usize, c: usize, columns: u32,
  depth: u32, segments: usize, segmentsEnd: usize, isFirst: bool,
): void {
  const panelColumns = product.panelColumns;
  const panelBytes = <usize>panelColumns * 4;
  // After the segments: one more segment, for strips of A; the panels of B; the strips.
  const stripSegment = segmentsEnd;
  const panels = (stripSegment + 8 + 63) & ~63;
  let aStride = product.aPlace;
  let aStep: usize = ROWS * 4;
  let bStride = product.bStride;
  let panelStride = panelBytes;
  let strips = panels;
  if (product.isPackingB) {
    const count = (columns + panelColumns - 1) / panelColumns;
    panelStride = panelBytes * depth + 64;
    packPanels(b, bStride, panels, panelStride, count, panelBytes, depth);
    b = panels;
    bStride = panelBytes;
    strips += count * panelStride;
  }
  if (product.isPackingA) {
    aStep = <usize>depth * (ROWS * 4) + 64;
    packStrips(a, aStride, (rows + ROWS - 1) / ROWS, segments, segmentsEnd, strips, aStep);
    a = strips;
    aStride = ROWS * 4;
    store<u32>(stripSegment, 0);
    store<u32>(stripSegment, depth, 4);
    segments = stripSegment;
    segmentsEnd = stripSegment + 8;
  }
  const start = isFirst ? product.zeros : 0;
  for (let j: u32 = 0; j < columns; j += panelColumns) {
    const width = min(panelColumns, columns - j);
    multiplyPanel(a, aStride, aStep, rows, segments, segmentsEnd, b, bStride, c + j * 4, product.cStride, width, start);
    b += panelStride;
  }
}

/** C[`rows`, `width` columns], with k in segments, of a panel of B; `aStep` is from one strip of A to the next. */
function multiplyPanel(
  a: usize, aStride: usize, aStep: usize, rows: u32, segments: usize, end: usize,
  b: usize, bStride: usize, c: usize, cStride: usize, width: u32, start: usize,
): void {
  for (let i: u32 = 0; i < rows; i += ROWS) {
    const height = rows - i;
    if (!ASC_FEATURE_RELAXED_SIMD) {
      multiplyColumns4x8(a, aStride, segments, end, b, bStride, c, cStride, height, width, start);
    } else if (width <= 8) {
      multiplyColumns6x8(a, aStride, segments, end, b, bStride, c, cStride, height, width, start);
    } else {
      multiplyColumns6x16(a, aStride, segments, end, b, bStride, c, cStride, height, width, start);
    }
    a += aStep;
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
