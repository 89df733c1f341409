import { Cursor, type NamedBytes } from '../cursor.js';

/*
 * The parts of an object header that say how large something is. Sources of the layouts: "HDF5 File Format
 * Specification Version 3.0", The HDF Group, sections IV.A.2.b (dataspace) to IV.A.2.m (attribute).
 */

/** An address that points nowhere. */
export const UNDEFINED = 0xffffffff * 2 ** 32 + 0xffffffff;

/** Larger than any weight of a model; keeps products of dimensions exact. */
const MAX_ELEMENTS = 2 ** 40;

export interface Dataspace {
  readonly count: number;
  readonly rank: number;
}

export function readDataspace(cursor: Cursor): Dataspace {
  const version = cursor.u8();
  const rank = cursor.u8();
  const flags = cursor.u8();
  if (version !== 1 && version !== 2) throw cursor.fail(`dataspace version ${version}, expected 1 or 2`);
  if (rank > 32) throw cursor.fail(`rank ${rank}, expected at most 32`);
  const kind = cursor.u8();
  if (version === 1) cursor.skip(4);
  else if (kind === 2) return { count: 0, rank };
  let count = 1;
  for (let axis = 0; axis < rank; axis++) {
    count *= cursor.u64();
    if (count > MAX_ELEMENTS) throw cursor.fail(`more than ${MAX_ELEMENTS} elements are claimed`);
  }
  if (flags & 1) cursor.skip(8 * rank);
  return { count, rank };
}

const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const ENUM = 8;
const VARIABLE_LENGTH = 9;

export interface Datatype {
  /** Bytes of one element in the file. */
  readonly size: number;
  readonly variableLength: boolean;
}

/** Sizes that numbers have. */
const NUMBER_SIZES = [1, 2, 4, 8];

export function readDatatype(cursor: Cursor): Datatype {
  const head = cursor.u8();
  const version = head >> 4;
  const kind = head & 15;
  const bits = cursor.u8() | (cursor.u8() << 8) | (cursor.u8() << 16);
  const size = cursor.u32();
  if (version < 1 || version > 3) throw cursor.fail(`datatype version ${version}, expected 1 to 3`);
  if (size === 0) throw cursor.fail('a datatype of 0 bytes');
  const number = () => {
    const offset = cursor.u16();
    const precision = cursor.u16();
    if (!NUMBER_SIZES.includes(size) || offset !== 0 || precision !== size * 8) {
      throw cursor.fail(`a number of ${precision} bits from bit ${offset} in ${size} bytes, expected whole bytes`);
    }
  };
  if (kind === INTEGER) number();
  else if (kind === FLOAT) {
    number();
    readFloatFields(cursor, size);
  } else if (kind === ENUM) readEnumeration(cursor, version, bits & 0xffff, size);
  else if (kind === VARIABLE_LENGTH) {
    if ((bits & 15) !== 1 || size !== 16) throw cursor.fail('a list of variable length, expected text');
    const base = readDatatype(cursor);
    if (base.size !== 1) throw cursor.fail(`text of ${base.size}-byte characters, expected 1`);
    return { size, variableLength: true };
  } else if (kind !== STRING) throw cursor.fail(`datatype class ${kind}, expected numbers or text`);
  return { size, variableLength: false };
}

/** Where exponent and mantissa of IEEE numbers lie, by their bytes. */
const FLOAT_FIELDS: Readonly<Record<number, readonly number[]>> = {
  2: [10, 5, 0, 10],
  4: [23, 8, 0, 23],
  8: [52, 11, 0, 52],
};

function readFloatFields(cursor: Cursor, size: number): void {
  const fields = [cursor.u8(), cursor.u8(), cursor.u8(), cursor.u8()];
  cursor.skip(4);
  // Brain floats keep float32's exponent in 2 bytes.
  const known = [FLOAT_FIELDS[size], size === 2 ? [7, 8, 0, 7] : undefined];
  if (!known.some((expected) => expected?.every((value, index) => value === fields[index]))) {
    throw cursor.fail(`a float of ${size} bytes with fields at ${fields}, expected an IEEE number`);
  }
}

/** h5py's bool is an enumeration of FALSE and TRUE. */
function readEnumeration(cursor: Cursor, version: number, members: number, size: number): void {
  const base = readDatatype(cursor);
  if (base.size !== size) throw cursor.fail(`an enumeration of ${size} bytes over numbers of ${base.size}`);
  for (let member = 0; member < members; member++) {
    const start = cursor.position;
    cursor.text();
    const length = cursor.position - start;
    if (version < 3) cursor.skip((8 - (length % 8)) % 8);
  }
  cursor.skip(members * size);
}

/** Deflate (1), shuffle (2) and checksum (3): those that libraries apply without plug-ins. @returns whether data is packed */
export function readFilters(cursor: Cursor): boolean {
  const version = cursor.u8();
  if (version !== 1 && version !== 2) throw cursor.fail(`filter pipeline version ${version}, expected 1 or 2`);
  const filters = cursor.u8();
  if (version === 1) cursor.skip(6);
  for (let index = 0; index < filters; index++) {
    const id = cursor.u16();
    if (id < 1 || id > 3) throw cursor.fail(`filter ${id}, expected deflate, shuffle or fletcher32`);
    const nameLength = version === 1 ? cursor.u16() : 0;
    cursor.skip(2);
    const values = cursor.u16();
    cursor.skip(nameLength + 4 * values + (version === 1 && values % 2 === 1 ? 4 : 0));
  }
  return filters > 0;
}

/** Sizes of the objects in global heap collections that were checked, by the collection's address. */
export type Heaps = Map<number, ReadonlyMap<number, number>>;

/** Checks the texts that a value of variable length points to. @param elements as many as the value has */
export function checkVariableText(cursor: Cursor, elements: number, heaps: Heaps): void {
  for (let element = 0; element < elements; element++) {
    const length = cursor.u32();
    const address = cursor.u64();
    const object = cursor.u32();
    if (length === 0) continue;
    const heap = heaps.get(address) ?? readHeap(cursor.file, address);
    heaps.set(address, heap);
    const size = heap.get(object);
    if (size === undefined || size < length) {
      throw cursor.fail(`a text of ${length} bytes is claimed, object ${object} of the heap has ${size ?? 'none'}`);
    }
  }
}

/**
 * The objects of a global heap collection. What is left of it is object 0, whose size must be just that:
 * a wrong one makes libhdf5 take the bytes that follow for objects, and go round for ever.
 */
function readHeap(file: NamedBytes, address: number): Map<number, number> {
  const what = 'global heap';
  const head = new Cursor(file, address, Math.min(address + 16, file.bytes.length), what).expect('GCOL\x01').skip(3);
  const cursor = new Cursor(file, address + 16, address + head.u64(), what);
  const objects = new Map<number, number>();
  while (cursor.left >= 16) {
    const start = cursor.position;
    const index = cursor.u16();
    const size = cursor.skip(6).u64();
    if (index === 0) {
      if (start + size !== cursor.end) throw cursor.fail(`${size} free bytes, expected ${cursor.end - start}`, start);
      return objects;
    }
    if (objects.has(index)) throw cursor.fail(`object ${index} is there twice`, start);
    objects.set(index, size);
    cursor.skip(Math.ceil(size / 8) * 8);
  }
  return objects;
}
