import { assertText } from '../base/arguments.js';
import { FormatError } from '../base/errors.js';
import { sizeOf } from '../base/shape.js';
import { type ImageSet, imageArray, labelArray, SPLIT, type Split } from '../images/image-set.js';
import type { StoredArray } from '../io/bytes/stored-array.js';
import { type Hdf5Group, openHdf5 } from '../io/hdf5/read.js';
import { content, lookAt } from './file.js';
import { findFile } from './folder-listing.js';

/** Number of fingers shown, from none to five. */
export const SIGNS_CLASS_NAMES = ['0', '1', '2', '3', '4', '5'] as const;

/** Both parts of SIGNS are a few megabytes; a file that claims more is forged. */
const MAX_BYTES = 2 ** 28;

const findSigns = (folder: string, split: Split) => findFile(folder, new RegExp(`^${split}_signs.*\\.h5$`));

/** Return the parts of SIGNS that a folder has. */
export async function signsSplits(folder: string): Promise<Split[]> {
  const found = await Promise.all([findSigns(folder, 'train'), findSigns(folder, 'test')]);
  return (['train', 'test'] as const).filter((_, index) => found[index] !== undefined);
}

/**
 * Read one part of SIGNS: HDF5 files `train_signs*.h5` (data sets `train_set_x`, `train_set_y`) and `test_signs*.h5`.
 * @param folder the folder with the files
 * @returns images [count, height, width, 3], labels [count] of 0–5
 * @throws FormatError naming the file and the data set when it is missing, cut short or broken
 * @see the course "Convolutional neural networks" of deeplearning.ai, whose files these are
 * @example const test = await readSigns('data/signs', 'test')
 */
export async function readSigns(folder: string, split: Split): Promise<ImageSet> {
  assertText('readSigns', 'folder', folder);
  SPLIT.check('readSigns', 'split', split);
  const path = await findSigns(folder, split);
  if (!path) throw new FormatError(`${folder}: no file named ${split}_signs*.h5 in it`);
  const file = await lookAt(path, MAX_BYTES);
  const bytes = await content(file, { maxBytes: MAX_BYTES });
  const hdf5 = await openHdf5({ name: path, bytes });
  const images = integers(hdf5, `${split}_set_x`, 4, '<u1');
  const labels = integers(hdf5, `${split}_set_y`, 1);
  const [count, height, width, channels] = images.shape;
  if (count !== labels.shape[0]) {
    throw new FormatError(`${path}: ${split}_set_x has ${count} images, ${split}_set_y ${labels.shape[0]} labels`);
  }
  return {
    images: imageArray(images.values as Uint8Array, height, width, channels),
    labels: labelArray(labels.values, SIGNS_CLASS_NAMES.length, path, (i) => `${split}_set_y[${i}]`),
  };
}

/** Read a data set of integers; its size is checked before it is unpacked. */
function integers(hdf5: Hdf5Group, name: string, rank: number, dtype?: string): StoredArray {
  const found = hdf5.numbers(name);
  if (!found) throw hdf5.fail(`no data set ${name}, only ${hdf5.keys().join(', ')}`);
  const { shape } = found;
  const isWanted = dtype ? found.dtype === dtype : /[iu]/.test(found.dtype);
  if (!isWanted || shape.length !== rank) {
    const type = dtype ?? 'integers';
    throw hdf5.fail(`${name} is ${found.dtype} of [${shape}], expected ${type} with ${rank} axes`);
  }
  const bytes = sizeOf(shape) * Number(found.dtype.slice(2));
  if (bytes === 0 || bytes > MAX_BYTES) {
    throw hdf5.fail(`${name} claims a shape of [${shape}], expected 1 to ${MAX_BYTES} bytes`);
  }
  return found.read();
}
