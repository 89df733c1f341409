import { ValueError } from '../base/errors.js';
import { nodeModule } from './node-modules.js';

/**
 * Writes a file so that a reader sees the old contents or the new, whatever happens in between: to a temporary name in the same
 * folder, to disk, then renamed. The folder is made when it is missing; nothing is left behind by a failure.
 * @throws Error of the file system, with its code: ENOSPC, EACCES, … @throws ValueError elsewhere than under Node
 * @example await writeAtomically('report.html', '<!doctype html>')
 */
export async function writeAtomically(path: string, data: string | Uint8Array): Promise<void> {
  const files = nodeModule('node:fs/promises');
  if (!files) throw new ValueError(`${path}: paths need Node`);
  const { basename, dirname, join } = nodeModule('node:path')!;
  const { randomBytes } = nodeModule('node:crypto')!;
  await files.mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await files.open(temporary, 'wx');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(temporary, path);
  } catch (error) {
    await files.rm(temporary, { force: true });
    throw error;
  }
}
