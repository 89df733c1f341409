import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { FormatError } from '../base/errors.js';
import { hex } from '../images/idx-header.js';

/** Deflate yields at most 258 output bytes for 2 input bits; a header that claims more is forged. */
const MAX_DEFLATE_RATIO = 1032;

/** Bytes of a file that are inflated to read its header. */
const HEAD_BYTES = 4096;

/** Bytes that are read, and inflated, at a time. */
const CHUNK_BYTES = 2 ** 18;

/** Default limit of unpacked contents: 1 GiB, twice the largest IDX set in use (EMNIST). */
export const DEFAULT_MAX_BYTES = 2 ** 30;

/** A file, possibly compressed, and its first bytes; errors name `path`. */
export interface DataFile {
  path: string;
  size: number;
  start: Uint8Array;
  gzip: boolean;
}

/**
 * Read the first bytes of a file and detect gzip.
 * @throws FormatError when it is missing, a folder, unreadable, empty, larger than `maxBytes`, or named `.gz` without
 * being gzip
 * @example const file = await lookAt('data/train-images-idx3-ubyte.gz')
 */
export async function lookAt(path: string, maxBytes = DEFAULT_MAX_BYTES): Promise<DataFile> {
  const { size, start } = await readStart(path).catch((error) => {
    throw unreadable(path, error);
  });
  if (size > maxBytes) throw new FormatError(`${path}: ${size} bytes, over the limit of ${maxBytes}`);
  if (start.length === 0) throw new FormatError(`${path}: the file is empty`);
  const gzip = start[0] === 0x1f && start[1] === 0x8b;
  if (path.endsWith('.gz') && !gzip) {
    throw new FormatError(`${path}: not a gzip file: byte 0 starts with ${hex(start.subarray(0, 2))}, expected 1f 8b`);
  }
  return { path, size, start, gzip };
}

async function readStart(path: string): Promise<Pick<DataFile, 'size' | 'start'>> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return { size, start: buffer.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}

/** Return the first bytes of a file's contents, inflated if it is gzip; fewer if the file is shorter. */
export function head(file: DataFile, count: number): Uint8Array {
  if (!file.gzip) return file.start.subarray(0, count);
  try {
    return gunzipSync(file.start, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, count);
  } catch (error) {
    throw corrupted(file, 0, error);
  }
}

/**
 * Return the contents of a file, inflated if it is gzip.
 * Memory stays within `maxBytes` (or `expectedBytes`, if the contents' header states it), however much the stream would
 * inflate to.
 * @throws FormatError when the gzip is cut short, corrupted or followed by other bytes, or the content is not of the
 * expected size
 */
export async function content(
  file: DataFile,
  { expectedBytes, maxBytes = DEFAULT_MAX_BYTES }: { expectedBytes?: number; maxBytes?: number } = {},
): Promise<Uint8Array> {
  const largest = file.gzip ? file.size * MAX_DEFLATE_RATIO : file.size;
  if (expectedBytes !== undefined && expectedBytes > Math.min(largest, maxBytes)) {
    const why = expectedBytes > largest ? `${file.size} bytes of file cannot hold` : `over the limit of ${maxBytes}:`;
    throw new FormatError(
      `${file.path}: byte 4: the header claims ${expectedBytes} bytes of content, ${why} that many`,
    );
  }
  const result = file.gzip
    ? await inflate(file, expectedBytes ?? maxBytes, expectedBytes !== undefined)
    : await whole(file);
  if (expectedBytes !== undefined && result.length !== expectedBytes) {
    throw new FormatError(
      `${file.path}: the content ends at byte ${result.length}, but its header claims ${expectedBytes} bytes`,
    );
  }
  return result;
}

function whole({ path }: DataFile): Promise<Uint8Array> {
  return readFile(path).catch((error) => {
    throw unreadable(path, error);
  });
}

/**
 * Inflate while reading: the compressed bytes of Fashion-MNIST, 29 MiB, would stay in memory until V8's next full
 * collection.
 */
async function inflate(file: DataFile, limit: number, exact: boolean): Promise<Uint8Array> {
  // If the size is known, the output is allocated at once: joining pieces would hold everything twice.
  const output = exact ? new Uint8Array(limit) : undefined;
  const pieces: Uint8Array[] = [];
  let length = 0;
  const engine = createGunzip({ chunkSize: CHUNK_BYTES });
  const source = createReadStream(file.path, { highWaterMark: CHUNK_BYTES });
  source.on('error', (error) => engine.destroy(error)).pipe(engine);
  try {
    for await (const piece of engine as AsyncIterable<Uint8Array>) {
      if (length + piece.length > limit) {
        const claim = exact ? `the ${limit} bytes that its header claims` : `the limit of ${limit} bytes`;
        throw new FormatError(`${file.path}: the gzip stream inflates to more than ${claim}`);
      }
      if (output) output.set(piece, length);
      else pieces.push(piece);
      length += piece.length;
    }
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw isZlibError(error) ? corrupted(file, engine.bytesWritten, error) : unreadable(file.path, error);
  } finally {
    source.destroy();
  }
  if (engine.bytesWritten !== file.size) {
    const extra = file.size - engine.bytesWritten;
    throw new FormatError(
      `${file.path}: byte ${engine.bytesWritten}: ${extra} bytes follow the end of the gzip stream`,
    );
  }
  return output ? output.subarray(0, length) : Buffer.concat(pieces, length);
}

const isZlibError = (error: unknown): boolean => String((error as NodeJS.ErrnoException).code).startsWith('Z_');

function corrupted(file: DataFile, position: number, error: unknown): FormatError {
  const { code, message } = error as { code?: string; message: string };
  const what =
    code === 'Z_BUF_ERROR'
      ? `the gzip stream is cut short at byte ${file.size}`
      : `the gzip stream is corrupted before byte ${position || file.start.length} (${message})`;
  return new FormatError(`${file.path}: ${what}`, { cause: error });
}

function unreadable(path: string, error: unknown): FormatError {
  const { code, message } = error as NodeJS.ErrnoException;
  const what =
    code === 'ENOENT'
      ? 'no such file'
      : code === 'EISDIR'
        ? 'a folder, expected a file'
        : `cannot be read (${message})`;
  return new FormatError(`${path}: ${what}`, { cause: error });
}
