import { Cursor, type NamedBytes } from '../cursor.js';
import {
  checkVariableText,
  type Dataspace,
  type Datatype,
  type Heaps,
  readDataspace,
  readDatatype,
  readFilters,
  UNDEFINED,
} from './header-messages.js';

/** Where a group's links lie. */
export interface LinkTable {
  readonly tree: number;
  readonly heap: number;
}

/** What an object header of the first version holds, each part checked against the file. */
export interface ObjectHeader {
  readonly links: LinkTable | null;
  readonly layout: { readonly at: Cursor; readonly version: number } | null;
  readonly dataspace: Dataspace | null;
  readonly datatype: Datatype | null;
  readonly packed: boolean;
}

const DATASPACE = 0x01;
const DATATYPE = 0x03;
const EXTERNAL_FILES = 0x07;
const LAYOUT = 0x08;
const FILTERS = 0x0b;
const ATTRIBUTE = 0x0c;
const CONTINUATION = 0x10;
const LINKS = 0x11;

/** Nothing, both kinds of fill value and of modification time: nothing in them says where to read. */
const HARMLESS = new Set([0x00, 0x04, 0x05, 0x0e, 0x12]);

const SHARED = 2;

/** Reads an object header of version 1, with its continuations. @throws FormatError */
export function readObjectHeader(file: NamedBytes, address: number, path: string, heaps: Heaps): ObjectHeader {
  const what = `object header of ${path}`;
  const head = new Cursor(file, address, Math.min(address + 16, file.bytes.length), what);
  const version = head.u8();
  if (version !== 1) throw head.fail(`version ${version}, expected 1`, address);
  head.skip(1);
  const claimed = head.u16();
  head.skip(4);
  const blocks = [new Cursor(file, address + 16, address + 16 + head.u32(), what)];
  const starts = new Set([address + 16]);
  const header = { links: null, layout: null, dataspace: null, datatype: null, packed: false } as {
    -readonly [Key in keyof ObjectHeader]: ObjectHeader[Key];
  };
  let messages = 0;
  for (const block of blocks) {
    while (block.left >= 8) {
      if (++messages > claimed) throw block.fail(`more messages than the ${claimed} that are claimed`);
      const type = block.u16();
      const size = block.u16();
      const flags = block.u8();
      const body = block.skip(3).part(size, `${what}: message 0x${type.toString(16)}`);
      if (flags & SHARED) throw body.fail('a shared message, which model files do not have');
      if (type === CONTINUATION) {
        const start = body.u64();
        if (starts.has(start)) throw body.fail('the header continues where it has been before');
        starts.add(start);
        blocks.push(new Cursor(file, start, start + body.u64(), what));
      } else if (type === ATTRIBUTE) checkAttribute(body, heaps);
      else readMessage(type, body, header);
    }
  }
  if (messages !== claimed) throw head.fail(`${messages} messages, expected the claimed ${claimed}`, address);
  return header;
}

function readMessage(
  type: number,
  body: Cursor,
  header: { -readonly [Key in keyof ObjectHeader]: ObjectHeader[Key] },
): void {
  if (type === DATASPACE) header.dataspace = readDataspace(body);
  else if (type === DATATYPE) header.datatype = readDatatype(body);
  else if (type === EXTERNAL_FILES) throw body.fail('values kept in other files are not read');
  else if (type === LAYOUT) header.layout = { version: body.u8(), at: body };
  else if (type === FILTERS) header.packed = readFilters(body);
  else if (type === LINKS) header.links = { tree: body.u64(), heap: body.u64() };
  else if (!HARMLESS.has(type)) throw body.fail('a message of a kind that model files do not have');
}

function checkAttribute(cursor: Cursor, heaps: Heaps): void {
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
  const { count } = readDataspace(part(sizes[2], `attribute ${name}`));
  if (count * datatype.size > cursor.left) {
    throw cursor.fail(`attribute ${name} claims ${count * datatype.size} bytes, ${cursor.left} are there`);
  }
  if (datatype.variableLength) {
    checkVariableText(cursor.part(count * datatype.size, `attribute ${name}`), count, heaps);
  }
}

const COMPACT = 0;
const CONTIGUOUS = 1;
const CHUNKED = 2;

/** Deflate cannot do better than this, so a larger claim is a forgery. */
const MAX_DEFLATE_RATIO = 1032;

/** Checks that a data set's values lie in the file. */
export function checkLayout(header: ObjectHeader): void {
  const { layout, dataspace, datatype, packed } = header;
  if (!layout || !dataspace || !datatype) return;
  const { at: cursor, version } = layout;
  if (version < 1 || version > 3) throw cursor.fail(`layout version ${version}, expected 1 to 3`);
  const wanted = dataspace.count * datatype.size;
  const ranked = version < 3 ? cursor.u8() : 0;
  const kind = cursor.u8();
  if (version < 3) cursor.skip(5);
  if (kind === COMPACT) {
    if (version < 3) cursor.skip(4 * ranked);
    const size = version < 3 ? cursor.u32() : cursor.u16();
    cursor.part(size);
    if (size < wanted) throw cursor.fail(`${size} bytes of values, the shape claims ${wanted}`);
  } else if (kind === CONTIGUOUS) {
    const address = cursor.u64();
    const size = version < 3 ? wanted : cursor.u64();
    // Values that were never written have no place in the file; all are zero then.
    if (address === UNDEFINED) {
      if (wanted > 0) throw cursor.fail(`${wanted} bytes of values were never written`);
      return;
    }
    new Cursor(cursor.file, address, address + size, cursor.what);
    if (size !== wanted) throw cursor.fail(`${size} bytes of values, the shape claims ${wanted}`);
  } else if (kind === CHUNKED) {
    const dimensions = version < 3 ? ranked : cursor.u8();
    if (dimensions !== dataspace.rank + 1) throw cursor.fail(`chunks of rank ${dimensions - 1} for ${dataspace.rank}`);
    const tree = cursor.u64();
    let chunk = 1;
    for (let axis = 0; axis < dimensions; axis++) chunk *= cursor.u32();
    const largest = cursor.file.bytes.length * (packed ? MAX_DEFLATE_RATIO : 1);
    if (chunk === 0 || chunk > largest || wanted > largest) {
      throw cursor.fail(`chunks of ${chunk} bytes and ${wanted} in all, more than the file can hold`);
    }
    if (tree !== UNDEFINED) checkChunkTree(cursor.file, tree, dimensions, packed ? largest : chunk, new Set());
  } else throw cursor.fail(`layout class ${kind}, expected 0 to 2`);
}

/** Checks every chunk's place; a node that is met twice would make readers go round for ever. */
function checkChunkTree(
  file: NamedBytes,
  address: number,
  dimensions: number,
  largest: number,
  seen: Set<number>,
): void {
  const { cursor, level, entries } = readTreeNode(file, address, 1, seen);
  for (let entry = 0; entry < entries; entry++) {
    const size = cursor.u32();
    cursor.skip(4 + 8 * dimensions);
    const child = cursor.u64();
    if (level > 0) checkChunkTree(file, child, dimensions, largest, seen);
    else {
      if (size > largest) throw cursor.fail(`a chunk of ${size} bytes, expected at most ${largest}`);
      new Cursor(file, child, child + size, 'chunk');
    }
  }
}

/** The head of a node of a B-tree of version 1. @param kind 0 for groups, 1 for chunks */
export function readTreeNode(
  file: NamedBytes,
  address: number,
  kind: number,
  seen: Set<number>,
): { cursor: Cursor; level: number; entries: number } {
  const cursor = new Cursor(file, address, file.bytes.length, 'B-tree').expect('TREE');
  if (seen.has(address)) throw cursor.fail('a node is part of two trees, or of itself', address);
  seen.add(address);
  const type = cursor.u8();
  if (type !== kind) throw cursor.fail(`node type ${type}, expected ${kind}`);
  const level = cursor.u8();
  const entries = cursor.u16();
  cursor.skip(16);
  return { cursor, level, entries };
}
