import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FormatError } from '../base/errors.js';
import { accept, callable, type Given, number, type Options, readOptions } from '../base/options.js';

/** A file at a URL, with its size and checksum. */
export interface RemoteFile {
  url: string;
  bytes: number;
  sha256: string;
}

export const DOWNLOAD_OPTIONS = {
  /** Milliseconds without data after which the download fails; default 30,000. */
  stallTimeout: number({ above: 0 }).default(30_000),
  /** Called with the number of bytes received so far and the total. */
  onProgress: callable<(received: number, total: number) => void>().optional(),
  signal: accept<AbortSignal>('an AbortSignal', (value) => value instanceof AbortSignal).optional(),
};

/** Options of `download`. */
export type DownloadOptions = Given<typeof DOWNLOAD_OPTIONS>;

/**
 * Download a file, and move it to its path only when it is complete and its checksum right.
 * Several processes may download the same file at once: each writes its own temporary file, and renaming is atomic.
 * @throws ValueError when an option is unknown or wrong
 * @throws FormatError naming the URL when it cannot be reached, the download is cut off, or the contents are not the
 * expected
 * @example await download({ url, bytes: 29515, sha256 }, '~/.cache/nabla/fashion-mnist/train-labels-idx1-ubyte.gz')
 */
export async function download(file: RemoteFile, path: string, options: DownloadOptions = {}): Promise<void> {
  const settings = readOptions('download', DOWNLOAD_OPTIONS, options);
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${randomUUID()}.part`;
  try {
    await receive(file, partial, settings);
    await replace(partial, path, file.sha256);
  } finally {
    await rm(partial, { force: true });
  }
}

async function receive(
  file: RemoteFile,
  partial: string,
  { stallTimeout, onProgress, signal }: Options<typeof DOWNLOAD_OPTIONS>,
): Promise<void> {
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(new Error(`no data for ${stallTimeout} ms`)), stallTimeout);
  const hash = createHash('sha256');
  let received = 0;
  const output = await open(partial, 'wx');
  try {
    const response = await fetch(file.url, { signal: signal ? AbortSignal.any([signal, stall.signal]) : stall.signal });
    if (!response.ok || !response.body) throw new FormatError(`${file.url}: HTTP ${response.status}, expected 200`);
    for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
      timer.refresh();
      received += piece.length;
      if (received > file.bytes) throw new FormatError(`${file.url}: more than the expected ${file.bytes} bytes`);
      hash.update(piece);
      await output.writeFile(piece);
      onProgress?.(received, file.bytes);
    }
  } catch (error) {
    throw error instanceof FormatError ? error : unreachable(file, received, error);
  } finally {
    clearTimeout(timer);
    await output.close();
  }
  if (received !== file.bytes) throw new FormatError(`${file.url}: cut off after ${received} of ${file.bytes} bytes`);
  const sha256 = hash.digest('hex');
  if (sha256 !== file.sha256) throw new FormatError(`${file.url}: sha256 is ${sha256}, expected ${file.sha256}`);
}

function unreachable(file: RemoteFile, received: number, error: unknown): FormatError {
  const { message, cause } = error as Error;
  const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
  const what = received > 0 ? `cut off after ${received} of ${file.bytes} bytes` : 'cannot be downloaded';
  return new FormatError(`${file.url}: ${what} (${why})`, { cause: error });
}

/**
 * On Windows a rename fails while another process has the target open; the target is then that process's complete copy.
 */
async function replace(partial: string, path: string, sha256: string): Promise<void> {
  try {
    await rename(partial, path);
  } catch (error) {
    const present = await readFile(path).catch(() => undefined);
    if (!present || createHash('sha256').update(present).digest('hex') !== sha256) throw error;
  }
}
