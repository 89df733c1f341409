import { Cursor, type NamedBytes } from '../bytes/cursor.js';
import { UNDEFINED } from './header-messages.js';

/*
 * B-trees of version 2, as an index of a fractal heap. Source: "HDF5 File Format Specification Version 3.0", section
 * III.A.2.
 */

/** Signature, version, type and checksum of a node. */
const NODE_OVERHEAD = 10;

/** Return the number of bytes for a number up to `limit`. */
const bytesUpTo = (limit: number): number => Math.floor(Math.log2(Math.max(limit, 1)) / 8) + 1;

/**
 * Read every record of a tree, in order.
 * @param type what the tree indexes: 5 links, 8 attributes by name
 * @throws FormatError
 */
export function readRecords(file: NamedBytes, address: number, type: number, path: string): Cursor[] {
  const what = `index of ${path}`;
  const cursor = new Cursor(file, address, file.bytes.length, what).expect('BTHD').skip(1);
  const found = cursor.u8();
  if (found !== type) throw cursor.fail(`index of type ${found}, expected ${type}`);
  const nodeSize = cursor.u32();
  const recordSize = cursor.u16();
  const depth = cursor.u16();
  const root = cursor.skip(2).u64();
  const rootRecords = cursor.u16();
  if (recordSize === 0 || nodeSize <= NODE_OVERHEAD || depth > 16) throw cursor.fail('an invalid index');
  const pointers = pointerSizes(nodeSize, recordSize, depth);
  const records: Cursor[] = [];
  const seen = new Set<number>();
  const visit = (at: number, count: number, level: number): void => {
    const node = new Cursor(file, at, at + Math.min(nodeSize, file.bytes.length - at), what);
    if (seen.has(at)) throw node.fail('a node occurs twice in the index', at);
    seen.add(at);
    node.expect(level > 0 ? 'BTIN' : 'BTLF').skip(2);
    for (let index = 0; index < count; index++) records.push(node.part(recordSize));
    if (level === 0) return;
    for (let index = 0; index <= count; index++) {
      const child = node.u64();
      const inChild = node.uint(pointers.count);
      node.skip(pointers.totals[level - 1]);
      visit(child, inChild, level - 1);
    }
  };
  if (root !== UNDEFINED && rootRecords > 0) visit(root, rootRecords, depth);
  return records;
}

/** Bytes of the two numbers in a pointer to a node: its records, and the total below it. */
function pointerSizes(nodeSize: number, recordSize: number, depth: number): { count: number; totals: number[] } {
  const inLeaf = Math.floor((nodeSize - NODE_OVERHEAD) / recordSize);
  const count = bytesUpTo(inLeaf);
  const totals = [0];
  let below = inLeaf;
  for (let level = 1; level < depth; level++) {
    const pointer = 8 + count + totals[level - 1];
    const inNode = Math.floor((nodeSize - NODE_OVERHEAD - pointer) / (recordSize + pointer));
    below = (inNode + 1) * below + inNode;
    totals.push(bytesUpTo(below));
  }
  return { count, totals };
}
