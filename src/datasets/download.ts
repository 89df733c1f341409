import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { assertText } from '../base/arguments.js';
import { FormatError } from '../base/errors.js';
import { accept, callable, type Given, integer, number, type Options, readOptions, string } from '../base/options.js';
import { objectOf } from '../base/structures.js';
import { fileError } from '../io/storage/atomic-write.js';

/** A file at a URL, with its size and checksum. */
export interface RemoteFile {
  url: string;
  bytes: number;
  /** Null if no checksum is published: then only the size is checked. */
  sha256: string | null;
}

const REMOTE_FILE = objectOf({ url: string(), bytes: integer({ min: 0 }), sha256: string().nullable() });

export const DOWNLOAD_OPTIONS = {
  /** Milliseconds without data after which the download fails; default 30,000. */
  stallTimeout: number({ above: 0 }).default(30_000),
  /** Called with the number of bytes received so far, including earlier attempts, and the total. */
  onProgress: callable<(received: number, total: number) => void>().optional(),
  signal: accept<AbortSignal>('an AbortSignal', (value) => value instanceof AbortSignal).optional(),
};

/** Options of `download`. */
export type DownloadOptions = Given<typeof DOWNLOAD_OPTIONS>;

/** Milliseconds after the last write to a partial file until its process is assumed to have ended. */
const ABANDONED = 60_000;

/**
 * Download a file, and move it to its path only when it is complete and its checksum is correct.
 * An interrupted download leaves a partial file next to the target, which the next call resumes if the server supports
 * ranges. Several processes may download the same file at once: each writes its own partial file, and renaming
 * is atomic.
 * @throws ValueError when an option is unknown or wrong
 * @throws FormatError naming the URL when it cannot be reached, the download is interrupted, or the contents
 * differ from the expected
 * @throws FileError when the disk is full
 * @example await download({ url, bytes: 29515, sha256 }, '~/.cache/nabla/fashion-mnist/train-labels-idx1-ubyte.gz')
 */
export async function download(file: RemoteFile, path: string, options: DownloadOptions = {}): Promise<void> {
  REMOTE_FILE.check('download', 'file', file);
  assertText('download', 'path', path);
  const settings = readOptions('download', DOWNLOAD_OPTIONS, options);
  const partial = `${path}.${randomUUID()}.part`;
  let isUseful = false;
  try {
    await mkdir(dirname(path), { recursive: true });
    const present = await claimPart(path, partial);
    await receive(file, partial, present, settings);
    await replace(partial, path, file.sha256);
  } catch (error) {
    isUseful = error instanceof CutOff;
    throw error instanceof FormatError ? error : fileError(path, error);
  } finally {
    if (isUseful) await leavePart(path, partial);
    await rm(partial, { force: true });
  }
}

/** The download was interrupted; the received part is kept. */
class CutOff extends FormatError {}

const partOf = (path: string): string => `${path}.part`;

/** Take over the part left by an earlier attempt: renaming succeeds only for one process. @returns its bytes */
async function claimPart(path: string, partial: string): Promise<number> {
  const names = await readdir(dirname(path));
  const left = names.filter((name) => name.startsWith(`${basename(path)}.`) && name.endsWith('.part'));
  for (const name of left.map((each) => join(dirname(path), each))) {
    const info = await stat(name).catch(() => null);
    if (!info || (name !== partOf(path) && Date.now() - info.mtimeMs < ABANDONED)) continue;
    try {
      await rename(name, partial);
      return info.size;
    } catch {
      // Another process was faster.
    }
  }
  return 0;
}

/** Leave a part for the next attempt, unless there is one. */
async function leavePart(path: string, partial: string): Promise<void> {
  await link(partial, partOf(path)).catch(() => {});
}

async function receive(
  file: RemoteFile,
  partial: string,
  present: number,
  { stallTimeout, onProgress, signal }: Options<typeof DOWNLOAD_OPTIONS>,
): Promise<void> {
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(new Error(`no data for ${stallTimeout} ms`)), stallTimeout);
  const output = await open(partial, present > 0 ? 'r+' : 'wx');
  const progress = { received: 0 };
  try {
    const headers = present > 0 && present < file.bytes ? { range: `bytes=${present}-` } : undefined;
    const response = await fetch(file.url, {
      headers,
      signal: signal ? AbortSignal.any([signal, stall.signal]) : stall.signal,
    });
    const continues = response.status === 206 && startsAt(response, present);
    if (!response.ok || !response.body || (response.status === 206 && !continues)) {
      throw new FormatError(`${file.url}: HTTP ${response.status}, expected 200`);
    }
    const hash = createHash('sha256');
    if (continues) await hashPart(partial, hash);
    else await output.truncate(0);
    progress.received = continues ? present : 0;
    for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
      timer.refresh();
      await append(file, output, piece, progress, hash);
      onProgress?.(progress.received, file.bytes);
    }
    assertWhole(file, progress.received, hash);
  } catch (error) {
    if (error instanceof FormatError || isFileError(error)) throw error;
    throw unreachable(file, progress.received, error);
  } finally {
    clearTimeout(timer);
    await output.close();
  }
}

/** Whether the server continues at the requested position. */
const startsAt = (response: Response, first: number): boolean =>
  response.headers.get('content-range')?.startsWith(`bytes ${first}-`) ?? false;

async function hashPart(path: string, hash: Hash): Promise<void> {
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
}

async function append(
  file: RemoteFile,
  output: FileHandle,
  piece: Uint8Array,
  progress: { received: number },
  hash: Hash,
): Promise<void> {
  const at = progress.received;
  if (at + piece.length > file.bytes) throw new FormatError(`${file.url}: more than the expected ${file.bytes} bytes`);
  await output.write(piece, 0, piece.length, at);
  hash.update(piece);
  progress.received = at + piece.length;
}

function assertWhole(file: RemoteFile, received: number, hash: Hash): void {
  if (received !== file.bytes) throw new CutOff(`${file.url}: cut off after ${received} of ${file.bytes} bytes`);
  const sha256 = hash.digest('hex');
  if (file.sha256 !== null && sha256 !== file.sha256) {
    throw new FormatError(`${file.url}: sha256 is ${sha256}, expected ${file.sha256}`);
  }
}

/** Whether the error is from the disk, not the network. */
const isFileError = (error: unknown): boolean => {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' || syscall === 'write';
};

function unreachable(file: RemoteFile, received: number, error: unknown): FormatError {
  const { message, cause } = error as Error;
  const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
  if (received === 0) return new FormatError(`${file.url}: cannot be downloaded (${why})`, { cause: error });
  return new CutOff(`${file.url}: cut off after ${received} of ${file.bytes} bytes (${why})`, { cause: error });
}

/**
 * On Windows a rename fails while another process has the target open; the target is then that process's complete copy.
 */
async function replace(partial: string, path: string, sha256: string | null): Promise<void> {
  try {
    await rename(partial, path);
  } catch (error) {
    const present = await readFile(path).catch(() => undefined);
    if (!present || (sha256 !== null && createHash('sha256').update(present).digest('hex') !== sha256)) throw error;
  }
}
