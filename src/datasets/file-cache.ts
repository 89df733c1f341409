import { type FileHandle, open, rm } from 'node:fs/promises';
import type { PixelCache } from '../images/streaming/pixel-cache.js';
import { fileError } from '../io/storage/atomic-write.js';

/**
 * Pixels of all images in a file, at an offset given by their index; only those that this process wrote are read. The
 * file is removed when the cache is closed.
 */
export class FileCache implements PixelCache {
  private readonly isThere: Uint8Array;

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    count: number,
    private readonly rowSize: number,
  ) {
    this.isThere = new Uint8Array(count);
  }

  /** @throws FileError when the file exists already, or cannot be created */
  static async create(path: string, count: number, rowSize: number): Promise<FileCache> {
    try {
      return new FileCache(path, await open(path, 'wx+'), count, rowSize);
    } catch (error) {
      throw fileError(path, error);
    }
  }

  async read(row: number, target: Uint8Array): Promise<boolean> {
    if (this.isThere[row] === 0) return false;
    const { bytesRead } = await this.file.read(target, 0, this.rowSize, row * this.rowSize);
    return bytesRead === this.rowSize;
  }

  /** @throws FileError when the disk is full */
  async write(row: number, pixels: Uint8Array): Promise<void> {
    try {
      const { bytesWritten } = await this.file.write(pixels, 0, this.rowSize, row * this.rowSize);
      if (bytesWritten === this.rowSize) this.isThere[row] = 1;
    } catch (error) {
      throw fileError(this.path, error);
    }
  }

  async close(): Promise<void> {
    await this.file.close();
    await rm(this.path, { force: true });
  }
}
