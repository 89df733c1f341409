import { decodeText } from '../../base/utf8.js';
import { Cursor, type NamedBytes } from '../bytes/cursor.js';

/*
 * Text of variable length is in heaps that are global to the file. Source: "HDF5 File Format Specification Version
 * 3.0", section III.E.
 */

/**
 * Read the strings of `count` references.
 * @throws FormatError when one is missing, or their total length exceeds the file's
 */
export function readVariableText(file: NamedBytes, cursor: Cursor, count: number): string[] {
  const heaps = new Map<number, ReadonlyMap<number, Cursor>>();
  const texts: string[] = [];
  let total = 0;
  for (let element = 0; element < count; element++) {
    const length = cursor.u32();
    const address = cursor.u64();
    const index = cursor.u32();
    if (length === 0) {
      texts.push('');
      continue;
    }
    const heap = heaps.get(address) ?? readHeap(file, address);
    heaps.set(address, heap);
    const object = heap.get(index);
    if (!object || object.left < length) {
      throw cursor.fail(`a text claims ${length} bytes, object ${index} of the heap has ${object?.left ?? 'none'}`);
    }
    total += length;
    // All references may point to the same long string.
    if (total > file.bytes.length) throw cursor.fail(`texts longer in total than the file, ${file.bytes.length} bytes`);
    const bytes = file.bytes.subarray(object.position, object.position + length);
    texts.push(decodeText(bytes).replace(/\0+$/, ''));
  }
  return texts;
}

/** Read the objects of a global heap collection by index. Object 0 is its free space. */
function readHeap(file: NamedBytes, address: number): Map<number, Cursor> {
  const what = 'global heap';
  const head = new Cursor(file, address, file.bytes.length, what).expect('GCOL\x01').skip(3);
  const cursor = new Cursor(file, address + 16, address + head.u64(), what);
  const objects = new Map<number, Cursor>();
  while (cursor.left >= 16) {
    const index = cursor.u16();
    const size = cursor.skip(6).u64();
    if (index === 0) break;
    if (objects.has(index)) throw cursor.fail(`duplicate object ${index}`);
    objects.set(index, cursor.part(size));
    cursor.skip(Math.min(cursor.left, (8 - (size % 8)) % 8));
  }
  return objects;
}
