import { FormatError } from '../../base/errors.js';

/** An image that is read when it is needed. */
export interface PictureFile {
  /** For messages. */
  readonly name: string;
  /** @throws FormatError naming the image, when it cannot be read */
  bytes(): Promise<Uint8Array>;
}

/** The files below a folder: on a disk, in an archive, or picked in a page. */
export interface PictureTree {
  /** For messages: a path, or the name of an archive. */
  readonly name: string;
  /** Paths of files, relative to the folder, with `/` between parts; those of folders end in `/`. */
  readonly paths: readonly string[];
  /** The file at one of the paths. */
  file(path: string): PictureFile;
  close(): Promise<void>;
}

/** Whether a file is an image by its name. */
export const isPictureName = (path: string): boolean => /\.(jpe?g|png|webp|avif|tiff?|gif)$/i.test(path);

/** Largest file that is read: each file is one image. */
const MAX_BYTES = 2 ** 27;

/** @throws FormatError when a file of this many bytes is no image */
export function assertPictureSize(name: string, bytes: number): void {
  if (bytes === 0) throw new FormatError(`${name}: the file is empty`);
  if (bytes > MAX_BYTES) throw new FormatError(`${name}: ${bytes} bytes, over ${MAX_BYTES}`);
}
