import type { NdArray } from 'ndarray';
import type { StreamedSamples } from '../../data/streamed-samples.js';
import { arrayView } from '../../tensor/array-view.js';
import type { PictureListing } from '../folders/class-listing.js';
import type { PictureFile } from '../folders/picture-tree.js';
import { PictureDecoder } from './picture-decoder.js';
import type { PixelCache } from './pixel-cache.js';
import { formOf, type StreamSettings } from './stream-options.js';
import { type DecodeOther, type SkippedPicture, StreamedPictures } from './streamed-pictures.js';

/** Images of a folder that are decoded when a batch needs them. */
export interface StreamedFolder {
  /** [count, height, width, channels], scaled to 0–1: the x of `fit` and `measure`. */
  readonly images: StreamedSamples;
  /** [count], the number of each image's class. */
  readonly labels: NdArray<Int32Array>;
  readonly classNames: readonly string[];
  /** Paths of the images, in the order of the labels. */
  readonly paths: readonly string[];
  /** Images that were left out so far, with `onBadPicture: 'skip'`. */
  readonly skipped: readonly SkippedPicture[];
  /** End the decoding threads, and remove the cache. */
  close(): Promise<void>;
}

/** What depends on the platform. */
interface Platform {
  readonly cache: PixelCache | null;
  readonly decodeOther: DecodeOther | null;
  /** Called when the images are closed. */
  close(): Promise<void>;
}

/** Open images that are decoded on threads of their own. */
export function openPictures(
  pictures: readonly PictureFile[],
  settings: StreamSettings,
  { cache, decodeOther, close }: Platform,
): Pick<StreamedFolder, 'images' | 'skipped' | 'close'> {
  const decoder = new PictureDecoder(settings.threads);
  const { onBadPicture } = settings;
  const images = new StreamedPictures(pictures, decoder, { form: formOf(settings), onBadPicture, cache, decodeOther });
  return {
    images,
    skipped: images.skipped,
    async close() {
      decoder.close();
      await cache?.close();
      await close();
    },
  };
}

/** Open the images of a listing, with their labels. */
export function openListing(
  { classNames, pictures, labels }: PictureListing,
  settings: StreamSettings,
  platform: Platform,
): StreamedFolder {
  return {
    ...openPictures(pictures, settings, platform),
    labels: arrayView(labels, [labels.length]),
    classNames,
    paths: pictures.map(({ name }) => name),
  };
}
