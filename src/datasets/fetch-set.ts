import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FormatError } from '../base/errors.js';
import { type Given, string } from '../base/options.js';
import { fileError } from '../io/storage/atomic-write.js';
import { DOWNLOAD_OPTIONS, download } from './download.js';
import type { RemoteSet, SetFile } from './remote-sets.js';

export const FETCH_OPTIONS = {
  ...DOWNLOAD_OPTIONS,
  /** The URL to download from, ending in a slash; default that of the set's authors. */
  address: string().optional(),
};

/** Options of `fetchImageSet`. */
export type FetchOptions = Given<typeof FETCH_OPTIONS>;

/**
 * Download the files of a set that a folder lacks, and unpack archives. Each file, and the content of an archive, is
 * moved
 * into place when complete.
 * @throws FormatError when a download fails, or its content differs from the expected
 * @throws FileError when the disk is full
 */
export async function fetchSet(set: RemoteSet, folder: string, options: FetchOptions = {}): Promise<void> {
  const { address = set.address, ...settings } = options;
  for (const file of set.files) {
    const remote = { ...file, url: new URL(file.name, address).href };
    if (!set.isArchive) {
      const path = join(folder, file.name);
      if (!existsSync(path)) await download(remote, path, settings);
      continue;
    }
    if (existsSync(folder)) continue;
    const archive = join(dirname(folder), file.name);
    if (!existsSync(archive)) await download(remote, archive, settings);
    await unpack(archive, file, folder);
    await rm(archive);
  }
}

/** Unpack a tar archive whose single folder becomes `folder`. */
async function unpack(archive: string, { name }: SetFile, folder: string): Promise<void> {
  const { extract } = await import('tar');
  const temporary = `${folder}.${randomUUID()}.unpacking`;
  try {
    await mkdir(temporary, { recursive: true });
    await extract({ file: archive, cwd: temporary, strict: true });
    const entries = await readdir(temporary);
    if (entries.length !== 1) {
      throw new FormatError(`${archive}: ${entries.length} entries at the top of ${name}, expected one folder`);
    }
    await rename(join(temporary, entries[0]), folder);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith('TAR_') || code === 'Z_DATA_ERROR' || code === 'Z_BUF_ERROR') {
      await rm(archive, { force: true });
      throw new FormatError(`${archive}: cannot be unpacked (${(error as Error).message}); it was removed`, {
        cause: error,
      });
    }
    throw fileError(folder, error);
  } finally {
    // Files that were being written when unpacking failed may still appear.
    await rm(temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}
