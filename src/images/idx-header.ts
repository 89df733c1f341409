import { FormatError } from '../base/errors.js';

/** The array types of IDX elements. */
export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

interface ElementType {
  readonly bytes: number;
  create(length: number): IdxData;
  read(view: DataView, position: number): number;
}

/** Element types by the third byte of the magic number. */
const ELEMENT_TYPES: Readonly<Record<number, ElementType>> = {
  8: { bytes: 1, create: (length) => new Uint8Array(length), read: (view, at) => view.getUint8(at) },
  9: { bytes: 1, create: (length) => new Int8Array(length), read: (view, at) => view.getInt8(at) },
  11: { bytes: 2, create: (length) => new Int16Array(length), read: (view, at) => view.getInt16(at) },
  12: { bytes: 4, create: (length) => new Int32Array(length), read: (view, at) => view.getInt32(at) },
  13: { bytes: 4, create: (length) => new Float32Array(length), read: (view, at) => view.getFloat32(at) },
  14: { bytes: 8, create: (length) => new Float64Array(length), read: (view, at) => view.getFloat64(at) },
};

/** Header of an IDX file. */
export interface IdxHeader {
  readonly elementType: ElementType;
  readonly shape: number[];
  /** Bytes of the header, and of the complete contents. */
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Largest size of a header, with 255 axes. */
export const MAX_HEADER_BYTES = 4 + 4 * 255;

/**
 * Read an IDX header.
 * @param start the first MAX_HEADER_BYTES bytes of the contents, or all if there are fewer
 * @param rank the number of axes it must have; default any
 * @throws FormatError naming the byte
 */
export function readIdxHeader(name: string, start: Uint8Array, rank: number | undefined): IdxHeader {
  const elementType = ELEMENT_TYPES[start[2]];
  if (start.length < 4 || start[0] !== 0 || start[1] !== 0 || !elementType || start[3] === 0) {
    throw new FormatError(
      `${name}: byte 0: the magic number is ${hex(start.subarray(0, 4)) || 'missing'}, expected 00 00 <type 08–0e> ` +
        '<number of axes>',
    );
  }
  const axes = start[3];
  if (rank !== undefined && axes !== rank) throw new FormatError(`${name}: byte 3: ${axes} axes, expected ${rank}`);
  const bytes = 4 + 4 * axes;
  if (start.length < bytes) {
    throw new FormatError(`${name}: byte ${start.length}: the header ends here, expected ${bytes} bytes of it`);
  }
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const elements = shape.reduce((product, length) => product * length, 1);
  return { elementType, shape, bytes, totalBytes: bytes + elements * elementType.bytes };
}

/** Return the elements of IDX contents, whose length must match the header: a view of bytes, a copy of other types. */
export function readIdxElements(contents: Uint8Array, { elementType, bytes, totalBytes }: IdxHeader): IdxData {
  if (elementType === ELEMENT_TYPES[8]) return contents.subarray(bytes, totalBytes);
  const view = new DataView(contents.buffer, contents.byteOffset, contents.byteLength);
  const data = elementType.create((totalBytes - bytes) / elementType.bytes);
  for (let i = 0; i < data.length; i++) data[i] = elementType.read(view, bytes + i * elementType.bytes);
  return data;
}

/** Format bytes in hexadecimal: `1f 8b`. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
