import { readFile } from 'node:fs/promises';
import type { NdArray } from 'ndarray';
import { FormatError, ValueError } from '../base/errors.js';
import {
  boolean,
  type Given,
  integer,
  listOf,
  type Options,
  oneOf,
  positiveInteger,
  readOptions,
  string,
} from '../base/options.js';
import type { StreamedSamples } from '../data/streamed-samples.js';
import { PictureDecoder } from '../images/streaming/picture-decoder.js';
import { MemoryCache, type PixelCache } from '../images/streaming/pixel-cache.js';
import { type SkippedPicture, StreamedPictures } from '../images/streaming/streamed-pictures.js';
import { fittedPixels, type PixelForm } from '../images/streaming/to-pixels.js';
import { arrayView } from '../tensor/array-view.js';
import { decodeImage } from './decode-image.js';
import { FileCache } from './file-cache.js';
import { listPictures } from './folder-listing.js';

const STREAM_OPTIONS = {
  /** Height and width that every picture is resized to; default [256, 256]. */
  size: listOf(positiveInteger(), 2).default([256, 256]),
  /** 3 for RGB, 1 for brightness; default 3. */
  channels: oneOf([1, 3]).default(3),
  /** Folders that are the classes, in this order; default all that hold pictures, by name. */
  classNames: listOf(string()).optional(),
  /** At most this many pictures of each class, the first by name; default all. */
  limitPerClass: positiveInteger().optional(),
  /** Whether the orientation that a camera noted (Exif) is applied; default true. Keras leaves it alone. */
  upright: boolean().default(true),
  /** Handling of an image that cannot be read: `'error'` ends training, `'skip'` leaves it out; default `'error'`. */
  onBadPicture: oneOf(['error', 'skip']).default('error'),
  /** Threads that decode; 0 decodes on the caller's; default 2. */
  threads: integer({ min: 0, max: 64 }).default(2),
  /** Keep decoded pixels in memory (`'memory'`) or in a new file at this path; default: decode in every epoch. */
  cache: string().optional(),
};

/** Options of `streamImageFolder`. */
export type StreamFolderOptions = Given<typeof STREAM_OPTIONS>;

/** Pictures of a folder that are decoded when a batch needs them. */
export interface StreamedFolder {
  /** [count, height, width, channels], scaled to 0–1: the x of `fit` and `measure`. */
  readonly images: StreamedSamples;
  /** [count], the number of each picture's class. */
  readonly labels: NdArray<Int32Array>;
  readonly classNames: readonly string[];
  /** Paths of the pictures, in the order of the labels. */
  readonly paths: readonly string[];
  /** Pictures that were left out so far, with `onBadPicture: 'skip'`. */
  readonly skipped: readonly SkippedPicture[];
  /** End the decoding threads, and remove the cache. */
  close(): Promise<void>;
}

/**
 * Open a folder of pictures, one folder per class, without reading them: `fit` decodes each batch on threads of their
 * own while the step before is computed. Memory does not grow with the number of pictures. Classes and files are taken
 * in the order of their names, those of folders within a class after its own; hidden ones are left out, and a folder
 * without pictures is not a class.
 * @returns samples for `fit` and `measure`, with their labels
 * @throws ValueError when an option is unknown or wrong, or a class has no folder
 * @throws FormatError when the folder holds no pictures; later, naming the picture that is broken
 * @example
 * const flowers = await streamImageFolder('flower_photos', { size: [224, 224] });
 * await model.fit(flowers.images, flowers.labels, { epochs: 5, validationSplit: 0.2 });
 * await flowers.close();
 */
export async function streamImageFolder(folder: string, options: StreamFolderOptions = {}): Promise<StreamedFolder> {
  const settings = readOptions('streamImageFolder', STREAM_OPTIONS, options);
  const { classNames, paths, labels } = await listPictures('streamImageFolder', folder, settings);
  const opened = await openPictures(paths, settings);
  return { ...opened, labels: arrayView(labels, [labels.length]), classNames, paths };
}

/** Open pictures by their paths. */
export async function openPictures(
  paths: readonly string[],
  given: Omit<StreamFolderOptions, 'classNames' | 'limitPerClass'>,
): Promise<Pick<StreamedFolder, 'images' | 'skipped' | 'close'>> {
  const settings = readOptions('streamImageFolder', STREAM_OPTIONS, given);
  const form = formOf(settings);
  const cache = await cacheOf(settings.cache, paths.length, form);
  const decoder = new PictureDecoder(settings.threads);
  const pictures = paths.map((path) => ({ name: path, bytes: () => readPicture(path) }));
  const { onBadPicture } = settings;
  const images = new StreamedPictures(pictures, decoder, { form, onBadPicture, cache, decodeOther });
  return {
    images,
    skipped: images.skipped,
    async close() {
      decoder.close();
      await cache?.close();
    },
  };
}

function formOf({ size, channels, upright }: Options<typeof STREAM_OPTIONS>): PixelForm {
  const [height, width] = size;
  return { height, width, channels, upright };
}

async function cacheOf(cache: string | undefined, count: number, form: PixelForm): Promise<PixelCache | null> {
  if (cache === undefined) return null;
  const rowSize = form.height * form.width * form.channels;
  if (cache !== 'memory') return FileCache.create(cache, count, rowSize);
  try {
    return new MemoryCache(count, rowSize);
  } catch {
    const mebibytes = Math.round((count * rowSize) / 2 ** 20);
    throw new ValueError(`streamImageFolder: cache is memory, which has no room for ${mebibytes} MiB, expected a path`);
  }
}

/** One file is one picture; nothing larger is read. */
const MAX_FILE_BYTES = 2 ** 27;

async function readPicture(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new FormatError(`${path}: cannot be read (${error.message})`, { cause: error });
  });
  if (bytes.length > MAX_FILE_BYTES) throw new FormatError(`${path}: ${bytes.length} bytes, over ${MAX_FILE_BYTES}`);
  return bytes;
}

/** WebP and its like, by `sharp` where it is installed; it has threads of its own. */
async function decodeOther(bytes: Uint8Array, name: string, form: PixelForm): Promise<Uint8Array> {
  return fittedPixels(await decodeImage(bytes, name), form);
}
