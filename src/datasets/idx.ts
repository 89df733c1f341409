import type { NdArray } from 'ndarray';
import { FormatError } from '../base/errors.js';
import { arrayView } from '../tensor/array-view.js';
import { content, type DataFile, DEFAULT_MAX_BYTES, head, hex, lookAt } from './file.js';

/** The element arrays an IDX file can hold. */
export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

interface ElementType {
  bytes: number;
  create(length: number): IdxData;
  read(view: DataView, position: number): number;
}

/** Element types by the third byte of the magic number. */
const ELEMENT_TYPES: Record<number, ElementType> = {
  8: { bytes: 1, create: (length) => new Uint8Array(length), read: (view, at) => view.getUint8(at) },
  9: { bytes: 1, create: (length) => new Int8Array(length), read: (view, at) => view.getInt8(at) },
  11: { bytes: 2, create: (length) => new Int16Array(length), read: (view, at) => view.getInt16(at) },
  12: { bytes: 4, create: (length) => new Int32Array(length), read: (view, at) => view.getInt32(at) },
  13: { bytes: 4, create: (length) => new Float32Array(length), read: (view, at) => view.getFloat32(at) },
  14: { bytes: 8, create: (length) => new Float64Array(length), read: (view, at) => view.getFloat64(at) },
};

interface IdxHeader {
  elementType: ElementType;
  shape: number[];
  bytes: number;
}

/**
 * Reads an IDX file, the format of MNIST and its successors, gzipped or not.
 * Memory is bounded by what the header claims, and the header by the file's size and `maxBytes`.
 * @param path the file
 * @param options.rank the number of axes it must have; any when left out
 * @param options.maxBytes the largest content that is unpacked, default 1 GiB
 * @returns an array of the file's shape and element type
 * @throws FormatError naming the file and the byte when it is cut short, corrupted, forged or of another kind
 * @see Yann LeCun, "The MNIST database of handwritten digits", section "The IDX file format"
 * @example const images = await readIdx('train-images-idx3-ubyte.gz', { rank: 3 })
 */
export async function readIdx(
  path: string,
  options: { rank?: number; maxBytes?: number } = {},
): Promise<NdArray<IdxData>> {
  const { rank, maxBytes = DEFAULT_MAX_BYTES } = options;
  const file = await lookAt(path, maxBytes);
  const header = readHeader(file, rank);
  const elements = header.shape.reduce((product, length) => product * length, 1);
  const expectedBytes = header.bytes + elements * header.elementType.bytes;
  const bytes = await content(file, { expectedBytes, maxBytes });
  return arrayView(readElements(bytes, header, elements), header.shape);
}

function readHeader(file: DataFile, rank: number | undefined): IdxHeader {
  const magic = head(file, 4);
  const elementType = ELEMENT_TYPES[magic[2]];
  if (magic.length < 4 || magic[0] !== 0 || magic[1] !== 0 || !elementType || magic[3] === 0) {
    throw new FormatError(
      `${file.path}: byte 0: the magic number is ${hex(magic) || 'missing'}, expected 00 00 <type 08–0e> <number of axes>`,
    );
  }
  const axes = magic[3];
  if (rank !== undefined && axes !== rank) {
    throw new FormatError(`${file.path}: byte 3: ${axes} axes, expected ${rank}`);
  }
  const bytes = 4 + 4 * axes;
  const header = head(file, bytes);
  if (header.length < bytes) {
    throw new FormatError(`${file.path}: byte ${header.length}: the header ends here, expected ${bytes} bytes of it`);
  }
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  return { elementType, shape, bytes };
}

function readElements(bytes: Uint8Array, header: IdxHeader, elements: number): IdxData {
  const { elementType } = header;
  if (elementType === ELEMENT_TYPES[8]) return bytes.subarray(header.bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = elementType.create(elements);
  for (let i = 0; i < elements; i++) data[i] = elementType.read(view, header.bytes + i * elementType.bytes);
  return data;
}
