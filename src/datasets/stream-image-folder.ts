import { assertText } from '../base/arguments.js';
import { readOptions } from '../base/options.js';
import { listClasses } from '../images/folders/class-listing.js';
import type { PictureFile } from '../images/folders/picture-tree.js';
import { MemoryCache, type PixelCache } from '../images/streaming/pixel-cache.js';
import {
  bytesOf,
  formOf,
  STREAM_OPTIONS,
  type StreamFolderOptions,
  type StreamSettings,
} from '../images/streaming/stream-options.js';
import { openListing, openPictures, type StreamedFolder } from '../images/streaming/streamed-folder.js';
import { fittedPixels, type PixelForm } from '../images/streaming/to-pixels.js';
import { decodeImage } from './decode-image.js';
import { FileCache } from './file-cache.js';
import { openTree } from './folder-tree.js';

/**
 * Open a folder of images, one folder per class, without reading them: `fit` decodes each batch on separate threads
 * while the previous step is computed. Memory does not grow with the number of images. Classes and files are taken
 * in the order of their names, those of folders within a class after its own; hidden ones are left out, and a folder
 * without images is not a class.
 * @param path a folder, or a zip archive of one, which is not unpacked
 * @returns samples for `fit` and `measure`, with their labels
 * @throws ValueError when an option is unknown or wrong, or a class has no folder
 * @throws FormatError when the folder contains no images; later, naming an image that is damaged
 * @example
 * const flowers = await streamImageFolder('flower_photos', { size: [224, 224] });
 * await model.fit(flowers.images, flowers.labels, { epochs: 5, validationSplit: 0.2 });
 * await flowers.close();
 */
export async function streamImageFolder(path: string, options: StreamFolderOptions = {}): Promise<StreamedFolder> {
  assertText('streamImageFolder', 'path', path);
  const settings = readOptions('streamImageFolder', STREAM_OPTIONS, options);
  const { folder, classNames, limitPerClass } = settings;
  const tree = await openTree(path);
  try {
    const listing = listClasses('streamImageFolder', tree, { folder, classNames, limitPerClass });
    const cache = await cacheOf(settings, listing.pictures.length);
    return openListing(listing, settings, { cache, decodeOther, close: () => tree.close() });
  } catch (error) {
    await tree.close();
    throw error;
  }
}

/** Open images one by one. */
export async function streamPictures(
  pictures: readonly PictureFile[],
  options: Omit<StreamFolderOptions, 'folder' | 'classNames' | 'limitPerClass'>,
): Promise<Pick<StreamedFolder, 'images' | 'skipped' | 'close'>> {
  const settings = readOptions('streamImageFolder', STREAM_OPTIONS, options);
  const cache = await cacheOf(settings, pictures.length);
  return openPictures(pictures, settings, { cache, decodeOther, async close() {} });
}

async function cacheOf(settings: StreamSettings, count: number): Promise<PixelCache | null> {
  const { cache } = settings;
  if (cache === undefined) return null;
  const rowSize = bytesOf(formOf(settings));
  if (cache === 'memory') return MemoryCache.create('streamImageFolder', count, rowSize);
  return FileCache.create(cache, count, rowSize);
}

/** WebP and its like, by `sharp` where it is installed; it has threads of its own. */
async function decodeOther(bytes: Uint8Array, name: string, form: PixelForm): Promise<Uint8Array> {
  return fittedPixels(await decodeImage(bytes, name), form);
}
