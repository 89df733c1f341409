import { decodeText } from '../../base/utf8.js';
import { Cursor, type NamedBytes } from '../bytes/cursor.js';
import { readRecords } from './btree-records.js';
import { openFractalHeap } from './fractal-heap.js';
import { UNDEFINED } from './header-messages.js';
import { type HeaderMessage, MESSAGE } from './object-header.js';

/*
 * The contents of a group: names and the addresses of object headers. Groups of HDF5's first layout keep them in a
 * B-tree of symbols; later ones in messages of their header or, if there are many, in a fractal heap.
 */

/** Read the addresses that a group links to, by name. @throws FormatError */
export function readLinks(file: NamedBytes, messages: readonly HeaderMessage[], path: string): Map<string, number> {
  const links = new Map<string, number>();
  const add = ({ name, address }: Link, cursor: Cursor): void => {
    if (name === '' || name === '.' || name.includes('/')) throw cursor.fail(`a link is named ${JSON.stringify(name)}`);
    if (links.has(name)) throw cursor.fail(`duplicate link ${name}`);
    links.set(name, address);
  };
  for (const { type, body } of messages) {
    if (type === MESSAGE.symbolTable) for (const link of symbols(file, body.u64(), body.u64(), path)) add(link, body);
    else if (type === MESSAGE.link) add(readLink(body), body);
    else if (type === MESSAGE.linkInfo) for (const link of denseLinks(file, body, path)) add(link, body);
  }
  return links;
}

interface Link {
  readonly name: string;
  readonly address: number;
}

const LINKS_BY_NAME = 5;
const HASH_BYTES = 4;

function denseLinks(file: NamedBytes, cursor: Cursor, path: string): Link[] {
  const flags = cursor.skip(1).u8();
  cursor.skip(flags & 1 ? 8 : 0);
  const heap = cursor.u64();
  const index = cursor.u64();
  if (heap === UNDEFINED || index === UNDEFINED) return [];
  const read = openFractalHeap(file, heap, path);
  return readRecords(file, index, LINKS_BY_NAME, path).map((record) =>
    readLink(read(record.skip(HASH_BYTES).bytes(record.left))),
  );
}

const HAS_ORDER = 0x04;
const HAS_TYPE = 0x08;
const HAS_CHARSET = 0x10;

function readLink(cursor: Cursor): Link {
  const version = cursor.u8();
  if (version !== 1) throw cursor.fail(`link version ${version}, expected 1`);
  const flags = cursor.u8();
  const type = flags & HAS_TYPE ? cursor.u8() : 0;
  cursor.skip((flags & HAS_ORDER ? 8 : 0) + (flags & HAS_CHARSET ? 1 : 0));
  const name = decodeText(cursor.bytes(cursor.uint(2 ** (flags & 3))));
  if (type !== 0) throw cursor.fail(`${name} is a soft or external link, which model files do not have`);
  return { name, address: cursor.u64() };
}

function symbols(file: NamedBytes, tree: number, heap: number, path: string): Link[] {
  const names = readNames(file, heap, path);
  const nodes = new Set<number>();
  const enter = (cursor: Cursor, address: number): void => {
    if (nodes.has(address)) throw cursor.fail('a node occurs in two trees, or in itself', address);
    nodes.add(address);
  };
  const links: Link[] = [];
  const pending = [{ address: tree, level: -1 }];
  for (const { address, level } of pending) {
    if (level === 0) {
      const cursor = new Cursor(file, address, file.bytes.length, `links of ${path}`).expect('SNOD');
      enter(cursor, address);
      const count = cursor.skip(2).u16();
      for (let index = 0; index < count; index++) links.push(readSymbol(cursor, names, path));
      continue;
    }
    const { cursor, level: own, entries } = readTreeNode(file, address, 0);
    enter(cursor, address);
    if (level > 0 && own !== level - 1) throw cursor.fail(`level ${own} under level ${level}`, address);
    for (let entry = 0; entry < entries; entry++) pending.push({ address: cursor.skip(8).u64(), level: own });
  }
  return links;
}

const CACHED_GROUP = 1;

function readSymbol(cursor: Cursor, names: NamedBytes, path: string): Link {
  const nameOffset = cursor.u64();
  const address = cursor.u64();
  if (cursor.u32() > CACHED_GROUP) throw cursor.fail('a soft link, which model files do not have');
  cursor.skip(4 + 16);
  return { name: new Cursor(names, nameOffset, names.bytes.length, `name of a link of ${path}`).text(), address };
}

/** Return the bytes of a local heap, which holds the names of a group's links. */
function readNames(file: NamedBytes, address: number, path: string): NamedBytes {
  const what = `names of ${path}`;
  const head = new Cursor(file, address, file.bytes.length, what).expect('HEAP').skip(4);
  const size = head.u64();
  const start = head.skip(8).u64();
  return { name: file.name, bytes: new Cursor(file, start, start + size, what).bytes(size) };
}

/** Read the header of a node of a version 1 B-tree. @param kind 0 for groups, 1 for chunks */
export function readTreeNode(
  file: NamedBytes,
  address: number,
  kind: number,
): { cursor: Cursor; level: number; entries: number } {
  const cursor = new Cursor(file, address, file.bytes.length, 'B-tree').expect('TREE');
  const type = cursor.u8();
  if (type !== kind) throw cursor.fail(`node type ${type}, expected ${kind}`);
  const level = cursor.u8();
  const entries = cursor.u16();
  cursor.skip(16);
  return { cursor, level, entries };
}
