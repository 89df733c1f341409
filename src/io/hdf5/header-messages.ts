import type { Cursor } from '../bytes/cursor.js';

/*
 * The messages of an object header that describe a data set. Source: "HDF5 File Format Specification Version 3.0",
 * The HDF Group, sections IV.A.2.b (dataspace) to IV.A.2.m (attribute).
 */

/** The undefined address. */
export const UNDEFINED = 0xffffffff * 2 ** 32 + 0xffffffff;

/** More elements than any weight has; keeps products of dimensions exact. */
const MAX_ELEMENTS = 2 ** 40;

export interface Dataspace {
  readonly shape: readonly number[];
  /** Number of elements; 0 in the null space, which has no shape. */
  readonly count: number;
}

export function readDataspace(cursor: Cursor): Dataspace {
  const version = cursor.u8();
  const rank = cursor.u8();
  cursor.skip(1);
  if (version !== 1 && version !== 2) throw cursor.fail(`dataspace version ${version}, expected 1 or 2`);
  if (rank > 32) throw cursor.fail(`rank ${rank}, expected at most 32`);
  const kind = cursor.u8();
  if (version === 1) cursor.skip(4);
  else if (kind === 2) return { shape: [], count: 0 };
  const shape: number[] = [];
  let count = 1;
  for (let axis = 0; axis < rank; axis++) {
    shape.push(cursor.u64());
    count *= shape[axis];
    if (count > MAX_ELEMENTS) throw cursor.fail(`more than ${MAX_ELEMENTS} elements are claimed`);
  }
  return { shape, count };
}

/** Storage format of the elements of a data set or an attribute. */
export type Datatype = { readonly size: number } & (
  | { readonly kind: 'integer'; readonly signed: boolean; readonly bigEndian: boolean }
  | { readonly kind: 'float'; readonly brain: boolean; readonly bigEndian: boolean }
  | { readonly kind: 'text'; readonly padding: number }
  | { readonly kind: 'variable-text' }
  // h5py's representation of numpy types that HDF5 lacks, such as bfloat16 of ml_dtypes.
  | { readonly kind: 'opaque' }
);

const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const OPAQUE = 5;
const ENUM = 8;
const VARIABLE_LENGTH = 9;

/** Sizes of numbers. */
const NUMBER_SIZES = [1, 2, 4, 8];

export function readDatatype(cursor: Cursor): Datatype {
  const head = cursor.u8();
  const version = head >> 4;
  const kind = head & 15;
  const bits = cursor.u8() | (cursor.u8() << 8) | (cursor.u8() << 16);
  const size = cursor.u32();
  if (version < 1 || version > 5) throw cursor.fail(`datatype version ${version}, expected 1 to 5`);
  if (size === 0) throw cursor.fail('a datatype of 0 bytes');
  const bigEndian = (bits & 1) === 1;
  if (kind === INTEGER) {
    checkWhole(cursor, size);
    return { kind: 'integer', size, bigEndian, signed: (bits & 8) !== 0 };
  }
  if (kind === FLOAT) {
    checkWhole(cursor, size);
    return { kind: 'float', size, bigEndian, brain: isBrain(cursor, size) };
  }
  if (kind === STRING) return { kind: 'text', size, padding: bits & 15 };
  if (kind === OPAQUE) return { kind: 'opaque', size };
  // h5py's bool is an enumeration of FALSE and TRUE.
  if (kind === ENUM) {
    const base = readDatatype(cursor);
    if (base.kind !== 'integer' || base.size !== size)
      throw cursor.fail('an enumeration of values other than integers');
    return base;
  }
  if (kind !== VARIABLE_LENGTH) throw cursor.fail(`datatype class ${kind}, expected numbers or text`);
  if ((bits & 15) !== 1 || size !== 16) throw cursor.fail('a list of variable length, expected text');
  return { kind: 'variable-text', size };
}

function checkWhole(cursor: Cursor, size: number): void {
  const offset = cursor.u16();
  const precision = cursor.u16();
  if (!NUMBER_SIZES.includes(size) || offset !== 0 || precision !== size * 8) {
    throw cursor.fail(`a number of ${precision} bits from bit ${offset} in ${size} bytes, expected whole bytes`);
  }
}

/** Positions of exponent and mantissa of IEEE numbers, by size. */
const FLOAT_FIELDS: Readonly<Record<number, string>> = { 2: '10,5,0,10', 4: '23,8,0,23', 8: '52,11,0,52' };
const BRAIN_FIELDS = '7,8,0,7';

/** Return whether a float is bfloat16, which has float32's exponent in 2 bytes. */
function isBrain(cursor: Cursor, size: number): boolean {
  const fields = [cursor.u8(), cursor.u8(), cursor.u8(), cursor.u8()].join();
  if (size === 2 && fields === BRAIN_FIELDS) return true;
  if (fields === FLOAT_FIELDS[size]) return false;
  throw cursor.fail(`a float of ${size} bytes with fields at ${fields}, expected an IEEE number`);
}

const DEFLATE = 1;
const SHUFFLE = 2;
const FLETCHER_32 = 3;

export type Filter = 'deflate' | 'shuffle' | 'checksum';

const FILTERS: Readonly<Record<number, Filter>> = {
  [DEFLATE]: 'deflate',
  [SHUFFLE]: 'shuffle',
  [FLETCHER_32]: 'checksum',
};

/** Filters of chunks, in the order of their application. */
export function readFilters(cursor: Cursor): Filter[] {
  const version = cursor.u8();
  if (version !== 1 && version !== 2) throw cursor.fail(`filter pipeline version ${version}, expected 1 or 2`);
  const count = cursor.u8();
  if (version === 1) cursor.skip(6);
  const filters: Filter[] = [];
  for (let index = 0; index < count; index++) {
    const id = cursor.u16();
    const filter = FILTERS[id];
    if (!filter) throw cursor.fail(`filter ${id}, expected deflate, shuffle or fletcher32`);
    // With deflate applied twice, a kilobyte can unpack to a gigabyte.
    if (filters.includes(filter)) throw cursor.fail(`the filter ${filter} is applied twice`);
    filters.push(filter);
    const nameLength = version === 1 ? cursor.u16() : 0;
    cursor.skip(2);
    const values = cursor.u16();
    cursor.skip(nameLength + 4 * values + (version === 1 && values % 2 === 1 ? 4 : 0));
  }
  return filters;
}
