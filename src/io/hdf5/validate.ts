import { FormatError } from '../../base/errors.js';
import { Cursor, type NamedBytes } from '../cursor.js';
import { type Heaps, UNDEFINED } from './header-messages.js';
import { checkLayout, type LinkTable, readObjectHeader, readTreeNode } from './object-header.js';

/*
 * libhdf5 trusts much of what a file says: measured over random changes of single bytes in small Keras files, 1 in 80 made it
 * read out of bounds, others made it ask for a gigabyte or loop for ever. So every structure is checked against the file before
 * libhdf5 sees it. This is the layout that h5py writes by default, and Keras with it (superblock 0 and 1). Later layouts are refused:
 * they have checksums, but not over all that libhdf5 loops over (one flip in a file with superblock 2 did it).
 */

const SIGNATURE = '\x89HDF\r\n\x1a\n';

/** Whether bytes begin as an HDF5 file does. */
export function isHdf5(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 8)) === SIGNATURE;
}

/**
 * Checks that every address, size and count in an HDF5 file lies within it and that its groups form a tree.
 * @throws FormatError naming the file, the byte and the object
 */
export function validateHdf5(file: NamedBytes): void {
  const cursor = new Cursor(file, 0, file.bytes.length, 'superblock').expect(SIGNATURE);
  const version = cursor.u8();
  if (version > 1) {
    throw cursor.fail(
      `version ${version}, expected 0 or 1: Keras writes files in HDF5's earliest layout, libver='earliest'`,
    );
  }
  cursor.skip(4);
  const sizes = [cursor.u8(), cursor.u8()];
  if (sizes.some((size) => size !== 8)) throw cursor.fail(`addresses of ${sizes[0]} bytes, expected 8`);
  cursor.skip(1 + 2 + 2 + 4 + (version === 1 ? 4 : 0));
  if (cursor.u64() !== 0) throw cursor.fail('a base address, expected 0');
  if (cursor.u64() !== UNDEFINED) throw cursor.fail('an index of free space, which has never been in use');
  const end = cursor.u64();
  if (end > file.bytes.length) {
    throw new FormatError(`${file.name}: the file has ${file.bytes.length} bytes, but its superblock claims ${end}`);
  }
  if (cursor.u64() !== UNDEFINED) throw cursor.fail('a block of a file driver, which model files do not have');
  const objects = new Set<number>();
  const nodes = new Set<number>();
  const heaps: Heaps = new Map();
  const pending = [{ path: '/', link: readLink(cursor) }];
  for (const { path, link } of pending) {
    const { address, cached } = link;
    if (objects.has(address)) {
      throw new FormatError(`${file.name}: byte ${address}: ${path} is linked from two places, expected a tree`);
    }
    objects.add(address);
    const header = readObjectHeader(file, address, path, heaps);
    checkLayout(header);
    const { links } = header;
    if (cached && (cached.tree !== links?.tree || cached.heap !== links.heap)) {
      throw new FormatError(
        `${file.name}: byte ${address}: ${path}: the link to it disagrees about where its links lie`,
      );
    }
    if (!links) continue;
    const parent = path === '/' ? '' : path;
    for (const { name, link } of readLinks(file, links, path, nodes)) pending.push({ path: `${parent}/${name}`, link });
  }
}

interface Link {
  readonly nameOffset: number;
  /** Of the object's header. */
  readonly address: number;
  /** A copy of where a group's links lie, which libhdf5 may use instead of the group's own. */
  readonly cached: LinkTable | null;
}

const CACHED_GROUP = 1;

function readLink(cursor: Cursor): Link {
  const nameOffset = cursor.u64();
  const address = cursor.u64();
  const cacheType = cursor.u32();
  if (cacheType > CACHED_GROUP) throw cursor.fail('a soft link, which model files do not have');
  const scratch = cursor.skip(4).part(16);
  return {
    nameOffset,
    address,
    cached: cacheType === CACHED_GROUP ? { tree: scratch.u64(), heap: scratch.u64() } : null,
  };
}

/** The objects that a group links to. */
function readLinks(file: NamedBytes, links: LinkTable, path: string, nodes: Set<number>): NamedLink[] {
  const names = readNameHeap(file, links.heap, path);
  const found: NamedLink[] = [];
  const visit = (address: number, depth: number): void => {
    const { cursor, level, entries } = readTreeNode(file, address, 0, nodes);
    if (depth > 0 && level !== depth - 1) throw cursor.fail(`level ${level} under level ${depth}`, address);
    for (let entry = 0; entry < entries; entry++) {
      cursor.skip(8);
      const child = cursor.u64();
      if (level > 0) visit(child, level);
      else found.push(...readSymbols(file, child, names, path, nodes));
    }
  };
  visit(links.tree, 0);
  return found;
}

interface NamedLink {
  readonly name: string;
  readonly link: Link;
}

function readSymbols(
  file: NamedBytes,
  address: number,
  names: NamedBytes,
  path: string,
  nodes: Set<number>,
): NamedLink[] {
  const cursor = new Cursor(file, address, file.bytes.length, `links of ${path}`).expect('SNOD');
  if (nodes.has(address)) throw cursor.fail('a node is part of two trees, or of itself', address);
  nodes.add(address);
  const count = cursor.skip(2).u16();
  return Array.from({ length: count }, () => {
    const link = readLink(cursor);
    const name = new Cursor(names, link.nameOffset, names.bytes.length, `name of a link of ${path}`).text();
    if (name === '' || name === '.' || name.includes('/')) throw cursor.fail(`a link is named ${JSON.stringify(name)}`);
    return { name, link };
  });
}

/** The names of a group's links, and the list of gaps between them, which libhdf5 walks. */
function readNameHeap(file: NamedBytes, address: number, path: string): NamedBytes {
  const what = `names of ${path}`;
  const head = new Cursor(file, address, Math.min(address + 32, file.bytes.length), what).expect('HEAP').skip(4);
  const size = head.u64();
  let gap = head.u64();
  const start = head.u64();
  const bytes = new Cursor(file, start, start + size, what).bytes(size);
  const heap = { name: file.name, bytes };
  const seen = new Set<number>();
  // 1 marks the end of the list.
  while (gap !== 1) {
    if (seen.has(gap)) throw head.fail('the list of gaps goes round', address);
    seen.add(gap);
    const cursor = new Cursor(heap, gap, size, what);
    const next = cursor.u64();
    if (gap + cursor.u64() > size) throw head.fail(`the gap at ${gap} is longer than the names`, address);
    gap = next;
  }
  return heap;
}
