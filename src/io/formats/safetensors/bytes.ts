import { FormatError, ValueError } from '../../../base/errors.js';
import { sizeOf } from '../../../base/shape.js';
import { decodeText, encodeText } from '../../../base/utf8.js';
import { Cursor, type NamedBytes } from '../../bytes/cursor.js';
import { asArray, asObject, parseJson, show } from '../../bytes/json.js';
import {
  decodeNumbers,
  dtypeOf,
  ELEMENT_BYTES,
  isShape,
  type NamedArray,
  type NamedFileArray,
} from '../../bytes/stored-array.js';

/* @see https://github.com/huggingface/safetensors#format */

/** Largest size of the header that the format allows. */
const MAX_HEADER_BYTES = 100_000_000;

export interface SafetensorsContent<Kind extends NamedArray | SafetensorsArray> {
  /** Arrays in the order of their data. */
  readonly arrays: readonly Kind[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** An array of a file, decoded on demand. */
export interface SafetensorsArray extends NamedFileArray {
  /** The type in the file, as numpy calls it: `float16`. */
  readonly dtype: string;
}

const DTYPE_NAMES: Readonly<Record<string, string>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};

/** Whether bytes begin like a safetensors file: the length of the header, then its opening brace. */
export function isSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length < 10 || bytes[8] !== 0x7b) return false;
  return bytes[5] === 0 && bytes[6] === 0 && bytes[7] === 0;
}

/**
 * Read every array of a safetensors file.
 * @throws FormatError when the header is damaged, or its arrays do not fill the file exactly
 */
export function readSafetensors(file: NamedBytes): SafetensorsContent<SafetensorsArray> {
  const cursor = new Cursor(file, 0, file.bytes.length, 'safetensors header');
  const length = cursor.u64();
  if (length > MAX_HEADER_BYTES)
    throw cursor.fail(`a header of ${length} bytes, expected at most ${MAX_HEADER_BYTES}`, 0);
  const text = decodeText(cursor.bytes(length));
  const header = asObject(parseJson(text, file, 'safetensors header'), `${file.name}: safetensors header`);
  const data = file.bytes.subarray(cursor.position);
  const metadata: Record<string, string> = {};
  const found: (SafetensorsArray & { start: number; end: number })[] = [];
  for (const [name, entry] of Object.entries(header)) {
    const caller = `${file.name}: ${name}`;
    if (name === '__metadata__') {
      for (const [key, value] of Object.entries(asObject(entry, caller))) metadata[key] = String(value);
      continue;
    }
    const { dtype, shape, data_offsets } = asObject(entry, caller);
    const bytes = typeof dtype === 'string' && Object.hasOwn(ELEMENT_BYTES, dtype) ? ELEMENT_BYTES[dtype] : 0;
    if (!bytes)
      throw new FormatError(`${caller}: dtype is ${show(dtype)}, expected one of ${Object.keys(ELEMENT_BYTES)}`);
    if (!isShape(shape)) throw new FormatError(`${caller}: shape is ${show(shape)}, expected sizes`);
    const [start, end] = asArray(data_offsets, `${caller}: data_offsets`) as number[];
    const size = sizeOf(shape) * bytes;
    if (!(Number.isSafeInteger(start) && start >= 0 && end === start + size && end <= data.length)) {
      throw new FormatError(
        `${caller}: its ${size} bytes are claimed at ${show(data_offsets)}, the file has ${data.length} bytes of data`,
      );
    }
    const read = () => ({ shape, values: decodeNumbers(dtype as string, data.subarray(start, end)) });
    found.push({ name, shape, dtype: DTYPE_NAMES[dtype as string], read, start, end });
  }
  found.sort((a, b) => a.start - b.start || a.end - b.end);
  let position = 0;
  for (const { name, start, end } of found) {
    if (start !== position) throw new FormatError(`${file.name}: ${name} begins at ${start}, expected ${position}`);
    position = end;
  }
  if (position !== data.length) {
    throw new FormatError(`${file.name}: ${data.length - position} bytes follow the last array, expected none`);
  }
  return { arrays: found.map(({ name, shape, dtype, read }) => ({ name, shape, dtype, read })), metadata };
}

const TYPES = { float32: 'F32', float64: 'F64', int32: 'I32', bool: 'BOOL' } as const;

/** Encode arrays as a safetensors file. @throws ValueError when two arrays have the same name */
export function writeSafetensors({ arrays, metadata }: SafetensorsContent<NamedArray>): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let position = 0;
  for (const array of arrays) {
    if (Object.hasOwn(header, array.name)) throw new ValueError(`${array.name}: two weights have this name`);
    const end = position + array.values.byteLength;
    header[array.name] = { dtype: TYPES[dtypeOf(array)], shape: array.shape, data_offsets: [position, end] };
    position = end;
  }
  const text = encodeText(JSON.stringify(header));
  // Pad with spaces so that the data start at a multiple of 8 bytes, where all types can be read in place.
  const headerBytes = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerBytes + position).fill(0x20, 8, 8 + headerBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(text, 8);
  let at = 8 + headerBytes;
  for (const { values } of arrays) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}
