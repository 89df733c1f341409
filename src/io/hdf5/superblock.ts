import { FormatError } from '../../base/errors.js';
import { Cursor, type NamedBytes } from '../bytes/cursor.js';
import { UNDEFINED } from './header-messages.js';

/** As numbers: a page without a charset would decode the string '\x89HDF' differently. */
const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Return whether bytes are an HDF5 file. */
export const isHdf5 = (bytes: Uint8Array): boolean => startOf(bytes) !== null;

/** The superblock is at byte 0, or behind a user block of 512, 1024, 2048 … bytes; null if it is at none of these. */
function startOf(bytes: Uint8Array): number | null {
  for (let start = 0; start < bytes.length; start = start === 0 ? 512 : 2 * start) {
    if (SIGNATURE.every((byte, index) => bytes[start + index] === byte)) return start;
  }
  return null;
}

/** Where an HDF5 file begins. */
export interface Superblock {
  /** The file without its user block: addresses count from here. */
  readonly file: NamedBytes;
  /** The address of the root group's object header. */
  readonly root: number;
}

/** @throws FormatError when the file is truncated */
export function readSuperblock(whole: NamedBytes): Superblock {
  const start = startOf(whole.bytes);
  if (start === null) throw new FormatError(`${whole.name}: byte 0: not an HDF5 file`);
  if (start === 0) return { file: whole, root: rootAddress(whole) };
  const file = { name: `${whole.name}, behind its user block of ${start} bytes`, bytes: whole.bytes.subarray(start) };
  return { file, root: rootAddress(file) };
}

/** h5py, and Keras with it, writes versions 0 and 1 by default; 2 and 3 with `libver='latest'`. */
function rootAddress(file: NamedBytes): number {
  const cursor = new Cursor(file, SIGNATURE.length, file.bytes.length, 'superblock');
  const version = cursor.u8();
  if (version > 3) throw cursor.fail(`version ${version}, expected 0 to 3`);
  if (version < 2) cursor.skip(4);
  const sizes = [cursor.u8(), cursor.u8()];
  if (sizes.some((size) => size !== 8)) throw cursor.fail(`addresses of ${sizes[0]} bytes, expected 8`);
  cursor.skip(version >= 2 ? 1 : version === 1 ? 13 : 9);
  // Where the superblock was when the file was written. libhdf5 counts from where it is: bytes may be put before it.
  const base = cursor.u64();
  // Skip the address of free space or of a superblock extension, which are not needed.
  cursor.skip(8);
  // Counted from byte 0, unlike every other address.
  const end = cursor.u64() - base;
  if (end > file.bytes.length) {
    throw new FormatError(`${file.name}: the file has ${file.bytes.length} bytes, but its superblock claims ${end}`);
  }
  if (version >= 2) return cursor.u64();
  if (cursor.u64() !== UNDEFINED) throw cursor.fail('a block of a file driver, which model files do not have');
  return cursor.skip(8).u64();
}
