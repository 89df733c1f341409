import { join } from 'node:path';
import type { NdArray } from 'ndarray';
import { assertText } from '../base/arguments.js';
import { FormatError } from '../base/errors.js';
import { positiveInteger } from '../base/option.js';
import { type ImageSet, imageArray, labelArray, SPLIT, type Split } from '../images/image-set.js';
import { findFile } from './folder-listing.js';
import { readIdx } from './idx.js';

/** The ten digits. */
export const MNIST_CLASS_NAMES = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

const PREFIX = { train: 'train', test: 't10k' } as const;

/** Find one of the four official files, gzipped or not, in either of the usual spellings (`-idx3` and `.idx3`). */
function findIdx(folder: string, split: Split, kind: 'images' | 'labels'): Promise<string | undefined> {
  const rank = kind === 'images' ? 3 : 1;
  return findFile(folder, new RegExp(`^${PREFIX[split]}-${kind}[-.]idx${rank}-ubyte(\\.gz)?$`));
}

/** Return the parts of MNIST, or of a set with its layout, that a folder has. */
export async function mnistSplits(folder: string): Promise<Split[]> {
  const found = await Promise.all([findIdx(folder, 'train', 'images'), findIdx(folder, 'test', 'images')]);
  return (['train', 'test'] as const).filter((_, index) => found[index] !== undefined);
}

/**
 * Read one part of MNIST, or of a set with its layout: `train-images-idx3-ubyte.gz`, `train-labels-idx1-ubyte.gz`,
 * `t10k-…`.
 * @param folder the folder with the IDX files, gzipped or not
 * @param classes the number of classes, default 10
 * @returns images [count, height, width, 1] and labels [count]
 * @throws FormatError when a file is missing or broken, the counts disagree, or a label is not a class
 * @example const test = await readMnist('data/mnist', 'test')
 */
export async function readMnist(folder: string, split: Split, classes = 10): Promise<ImageSet> {
  assertText('readMnist', 'folder', folder);
  SPLIT.check('readMnist', 'split', split);
  positiveInteger().check('readMnist', 'classes', classes);
  const [imagesPath, labelsPath] = await Promise.all(
    (['images', 'labels'] as const).map(async (kind) => {
      const path = await findIdx(folder, split, kind);
      if (path) return path;
      const name = `${PREFIX[split]}-${kind}-idx${kind === 'images' ? 3 : 1}-ubyte.gz`;
      throw new FormatError(`${join(folder, name)}: no such file`);
    }),
  );
  const images = await readIdx(imagesPath, { rank: 3 });
  const labels = await readIdx(labelsPath, { rank: 1 });
  const [count, height, width] = images.shape;
  if (count !== labels.shape[0]) {
    throw new FormatError(`${imagesPath}: ${count} images, but ${labelsPath} has ${labels.shape[0]} labels`);
  }
  if (images.size === 0) throw new FormatError(`${imagesPath}: byte 4: no images in it: ${count}×${height}×${width}`);
  return {
    images: imageArray(bytesOf(images, imagesPath), height, width, 1),
    labels: labelArray(bytesOf(labels, labelsPath), classes, labelsPath, (i) => `label ${i} (byte ${8 + i})`),
  };
}

function bytesOf(array: NdArray, path: string): Uint8Array {
  if (array.data instanceof Uint8Array) return array.data;
  throw new FormatError(`${path}: byte 2: the elements are ${array.dtype}, expected uint8`);
}
