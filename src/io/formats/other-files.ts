import { decodeText } from '../../base/utf8.js';

export const GIT_LFS_POINTER = 'a Git LFS pointer, not the file itself: run `git lfs pull`';

const LFS_BEGINS = 'version https://git-lfs.github.com';

/** Return whether a file is the short text that Git LFS leaves in place of a large file. */
export const isGitLfsPointer = (bytes: Uint8Array): boolean =>
  String.fromCharCode(...bytes.subarray(0, LFS_BEGINS.length)) === LFS_BEGINS;

const PICKLE = 'a Python pickle, which contains code and is not loaded: save the model as .safetensors or .h5';

/** Other files that are often given in place of a model: position and value of their first bytes, and advice. */
const OTHERS: readonly (readonly [at: number, bytes: readonly number[], what: string])[] = [
  [0, [0x1f, 0x8b], 'compressed with gzip: decompress it first'],
  [0, [0x80, 0x02], PICKLE],
  [0, [0x80, 0x04], PICKLE],
  [
    4,
    [0x54, 0x46, 0x4c, 0x33],
    'a TensorFlow Lite model, which contains ops instead of layers: convert the Keras model',
  ],
];

/** Describe a file that no reader accepts, for the error message. */
export function describeOther(bytes: Uint8Array): string {
  if (isGitLfsPointer(bytes)) return GIT_LFS_POINTER;
  if (/^\s*<(!doctype|html|\?xml)/i.test(decodeText(bytes.subarray(0, 100)))) {
    return 'an HTML page, as servers send in place of a missing file';
  }
  const other = OTHERS.find(([at, begins]) => begins.every((byte, index) => bytes[at + index] === byte));
  return other
    ? other[2]
    : 'byte 0: not a model file, expected HDF5 (.h5), zip (.keras), safetensors or JSON (model.json)';
}
