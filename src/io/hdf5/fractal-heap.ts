import { Cursor, type NamedBytes } from '../bytes/cursor.js';
import { UNDEFINED } from './header-messages.js';

/*
 * Storage of links and attributes of objects that have many of them or track their order: a heap of blocks that
 * double in size. Source: "HDF5 File Format Specification Version 3.0", section III.G.
 */

/** A block of objects. */
interface DirectBlock {
  /** Start in the heap's address space. */
  readonly offset: number;
  readonly size: number;
  /** Start in the file. */
  readonly address: number;
}

interface HeapHeader {
  readonly cursor: Cursor;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly width: number;
  readonly startSize: number;
  readonly maxDirectSize: number;
  readonly root: number;
  readonly rootRows: number;
}

const MANAGED = 0;
const TINY = 2;

/** Reads objects of a heap by their ids. @throws FormatError */
export function openFractalHeap(file: NamedBytes, address: number, path: string): (id: Uint8Array) => Cursor {
  const what = `heap of ${path}`;
  const header = readHeader(new Cursor(file, address, file.bytes.length, what));
  const blocks = directBlocks(file, header, what);
  return (id) => {
    const type = (id[0] >> 4) & 3;
    const cursor = new Cursor({ name: file.name, bytes: id }, 1, id.length, `${what}: id`);
    if (type === TINY) {
      const length = (id[0] & 15) + 1;
      return new Cursor({ name: file.name, bytes: cursor.bytes(length) }, 0, length, what);
    }
    if (type !== MANAGED)
      throw header.cursor.fail('an object outside of the heap, which model files do not have', address);
    const offset = cursor.uint(header.offsetBytes);
    const length = cursor.uint(header.lengthBytes);
    const block = blocks.find((each) => offset >= each.offset && offset + length <= each.offset + each.size);
    if (!block) throw header.cursor.fail(`no block contains ${length} bytes at ${offset}`, address);
    const start = block.address + offset - block.offset;
    return new Cursor(file, start, start + length, what);
  };
}

const bytesFor = (bits: number): number => Math.ceil(bits / 8);

function readHeader(cursor: Cursor): HeapHeader {
  cursor.expect('FRHP').skip(1 + 2);
  if (cursor.u16() !== 0) throw cursor.fail('a packed heap, which model files do not have');
  cursor.skip(1);
  const maxObject = cursor.u32();
  cursor.skip(12 * 8);
  const width = cursor.u16();
  const startSize = cursor.u64();
  const maxDirectSize = cursor.u64();
  const offsetBits = cursor.u16();
  cursor.skip(2);
  const root = cursor.u64();
  const rootRows = cursor.u16();
  const sizes = [startSize, maxDirectSize, width];
  if (!sizes.every((size) => size > 0 && Number.isInteger(Math.log2(size))) || maxDirectSize > 2 ** 32) {
    throw cursor.fail(`blocks of ${startSize} to ${maxDirectSize} bytes, ${width} in a row, expected powers of two`);
  }
  if (offsetBits === 0 || offsetBits > 48) throw cursor.fail(`offsets of ${offsetBits} bits, expected at most 48`);
  const lengthBytes = Math.min(
    bytesFor(Math.log2(maxDirectSize)),
    Math.floor(Math.log2(Math.max(maxObject, 1)) / 8) + 1,
  );
  return { cursor, offsetBytes: bytesFor(offsetBits), lengthBytes, width, startSize, maxDirectSize, root, rootRows };
}

/** Rows 0 and 1 have blocks of the starting size, each further row has blocks twice as large. */
const rowSize = ({ startSize }: HeapHeader, row: number): number => startSize * 2 ** Math.max(0, row - 1);

function directBlocks(file: NamedBytes, header: HeapHeader, what: string): DirectBlock[] {
  const { startSize, maxDirectSize, width, root, rootRows, offsetBytes } = header;
  if (root === UNDEFINED) return [];
  if (rootRows === 0) return [{ offset: 0, size: startSize, address: root }];
  const blocks: DirectBlock[] = [];
  const seen = new Set<number>();
  const directRows = Math.log2(maxDirectSize) - Math.log2(startSize) + 2;
  const pending = [{ address: root, rows: rootRows, offset: 0 }];
  for (const { address, rows, offset: start } of pending) {
    const cursor = new Cursor(file, address, file.bytes.length, what).expect('FHIB').skip(1 + 8 + offsetBytes);
    if (seen.has(address)) throw cursor.fail('a block occurs twice in the heap', address);
    seen.add(address);
    let offset = start;
    for (let row = 0; row < rows; row++) {
      const size = rowSize(header, row);
      for (let column = 0; column < width; column++, offset += size) {
        const child = cursor.u64();
        if (child === UNDEFINED) continue;
        if (row < directRows) blocks.push({ offset, size, address: child });
        else pending.push({ address: child, rows: Math.log2(size) - Math.log2(startSize * width) + 1, offset });
      }
    }
  }
  return blocks;
}
