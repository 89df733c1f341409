import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the package, searched upwards from this module, which works from the sources and from both builds. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!isPackageFolder(folder)) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`nabla: no package.json of nabla above ${fileURLToPath(import.meta.url)}`);
    folder = parent;
  }
  return folder;
}

function isPackageFolder(folder: string): boolean {
  const path = join(folder, 'package.json');
  return existsSync(path) && JSON.parse(readFileSync(path, 'utf8')).name === 'nabla';
}

/** Return the path of a folder in the package's `assets`. */
export function assetFolder(name: string): string {
  return join(packageFolder(), 'assets', name);
}

/** Return the folder of downloads: `NABLA_CACHE`, else the user's cache folder. */
export function cacheFolder(): string {
  const { NABLA_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  return NABLA_CACHE || join(XDG_CACHE_HOME || LOCALAPPDATA || join(homedir(), '.cache'), 'nabla');
}

/** Return the folder of the user's data sets, `NABLA_DATA`; undefined if it is not set. */
export function dataFolder(): string | undefined {
  return process.env.NABLA_DATA || undefined;
}
