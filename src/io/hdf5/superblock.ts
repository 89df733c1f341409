import { FormatError } from '../../base/errors.js';
import { Cursor, type NamedBytes } from '../bytes/cursor.js';
import { UNDEFINED } from './header-messages.js';

/** As numbers: a page without a charset would decode the string '\x89HDF' differently. */
const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Return whether bytes start with HDF5's signature. */
export function isHdf5(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte);
}

/**
 * Return the address of the root group's object header. h5py, and Keras with it, writes versions 0 and 1 by default; 2
 * and 3 with `libver='latest'`.
 * @throws FormatError when the file is cut short
 */
export function readSuperblock(file: NamedBytes): number {
  if (!isHdf5(file.bytes)) throw new FormatError(`${file.name}: byte 0: not an HDF5 file`);
  const cursor = new Cursor(file, SIGNATURE.length, file.bytes.length, 'superblock');
  const version = cursor.u8();
  if (version > 3) throw cursor.fail(`version ${version}, expected 0 to 3`);
  if (version < 2) cursor.skip(4);
  const sizes = [cursor.u8(), cursor.u8()];
  if (sizes.some((size) => size !== 8)) throw cursor.fail(`addresses of ${sizes[0]} bytes, expected 8`);
  cursor.skip(version >= 2 ? 1 : version === 1 ? 13 : 9);
  if (cursor.u64() !== 0) throw cursor.fail('a base address, expected 0');
  // Skip the address of free space or of a superblock extension, which are not needed.
  cursor.skip(8);
  const end = cursor.u64();
  if (end > file.bytes.length) {
    throw new FormatError(`${file.name}: the file has ${file.bytes.length} bytes, but its superblock claims ${end}`);
  }
  if (version >= 2) return cursor.u64();
  if (cursor.u64() !== UNDEFINED) throw cursor.fail('a block of a file driver, which model files do not have');
  return cursor.skip(8).u64();
}
