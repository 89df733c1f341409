import { assertText } from '../base/arguments.js';
import { type Given, listOf, positiveInteger, readOptions } from '../base/options.js';
import { listClasses } from '../images/folders/class-listing.js';
import { type ImageSet, imageArray } from '../images/image-set.js';
import { resizeImage } from '../images/resize.js';
import { arrayView } from '../tensor/array-view.js';
import { decodeImage } from './decode-image.js';
import { openTree } from './folder-tree.js';

/** Images of a folder with their labels, class names and paths, in the same order. */
export interface FolderImages extends ImageSet {
  classNames: string[];
  paths: string[];
}

export const FOLDER_OPTIONS = {
  /** Height and width that every image is resized to; default [256, 256]. */
  size: listOf(positiveInteger(), 2).default([256, 256]),
  /** Largest number of images per class, the first by name; default all. */
  limitPerClass: positiveInteger().optional(),
};

/** Options of `readImageFolder`. */
export type FolderOptions = Given<typeof FOLDER_OPTIONS>;

/**
 * Read images from one folder per class, as Keras's `image_dataset_from_directory` does.
 * Classes and files are sorted by name, files in sub-folders of a class after its own; hidden files
 * and folders without images are skipped.
 * @param folder with one sub-folder per class, named after the class; a zip archive of such a folder does too
 * @returns images [count, height, width, 3], labels [count], class names and paths
 * @throws ValueError when an option is unknown or wrong
 * @throws FormatError naming the file that is broken, or the folder without images
 * @example const flowers = await readImageFolder('flower_photos', { size: [224, 224] })
 */
export async function readImageFolder(folder: string, options: FolderOptions = {}): Promise<FolderImages> {
  assertText('readImageFolder', 'folder', folder);
  const { size, limitPerClass } = readOptions('readImageFolder', FOLDER_OPTIONS, options);
  const [height, width] = size;
  const tree = await openTree(folder);
  try {
    const { classNames, pictures, labels } = listClasses('readImageFolder', tree, { limitPerClass });
    const images = new Uint8Array(pictures.length * height * width * 3);
    for (const [index, picture] of pictures.entries()) {
      const image = await decodeImage(await picture.bytes(), picture.name);
      images.set(resizeImage(image, height, width), index * height * width * 3);
    }
    return {
      images: imageArray(images, height, width, 3),
      labels: arrayView(labels, [labels.length]),
      classNames: [...classNames],
      paths: pictures.map(({ name }) => name),
    };
  } finally {
    await tree.close();
  }
}
