import { ValueError } from '../../base/errors.js';
import { mebibytes } from '../../base/mebibytes.js';

/** A store of decoded pixels, by the index of the image. */
export interface PixelCache {
  /** Copy the pixels of an image into `target`. @returns false if they are not stored yet */
  read(row: number, target: Uint8Array): Promise<boolean>;
  write(row: number, pixels: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Pixels of all images in memory, allocated at once. */
export class MemoryCache implements PixelCache {
  private readonly pixels: Uint8Array;
  private readonly isThere: Uint8Array;

  private constructor(
    count: number,
    private readonly rowSize: number,
  ) {
    this.pixels = new Uint8Array(count * rowSize);
    this.isThere = new Uint8Array(count);
  }

  /** @throws ValueError when there is no room */
  static create(caller: string, count: number, rowSize: number): MemoryCache {
    try {
      return new MemoryCache(count, rowSize);
    } catch {
      const size = mebibytes(count * rowSize);
      throw new ValueError(
        `${caller}: cache is 'memory', which has no room for ${size}, expected none, or a path in Node`,
      );
    }
  }

  async read(row: number, target: Uint8Array): Promise<boolean> {
    if (this.isThere[row] === 0) return false;
    target.set(this.pixels.subarray(row * this.rowSize, (row + 1) * this.rowSize));
    return true;
  }

  async write(row: number, pixels: Uint8Array): Promise<void> {
    this.pixels.set(pixels, row * this.rowSize);
    this.isThere[row] = 1;
  }

  async close(): Promise<void> {}
}
