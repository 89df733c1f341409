import { readFile, stat } from 'node:fs/promises';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { FormatError } from '../tensor/errors.js';

/** Deflate cannot do better than 258 output bytes for 2 input bits, so a claim beyond this ratio is a forgery. */
const MAX_DEFLATE_RATIO = 1032;

/** Bytes of a file that are inflated to look at its header. */
const HEAD_BYTES = 4096;

/** Largest content that a reader unpacks unless told otherwise: 1 GiB, twice the largest IDX set in use (EMNIST). */
export const DEFAULT_MAX_BYTES = 2 ** 30;

/** A file in memory, possibly compressed; `path` is what errors name. */
export interface FileBytes {
  path: string;
  bytes: Uint8Array;
  gzip: boolean;
}

/**
 * Reads a file and tells whether it is gzip.
 * @throws FormatError when it is missing, a folder, unreadable, empty, larger than `maxBytes`, or named `.gz` without being gzip
 * @example const file = await readBytes('data/train-images-idx3-ubyte.gz')
 */
export async function readBytes(path: string, maxBytes = DEFAULT_MAX_BYTES): Promise<FileBytes> {
  const bytes = await readWhole(path, maxBytes);
  if (bytes.length === 0) throw new FormatError(`${path}: the file is empty`);
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (path.endsWith('.gz') && !gzip) {
    throw new FormatError(`${path}: not a gzip file: byte 0 starts with ${hex(bytes.subarray(0, 2))}, expected 1f 8b`);
  }
  return { path, bytes, gzip };
}

/** The first bytes of a file's content, inflated when it is gzip; short when the file is. */
export function head(file: FileBytes, count: number): Uint8Array {
  if (!file.gzip) return file.bytes.subarray(0, count);
  try {
    const start = file.bytes.subarray(0, HEAD_BYTES);
    return gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, count);
  } catch (error) {
    throw corrupted(file, 0, error);
  }
}

/**
 * The content of a file, inflated when it is gzip.
 * Memory stays within `maxBytes` (or `expectedBytes`, when the content's header gave it), whatever the stream would inflate to.
 * @throws FormatError when the gzip is cut short, corrupted or followed by other bytes, or the content is not of the expected size
 */
export async function content(
  file: FileBytes,
  { expectedBytes, maxBytes = DEFAULT_MAX_BYTES }: { expectedBytes?: number; maxBytes?: number } = {},
): Promise<Uint8Array> {
  const largest = file.gzip ? file.bytes.length * MAX_DEFLATE_RATIO : file.bytes.length;
  if (expectedBytes !== undefined && expectedBytes > Math.min(largest, maxBytes)) {
    const why =
      expectedBytes > largest ? `${file.bytes.length} bytes of file cannot hold` : `over the limit of ${maxBytes}:`;
    throw new FormatError(
      `${file.path}: byte 4: the header claims ${expectedBytes} bytes of content, ${why} that many`,
    );
  }
  const result = file.gzip ? await inflate(file, expectedBytes ?? maxBytes, expectedBytes !== undefined) : file.bytes;
  if (expectedBytes !== undefined && result.length !== expectedBytes) {
    throw new FormatError(
      `${file.path}: the content ends at byte ${result.length}, but its header claims ${expectedBytes} bytes`,
    );
  }
  return result;
}

async function inflate(file: FileBytes, limit: number, exact: boolean): Promise<Uint8Array> {
  // The whole output is allocated at once where the size is known: joining pieces would hold everything twice.
  const whole = exact ? new Uint8Array(limit) : undefined;
  const pieces: Uint8Array[] = [];
  const engine = createGunzip({ chunkSize: 2 ** 18 });
  engine.end(file.bytes);
  let length = 0;
  try {
    for await (const piece of engine as AsyncIterable<Uint8Array>) {
      if (length + piece.length > limit) {
        const claim = exact ? `the ${limit} bytes that its header claims` : `the limit of ${limit} bytes`;
        throw new FormatError(`${file.path}: the gzip stream inflates to more than ${claim}`);
      }
      if (whole) whole.set(piece, length);
      else pieces.push(piece);
      length += piece.length;
    }
  } catch (error) {
    throw error instanceof FormatError ? error : corrupted(file, engine.bytesWritten, error);
  }
  if (engine.bytesWritten !== file.bytes.length) {
    const extra = file.bytes.length - engine.bytesWritten;
    throw new FormatError(
      `${file.path}: byte ${engine.bytesWritten}: ${extra} bytes follow the end of the gzip stream`,
    );
  }
  return whole ? whole.subarray(0, length) : Buffer.concat(pieces, length);
}

function corrupted(file: FileBytes, position: number, error: unknown): FormatError {
  const { code, message } = error as { code?: string; message: string };
  const what =
    code === 'Z_BUF_ERROR'
      ? `the gzip stream is cut short at byte ${file.bytes.length}`
      : `the gzip stream is corrupted before byte ${position || Math.min(HEAD_BYTES, file.bytes.length)} (${message})`;
  return new FormatError(`${file.path}: ${what}`, { cause: error });
}

async function readWhole(path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > maxBytes) throw new FormatError(`${path}: ${size} bytes, over the limit of ${maxBytes}`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`${path}: ${reason(error as NodeJS.ErrnoException)}`, { cause: error });
  }
}

function reason(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'no such file';
  if (error.code === 'EISDIR') return 'a folder, expected a file';
  return `cannot be read (${error.message})`;
}

/** Bytes as people read them in a dump: `1f 8b`. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
