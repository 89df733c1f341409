import { nodeModule } from '../../base/node-module.js';

/** Create a folder and its missing parents.
 * Unlike Node's `mkdir` with `recursive`, it returns if an existing parent, such as /proc, refuses the folder with
 * ENOENT.
 * @throws an error of Node that names the path that cannot be created
 */
export async function makeFolder(path: string): Promise<void> {
  const files = nodeModule('node:fs/promises')!;
  const { dirname, resolve } = nodeModule('node:path')!;
  const missing: string[] = [];
  for (let folder = resolve(path); !(await exists(folder)); folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing) {
    await files.mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      // Another process may have created it.
      if (error.code !== 'EEXIST') throw error;
    });
  }
  // A file, or a link to one, exists in place of the folder.
  if (!(await files.stat(path)).isDirectory()) await files.mkdir(path);
}

async function exists(path: string): Promise<boolean> {
  const files = nodeModule('node:fs/promises')!;
  return files.stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
