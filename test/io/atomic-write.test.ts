import { execFile, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { writeAtomically } from '../../src/io/storage/atomic-write.js';
import { temporaryFolder } from './helpers.js';

/* A write that fails or is cut off leaves the file as it was. */

const folder = temporaryFolder();
const module = fileURLToPath(new URL('../../src/io/storage/atomic-write.ts', import.meta.url));
const tsx = fileURLToPath(new URL('../../node_modules/tsx/dist/loader.mjs', import.meta.url));

function fresh(name: string): { path: string; folder: string } {
  const own = join(folder, name);
  return { path: join(own, 'model.keras'), folder: own };
}

/** A program that writes many bytes over and over. */
const program = (path: string, bytes: number): string =>
  `import { writeAtomically } from ${JSON.stringify(module)};
   const data = new Uint8Array(${bytes}).fill(2);
   console.log('ready');
   for (let i = 0; i < 1000; i++) await writeAtomically(${JSON.stringify(path)}, data);`;

describe('writeAtomically', () => {
  test('makes the folder, and replaces a file', async () => {
    const { path, folder: own } = fresh('plain');
    await writeAtomically(path, 'one');
    await writeAtomically(path, Uint8Array.of(50));
    expect(readFileSync(path, 'utf8')).toBe('2');
    expect(readdirSync(own)).toEqual(['model.keras']);
  });

  test.skipIf(process.platform === 'win32')('keeps the old file if the new has no room (not on Windows)', async () => {
    const { path, folder: own } = fresh('full');
    await writeAtomically(path, 'the old model');
    // Files of at most 64 KiB: the write fails as on a full disk.
    const run = promisify(execFile)('bash', [
      '-c',
      `trap '' XFSZ; ulimit -f 64; exec "$0" --import "$1" --input-type=module -e "$2"`,
      process.execPath,
      tsx,
      program(path, 1_000_000),
    ]);
    await expect(run).rejects.toThrow(/EFBIG/);
    expect(readFileSync(path, 'utf8')).toBe('the old model');
    expect(readdirSync(own)).toEqual(['model.keras']);
  });

  test('keeps a whole file when the process is killed in the middle', async () => {
    const { path } = fresh('killed');
    await writeAtomically(path, 'the old model');
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, ['--import', tsx, '--input-type=module', '-e', program(path, 30_000_000)]);
      await new Promise((resolve) => child.stdout.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, 20 + 40 * round));
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      const found = readFileSync(path);
      const whole = found.length === 30_000_000 && found.every((byte) => byte === 2);
      expect(whole || found.toString() === 'the old model').toBe(true);
    }
  }, 60_000);

  test('says what went wrong, and leaves nothing behind', async () => {
    const { path, folder: own } = fresh('blocked');
    await writeAtomically(path, 'x');
    // The name is taken by a folder.
    const blocked = join(own, 'sub');
    await writeAtomically(join(blocked, 'inner'), 'x');
    await expect(writeAtomically(blocked, 'y')).rejects.toThrow(/EISDIR|ENOTEMPTY|EPERM|EEXIST/);
    writeFileSync(join(own, 'file'), 'x');
    await expect(writeAtomically(join(own, 'file', 'below'), 'y')).rejects.toThrow(/ENOTDIR|EEXIST/);
    expect(readdirSync(own).sort()).toEqual(['file', 'model.keras', 'sub']);
  });
});
