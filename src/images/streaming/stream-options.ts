import {
  boolean,
  type Given,
  integer,
  listOf,
  type Options,
  oneOf,
  positiveInteger,
  string,
} from '../../base/options.js';
import type { PixelForm } from './to-pixels.js';

export const STREAM_OPTIONS = {
  /** Height and width that every image is resized to; default [256, 256]. */
  size: listOf(positiveInteger(), 2).default([256, 256]),
  /** 3 for RGB, 1 for brightness; default 3. */
  channels: oneOf([1, 3]).default(3),
  /** Folder within the given one that contains the classes, such as `'train'`; default the given one itself. */
  folder: string().optional(),
  /** Folders that are the classes, in this order; default all that hold images, by name. */
  classNames: listOf(string()).optional(),
  /** At most this many images of each class, the first by name; default all. */
  limitPerClass: positiveInteger().optional(),
  /** Whether the orientation that a camera noted (Exif) is applied; default true. Keras leaves it alone. */
  upright: boolean().default(true),
  /** Handling of an image that cannot be read: `'error'` ends training, `'skip'` leaves it out; default `'error'`. */
  onBadPicture: oneOf(['error', 'skip']).default('error'),
  /** Threads that decode; 0 decodes on the caller's; default 2. */
  threads: integer({ min: 0, max: 64 }).default(2),
  /**
   * Keep decoded pixels in memory (`'memory'`) or, in Node, in a new file at this path; default: decode in every epoch.
   */
  cache: string().optional(),
};

/** Options of `streamImageFolder` and `streamImageFiles`. */
export type StreamFolderOptions = Given<typeof STREAM_OPTIONS>;

export type StreamSettings = Options<typeof STREAM_OPTIONS>;

export function formOf({ size, channels, upright }: StreamSettings): PixelForm {
  const [height, width] = size;
  return { height, width, channels, upright };
}

/** Bytes of a decoded image. */
export const bytesOf = ({ height, width, channels }: PixelForm): number => height * width * channels;
