import { decodeText } from '../../base/utf8.js';
import type { Cursor, NamedBytes } from '../bytes/cursor.js';
import { readRecords } from './btree-records.js';
import { decodeNumbers } from './decode-numbers.js';
import { openFractalHeap } from './fractal-heap.js';
import { type Dataspace, type Datatype, readDataspace, readDatatype, UNDEFINED } from './header-messages.js';
import { type HeaderMessage, MESSAGE } from './object-header.js';
import { readVariableText } from './variable-text.js';

export type AttributeValue = string | number | readonly string[] | readonly number[];

/** Return the attributes of an object by name; values are read on demand. @throws FormatError */
export function readAttributes(
  file: NamedBytes,
  messages: readonly HeaderMessage[],
  path: string,
): Map<string, () => AttributeValue> {
  const attributes = new Map<string, () => AttributeValue>();
  for (const { type, body } of messages) {
    const found =
      type === MESSAGE.attribute ? [body] : type === MESSAGE.attributeInfo ? denseAttributes(file, body, path) : [];
    for (const cursor of found) {
      const { name, read } = readAttribute(file, cursor);
      if (attributes.has(name)) throw cursor.fail(`duplicate attribute ${name}`);
      attributes.set(name, read);
    }
  }
  return attributes;
}

const ATTRIBUTES_BY_NAME = 8;
const ID_BYTES = 8;

function denseAttributes(file: NamedBytes, cursor: Cursor, path: string): Cursor[] {
  const flags = cursor.skip(1).u8();
  cursor.skip(flags & 1 ? 2 : 0);
  const heap = cursor.u64();
  const index = cursor.u64();
  if (heap === UNDEFINED || index === UNDEFINED) return [];
  const read = openFractalHeap(file, heap, path);
  return readRecords(file, index, ATTRIBUTES_BY_NAME, path).map((record) => read(record.bytes(ID_BYTES)));
}

function readAttribute(file: NamedBytes, cursor: Cursor): { name: string; read: () => AttributeValue } {
  const version = cursor.u8();
  if (version < 1 || version > 3) throw cursor.fail(`attribute version ${version}, expected 1 to 3`);
  if (cursor.u8() !== 0) throw cursor.fail('an attribute with a shared datatype, which model files do not have');
  const sizes = [cursor.u16(), cursor.u16(), cursor.u16()];
  if (version === 3) cursor.skip(1);
  const part = (size: number, what: string): Cursor => {
    const inner = cursor.part(size, `${cursor.what}, ${what}`);
    if (version === 1) cursor.skip(Math.min(cursor.left, (8 - (size % 8)) % 8));
    return inner;
  };
  const name = part(sizes[0], 'name').text();
  const datatype = readDatatype(part(sizes[1], `attribute ${name}`));
  const space = readDataspace(part(sizes[2], `attribute ${name}`));
  const bytes = space.count * datatype.size;
  if (bytes > cursor.left) {
    throw cursor.fail(`attribute ${name} claims ${bytes} bytes, but ${cursor.left} are left`);
  }
  const values = cursor.part(bytes, `attribute ${name}`);
  return { name, read: () => readValue(file, values.copy(), datatype, space) };
}

function readValue(file: NamedBytes, cursor: Cursor, datatype: Datatype, space: Dataspace): AttributeValue {
  const values = readValues(file, cursor, datatype, space.count);
  return space.shape.length === 0 && values.length === 1 ? values[0] : (values as AttributeValue);
}

function readValues(file: NamedBytes, cursor: Cursor, datatype: Datatype, count: number): string[] | number[] {
  const { kind, size } = datatype;
  if (kind === 'variable-text') return readVariableText(file, cursor, count);
  if (kind === 'text') {
    return Array.from({ length: count }, () => fixedText(cursor.bytes(size), datatype.padding));
  }
  if (kind === 'opaque') throw cursor.fail('an attribute of opaque bytes, expected text or numbers');
  return Array.from(decodeNumbers(datatype, cursor.bytes(count * size)), Number);
}

const SPACE_PADDED = 2;
const NUL = '\0';

function fixedText(bytes: Uint8Array, padding: number): string {
  const text = decodeText(bytes);
  return padding === SPACE_PADDED ? text.replace(/ +$/, '') : text.split(NUL, 1)[0];
}
