import { FormatError } from '../../base/errors.js';
import type { NamedBytes } from '../bytes/cursor.js';
import { decodeText } from '../bytes/json.js';
import { isZip } from '../bytes/zip.js';
import { isHdf5 } from '../hdf5/superblock.js';
import { isSafetensors } from './read-safetensors.js';

/** Kinds of files that models come in, by how they begin. */
export type FileKind = 'hdf5' | 'zip' | 'safetensors' | 'json';

export const GIT_LFS_POINTER = 'a Git LFS pointer, the file itself is kept elsewhere: run `git lfs pull`';

const LFS_BEGINS = 'version https://git-lfs.github.com';

/** Whether a file is the small text that Git LFS has in place of a large one. */
export const isGitLfsPointer = (bytes: Uint8Array): boolean =>
  String.fromCharCode(...bytes.subarray(0, LFS_BEGINS.length)) === LFS_BEGINS;

const PICKLE = 'a Python pickle, which is code and is not run: save the model as .safetensors or .h5';

/** Files that are found where a model was expected: bytes at a place, and what to do. */
const OTHERS: readonly (readonly [at: number, bytes: readonly number[], what: string])[] = [
  [0, [0x1f, 0x8b], 'packed by gzip: unpack it first'],
  [0, [0x80, 0x02], PICKLE],
  [0, [0x80, 0x04], PICKLE],
  [4, [0x54, 0x46, 0x4c, 0x33], 'a TensorFlow Lite model, which holds ops and no layers: convert the Keras model'],
];

/**
 * How a model file is read.
 * @throws FormatError for any other file, naming what it is where that is known
 */
export function recognise({ name, bytes }: NamedBytes): FileKind {
  if (isHdf5(bytes)) return 'hdf5';
  if (isZip(bytes)) return 'zip';
  if (isSafetensors(bytes)) return 'safetensors';
  // A model's JSON may have been written as a text of its own: json.dumps(model.to_json()).
  const start = decodeText(bytes.subarray(0, 100));
  if (/^\s*["{]/.test(start)) return 'json';
  if (isGitLfsPointer(bytes)) throw new FormatError(`${name}: ${GIT_LFS_POINTER}`);
  if (/^\s*<(!doctype|html|\?xml)/i.test(start)) {
    throw new FormatError(`${name}: an HTML page, as servers send in place of a file that is missing`);
  }
  const other = OTHERS.find(([at, begins]) => begins.every((byte, index) => bytes[at + index] === byte));
  if (other) throw new FormatError(`${name}: ${other[2]}`);
  throw new FormatError(
    `${name}: byte 0: not a model file: expected HDF5 (.h5), zip (.keras), safetensors or JSON (model.json)`,
  );
}
