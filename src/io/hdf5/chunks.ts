import { Cursor, type NamedBytes } from '../bytes/cursor.js';
import { type Filter, UNDEFINED } from './header-messages.js';
import { readTreeNode } from './links.js';

/*
 * Values in chunks, each compressed separately. Source: "HDF5 File Format Specification Version 3.0", sections III.A.1,
 * IV.A.2.i and VII.
 */

export interface ChunkedLayout {
  readonly shape: readonly number[];
  /** The shape of a chunk. */
  readonly chunk: readonly number[];
  readonly elementSize: number;
  readonly filters: readonly Filter[];
  readonly what: string;
  readonly index:
    | { readonly kind: 'tree'; readonly address: number }
    | {
        readonly kind: 'single' | 'implicit' | 'fixed-array';
        readonly address: number;
        /** For a single compressed chunk. */
        readonly single: { readonly size: number; readonly mask: number } | null;
        /** Entries of a page of a fixed array, as a power of two. */
        readonly pageBits: number;
      };
}

/** Unpacks zlib's format into a buffer of known size. */
export type Inflate = (bytes: Uint8Array, out: Uint8Array) => Uint8Array;

/** A chunk in the file. */
interface StoredChunk {
  /** Position of its first element. */
  readonly offset: readonly number[];
  readonly address: number;
  readonly size: number;
  /** Bit mask of skipped filters. */
  readonly mask: number;
}

const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);

/**
 * @throws FormatError when chunks are missing, outside the file, or do not unpack to the size of their shape
 */
export function readChunks(file: NamedBytes, layout: ChunkedLayout, inflate: Inflate): Uint8Array {
  const { shape, chunk, elementSize, what } = layout;
  const values = new Uint8Array(product(shape) * elementSize);
  if (values.length === 0) return values;
  const expected = product(shape.map((size, axis) => Math.ceil(size / chunk[axis])));
  const seen = new Set<string>();
  for (const stored of storedChunks(file, layout)) {
    const cursor = new Cursor(file, stored.address, stored.address + stored.size, what);
    const wrong = stored.offset.some((start, axis) => start % chunk[axis] !== 0 || start >= shape[axis]);
    const key = stored.offset.join();
    if (wrong || seen.has(key)) throw cursor.fail(`an invalid or duplicate chunk at [${key}] of the shape [${shape}]`);
    seen.add(key);
    copyChunk(unpack(cursor, stored, layout, inflate), stored.offset, layout, values);
  }
  if (seen.size !== expected) {
    throw new Cursor(file, 0, 0, what).fail(`${seen.size} chunks of values, expected ${expected} for the shape`);
  }
  return values;
}

function unpack(cursor: Cursor, { size, mask }: StoredChunk, layout: ChunkedLayout, inflate: Inflate): Uint8Array {
  const { chunk, elementSize, filters } = layout;
  // Input size of each filter; null after deflate.
  const sizes: (number | null)[] = [];
  let current: number | null = product(chunk) * elementSize;
  const applied = filters.filter((_, index) => !(mask & (1 << index)));
  for (const filter of applied) {
    sizes.push(current);
    if (filter === 'deflate') current = null;
    else if (filter === 'checksum' && current !== null) current += CHECKSUM_BYTES;
  }
  let bytes = cursor.bytes(size);
  for (const [index, filter] of [...applied.entries()].reverse()) {
    const wanted = sizes[index];
    if (filter === 'checksum') bytes = bytes.subarray(0, Math.max(0, bytes.length - CHECKSUM_BYTES));
    else if (filter === 'shuffle') bytes = unshuffled(bytes, elementSize);
    else bytes = inflated(cursor, bytes, wanted!, inflate);
    if (wanted !== null && bytes.length !== wanted)
      throw cursor.fail(`a chunk unpacks to ${bytes.length} bytes, expected ${wanted}`);
  }
  if (bytes.length !== product(chunk) * elementSize) {
    throw cursor.fail(`a chunk of ${bytes.length} bytes, expected ${product(chunk) * elementSize}`);
  }
  return bytes;
}

const CHECKSUM_BYTES = 4;

function inflated(cursor: Cursor, bytes: Uint8Array, wanted: number, inflate: Inflate): Uint8Array {
  try {
    return inflate(bytes, new Uint8Array(wanted));
  } catch (error) {
    throw cursor.fail(`a chunk is damaged (${(error as Error).message})`);
  }
}

/** Invert `shuffle`, which stores the first bytes of all elements, then all second bytes, and so on. */
function unshuffled(bytes: Uint8Array, elementSize: number): Uint8Array {
  const count = Math.floor(bytes.length / elementSize);
  const result = bytes.slice();
  for (let byte = 0; byte < elementSize; byte++) {
    for (let element = 0; element < count; element++) {
      result[element * elementSize + byte] = bytes[byte * count + element];
    }
  }
  return result;
}

/** Copy the part of a chunk that is within the shape. */
function copyChunk(
  bytes: Uint8Array,
  offset: readonly number[],
  { shape, chunk, elementSize }: ChunkedLayout,
  values: Uint8Array,
): void {
  const last = shape.length - 1;
  if (last < 0) {
    values.set(bytes);
    return;
  }
  const inside = chunk.map((size, axis) => Math.min(size, shape[axis] - offset[axis]));
  const rowBytes = inside[last] * elementSize;
  const rows = product(inside.slice(0, last));
  const place = new Array<number>(last).fill(0);
  for (let row = 0; row < rows; row++) {
    let from = 0;
    let to = 0;
    for (let axis = 0; axis < last; axis++) {
      from = from * chunk[axis] + place[axis];
      to = to * shape[axis] + offset[axis] + place[axis];
    }
    const source = from * chunk[last] * elementSize;
    values.set(bytes.subarray(source, source + rowBytes), (to * shape[last] + offset[last]) * elementSize);
    for (let axis = last - 1; axis >= 0 && ++place[axis] === inside[axis]; axis--) place[axis] = 0;
  }
}

function storedChunks(file: NamedBytes, layout: ChunkedLayout): Iterable<StoredChunk> {
  const { index, what } = layout;
  if (index.address === UNDEFINED) return [];
  if (index.kind === 'tree') return treeChunks(file, index.address, layout);
  const size = product(layout.chunk) * layout.elementSize;
  const { address, single } = index;
  if (index.kind === 'single') {
    const offset = layout.shape.map(() => 0);
    return [{ offset, address, size: single?.size ?? size, mask: single?.mask ?? 0 }];
  }
  const offsets = chunkOffsets(layout);
  if (index.kind === 'implicit') {
    return offsets.map((offset, place) => ({ offset, address: address + place * size, size, mask: 0 }));
  }
  return fixedArrayChunks(new Cursor(file, address, file.bytes.length, what), offsets, size, index.pageBits);
}

/** List the first elements of all chunks, in the order of their indices. */
function chunkOffsets({ shape, chunk }: ChunkedLayout): number[][] {
  let offsets: number[][] = [[]];
  for (const [axis, size] of shape.entries()) {
    const starts = Array.from({ length: Math.ceil(size / chunk[axis]) }, (_, index) => index * chunk[axis]);
    offsets = offsets.flatMap((before) => starts.map((start) => [...before, start]));
  }
  return offsets;
}

function* treeChunks(file: NamedBytes, root: number, { shape }: ChunkedLayout): Generator<StoredChunk> {
  const seen = new Set<number>();
  const pending = [{ address: root, above: Number.POSITIVE_INFINITY }];
  for (const { address, above } of pending) {
    const { cursor, level, entries } = readTreeNode(file, address, 1);
    if (seen.has(address) || level >= above) throw cursor.fail('a node occurs twice in the tree', address);
    seen.add(address);
    for (let entry = 0; entry < entries; entry++) {
      const size = cursor.u32();
      const mask = cursor.u32();
      const offset = shape.map(() => cursor.u64());
      const child = cursor.skip(8).u64();
      if (level > 0) pending.push({ address: child, above: level });
      else yield { offset, address: child, size, mask };
    }
  }
}

/** Source: section VII.C, "The Fixed Array Index". */
function* fixedArrayChunks(
  header: Cursor,
  offsets: readonly number[][],
  chunkSize: number,
  pageBits: number,
): Generator<StoredChunk> {
  const packed = header.expect('FAHD').skip(1).u8() === 1;
  const entrySize = header.u8();
  const count = header.skip(1).u64();
  if (count < offsets.length || (packed ? entrySize < 13 || entrySize > 20 : entrySize !== 8)) {
    throw header.fail(`an index of ${count} entries of ${entrySize} bytes for ${offsets.length} chunks`);
  }
  const block = new Cursor(header.file, header.u64(), header.file.bytes.length, header.what);
  block.expect('FADB').skip(1 + 1 + 8);
  const page = 2 ** pageBits;
  const paged = count > page;
  if (paged) block.skip(Math.ceil(Math.ceil(count / page) / 8) + CHECKSUM_BYTES);
  for (const [place, offset] of offsets.entries()) {
    if (paged && place > 0 && place % page === 0) block.skip(CHECKSUM_BYTES);
    const address = block.u64();
    const size = packed ? block.uint(entrySize - 12) : chunkSize;
    const mask = packed ? block.u32() : 0;
    if (address !== UNDEFINED) yield { offset, address, size, mask };
  }
}
