import { FormatError } from '../../base/errors.js';
import type { StreamedRows, StreamedSamples } from '../../data/streamed-samples.js';
import { imageKind } from '../decode-image.js';
import type { PictureFile } from '../folders/picture-tree.js';
import type { PictureDecoder } from './picture-decoder.js';
import type { PixelCache } from './pixel-cache.js';
import { bytesOf } from './stream-options.js';
import type { PixelForm } from './to-pixels.js';

/** A skipped image, and the reason. */
export interface SkippedPicture {
  readonly name: string;
  readonly reason: string;
}

/** Decodes an image of a kind that `decodeImage` does not know. */
export type DecodeOther = (bytes: Uint8Array, name: string, form: PixelForm) => Promise<Uint8Array>;

interface Settings {
  readonly form: PixelForm;
  readonly onBadPicture: 'error' | 'skip';
  readonly cache: PixelCache | null;
  /** Null where no other kinds are decoded. */
  readonly decodeOther: DecodeOther | null;
}

/** Images as samples from 0 to 1, decoded when their batch is made. */
export class StreamedPictures implements StreamedSamples {
  readonly shape: readonly number[];
  readonly scale = 1 / 255;
  /** Images that could not be read so far, each once. */
  readonly skipped: SkippedPicture[] = [];
  private readonly bad = new Set<number>();

  constructor(
    private readonly pictures: readonly PictureFile[],
    private readonly decoder: PictureDecoder,
    private readonly settings: Settings,
  ) {
    const { height, width, channels } = settings.form;
    this.shape = [pictures.length, height, width, channels];
  }

  /** @throws FormatError naming the image that cannot be read, unless such images are skipped */
  async read(rows: Int32Array): Promise<StreamedRows> {
    const rowSize = bytesOf(this.settings.form);
    const values = new Uint8Array(rows.length * rowSize);
    const read = Array.from(rows, (row, at) => this.readOne(row, values.subarray(at * rowSize, (at + 1) * rowSize)));
    const results = await Promise.allSettled(read);
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
    return { values, missing: [...rows.keys()].filter((at) => this.bad.has(rows[at])) };
  }

  private async readOne(row: number, target: Uint8Array): Promise<void> {
    const { cache, onBadPicture } = this.settings;
    if (this.bad.has(row) || (await cache?.read(row, target))) return;
    try {
      const pixels = await this.decode(this.pictures[row]);
      target.set(pixels);
      await cache?.write(row, pixels);
    } catch (error) {
      if (onBadPicture === 'error' || !(error instanceof FormatError)) throw error;
      this.skip(row, error.message);
    }
  }

  private async decode(picture: PictureFile): Promise<Uint8Array> {
    const { form, decodeOther } = this.settings;
    const bytes = await picture.bytes();
    if (decodeOther && !imageKind(bytes)) return decodeOther(bytes, picture.name, form);
    return this.decoder.decode(bytes, picture.name, form);
  }

  private skip(row: number, reason: string): void {
    if (this.bad.has(row)) return;
    if (this.bad.size === 0) console.warn(`${reason}; it is skipped, as are others that cannot be read`);
    this.bad.add(row);
    this.skipped.push({ name: this.pictures[row].name, reason });
  }
}
