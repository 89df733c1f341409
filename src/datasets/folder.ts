import { type Given, listOf, positiveInteger, readOptions } from '../base/options.js';
import { type ImageSet, imageArray } from '../images/image-set.js';
import { resizeImage } from '../images/resize.js';
import { arrayView } from '../tensor/array-view.js';
import { decodeImage } from './decode-image.js';
import { content, lookAt } from './file.js';
import { listPictures } from './folder-listing.js';

/** Pictures of a folder with their labels, class names and paths, in the same order. */
export interface FolderImages extends ImageSet {
  classNames: string[];
  paths: string[];
}

export const FOLDER_OPTIONS = {
  /** Height and width that every picture is resized to; default [256, 256]. */
  size: listOf(positiveInteger(), 2).default([256, 256]),
  /** Largest number of pictures per class, the first by name; default all. */
  limitPerClass: positiveInteger().optional(),
};

/** Options of `readImageFolder`. */
export type FolderOptions = Given<typeof FOLDER_OPTIONS>;

/** Largest file that is opened: each file is one picture. */
const MAX_FILE_BYTES = 2 ** 27;

/**
 * Read pictures from one folder per class, as Keras's `image_dataset_from_directory` does.
 * Classes and files are sorted by name, files in sub-folders of a class after its own; hidden files
 * and folders without pictures are skipped.
 * @param folder holds one folder per class, named like it
 * @returns images [count, height, width, 3], labels [count], class names and paths
 * @throws ValueError when an option is unknown or wrong
 * @throws FormatError naming the file that is broken, or the folder that holds no pictures
 * @example const flowers = await readImageFolder('flower_photos', { size: [224, 224] })
 */
export async function readImageFolder(folder: string, options: FolderOptions = {}): Promise<FolderImages> {
  const { size, limitPerClass } = readOptions('readImageFolder', FOLDER_OPTIONS, options);
  const [height, width] = size;
  const { classNames, paths, labels } = await listPictures('readImageFolder', folder, { limitPerClass });
  const images = new Uint8Array(paths.length * height * width * 3);
  for (const [index, path] of paths.entries()) {
    images.set(await readPicture(path, height, width), index * height * width * 3);
  }
  return {
    images: imageArray(images, height, width, 3),
    labels: arrayView(labels, [labels.length]),
    classNames,
    paths,
  };
}

async function readPicture(path: string, height: number, width: number): Promise<Uint8Array> {
  const bytes = await content(await lookAt(path, MAX_FILE_BYTES));
  return resizeImage(await decodeImage(bytes, path), height, width);
}
