import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FileError } from '../../src/base/errors.js';
import { RunLock } from '../../src/io/runs/run-lock.js';
import { type RunFiles, readRun, removeRun, writeRun } from '../../src/io/runs/run-state.js';
import { writeAtomically } from '../../src/io/storage/atomic-write.js';
import { makeFolder } from '../../src/io/storage/make-folder.js';
import { temporaryFolder } from './helpers.js';

const root = temporaryFolder();
const modulePath = (name: string) => fileURLToPath(new URL(`../../src/io/${name}.ts`, import.meta.url));
const tsx = fileURLToPath(new URL('../../node_modules/tsx/dist/loader.mjs', import.meta.url));

function fresh(name: string): RunFiles {
  const folder = join(root, name);
  mkdirSync(folder);
  return { folder, name: 'resume', format: 'keras' };
}

const modelBytes = (value: number) => new Uint8Array(1000).fill(value);

/** A pid that no process has: that of one that has just ended. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('a run on disk', () => {
  test('model and state come back, numbers that JSON lacks included', async () => {
    const files = fresh('whole');
    expect(await readRun(files)).toBeNull();
    const state = { epoch: 3, history: { loss: [0.1 + 0.2, Number.NaN, Number.POSITIVE_INFINITY, -0] }, name: null };
    await writeRun(files, modelBytes(1), state);
    const saved = (await readRun(files))!;
    expect(saved.state).toEqual(state);
    expect(new Uint8Array(readFileSync(saved.modelPath))).toEqual(modelBytes(1));
  });

  test('a later pair takes the place of the earlier one', async () => {
    const files = fresh('later');
    await writeRun(files, modelBytes(1), 1);
    await writeRun(files, modelBytes(2), 2);
    const { state, modelPath } = (await readRun(files))!;
    expect([state, readFileSync(modelPath)[0]]).toEqual([2, 2]);
    expect(readdirSync(files.folder)).toHaveLength(2);
    await removeRun(files);
    expect(readdirSync(files.folder)).toEqual([]);
  });

  test('refuses a model that is missing or another, and states that are damaged', async () => {
    const files = fresh('refused');
    await writeRun(files, modelBytes(1), 1);
    const { modelPath } = (await readRun(files))!;
    writeFileSync(modelPath, modelBytes(2));
    await expect(readRun(files)).rejects.toThrow(/resume-[0-9a-f]{16}\.keras is not its model/);
    const path = join(files.folder, 'resume.json');
    for (const [text, message] of [
      ['{"model"', 'not JSON, the file is damaged'],
      ['{"model": {"file": "a.keras"}}', 'does not name its model by file and sha256'],
      ['{"model": {"file": "../a.keras", "sha256": ""}}', "model.file is '../a.keras', expected the name of a file"],
      ['{"model": {"file": "a.keras", "sha256": ""}}', 'a.keras, is missing'],
    ]) {
      writeFileSync(path, text);
      await expect(readRun(files)).rejects.toThrow(message);
    }
  });

  /** Writes the second pair, and dies before, or after, the n-th change of the file system. */
  const program = (files: RunFiles, at: number, after: boolean) => `
    import files from 'node:fs/promises';
    import { writeRun } from ${JSON.stringify(modulePath('runs/run-state'))};
    let left = ${at};
    for (const name of ['open', 'rename', 'rm']) {
      const original = files[name];
      files[name] = async (...args) => {
        const isLast = left-- === 0;
        if (isLast && !${after}) process.kill(process.pid, 'SIGKILL');
        const result = await original(...args);
        if (isLast) process.kill(process.pid, 'SIGKILL');
        return result;
      };
    }
    await writeRun(${JSON.stringify(files)}, new Uint8Array(1000).fill(2), 2);
    console.log(left);`;

  test.each([false, true])(
    'a process killed at any change of a file leaves the old pair or the new (after it: %s)',
    async (after) => {
      const seen: unknown[] = [];
      for (let at = 0; ; at++) {
        const files = fresh(`killed-${after}-${at}`);
        await writeRun(files, modelBytes(1), 1);
        const { signal, stderr } = spawnSync(
          process.execPath,
          ['--import', tsx, '--input-type=module', '-e', program(files, at, after)],
          { encoding: 'utf8' },
        );
        const { state, modelPath } = (await readRun(files))!;
        expect(readFileSync(modelPath)[0]).toBe(state);
        seen.push(state);
        if (signal === null) {
          expect(stderr).toBe('');
          break;
        }
        // The next run leaves nothing of this one behind.
        await writeRun(files, modelBytes(3), 3);
        expect(readdirSync(files.folder)).toHaveLength(2);
      }
      expect(seen[0]).toBe(1);
      expect(seen.at(-1)).toBe(2);
      expect(seen.length).toBeGreaterThan(5);
    },
    120_000,
  );
});

describe('the lock of a folder', () => {
  test('refuses a second run, in this process and in another, until it is released', async () => {
    const { folder } = fresh('locked');
    const lock = await RunLock.acquire('train', folder);
    await expect(RunLock.acquire('train', folder)).rejects.toThrow(
      `train: ${folder} belongs to a run of process ${process.pid}, expected another folder`,
    );
    const program = `import { RunLock } from ${JSON.stringify(modulePath('runs/run-lock'))};
      await RunLock.acquire('train', ${JSON.stringify(folder)}).catch((error) => console.log(error.message));`;
    const other = execFileSync(process.execPath, ['--import', tsx, '--input-type=module', '-e', program]);
    expect(String(other)).toContain(`belongs to a run of process ${process.pid}`);
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
    await (await RunLock.acquire('train', folder)).release();
  });

  const owners = {
    'a process that has ended': { pid: deadPid(), host: hostname(), began: null },
    'an earlier process of the same number': { pid: process.pid, host: hostname(), began: 'another boot/1' },
  };
  test.skipIf(process.platform !== 'linux').each(Object.entries(owners))(
    'of %s is taken over (Linux)',
    async (_, owner) => {
      const { folder } = fresh(`stale-${owner.pid}-${owner.began === null}`);
      writeFileSync(join(folder, 'run.lock'), JSON.stringify(owner));
      const lock = await RunLock.acquire('train', folder);
      expect(JSON.parse(readFileSync(join(folder, 'run.lock'), 'utf8')).pid).toBe(process.pid);
      await lock.release();
    },
  );

  test('that is damaged is taken over', async () => {
    const { folder } = fresh('damaged-lock');
    writeFileSync(join(folder, 'run.lock'), '{"pid": ');
    await (await RunLock.acquire('train', folder)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of another machine is not, because it is unknown whether its process runs', async () => {
    const { folder } = fresh('elsewhere');
    writeFileSync(join(folder, 'run.lock'), JSON.stringify({ pid: 1, host: 'elsewhere', began: null }));
    await expect(RunLock.acquire('train', folder)).rejects.toThrow(/process 1 of elsewhere.*remove .*run\.lock/);
  });

  test('of a dead process goes to one of many that want it', async () => {
    const { folder } = fresh('many');
    writeFileSync(join(folder, 'run.lock'), JSON.stringify(owners['a process that has ended']));
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => RunLock.acquire('train', folder)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('a folder that cannot be written is named', async () => {
    await expect(RunLock.acquire('train', join(root, 'nowhere'))).rejects.toThrow(FileError);
  });
});

describe('makeFolder', () => {
  test('creates missing parents, also concurrently', async () => {
    const path = join(root, 'a', 'b', 'c');
    await Promise.all([makeFolder(path), makeFolder(path), makeFolder(join(root, 'a', 'b', 'd'))]);
    await makeFolder(path);
    expect(existsSync(path)).toBe(true);
  });

  test('refuses a file in its place, and above it', async () => {
    const file = join(root, 'a-file');
    writeFileSync(file, '');
    await expect(makeFolder(file)).rejects.toThrow(/EEXIST/);
    await expect(makeFolder(join(file, 'below'))).rejects.toThrow(/ENOTDIR/);
  });

  // Node's recursive mkdir does not return there.
  test.skipIf(process.platform !== 'linux')('ends where a folder that exists has no place for it (Linux)', async () => {
    await expect(makeFolder('/proc/nowhere/run')).rejects.toThrow(/ENOENT/);
    await expect(writeAtomically('/proc/nowhere/model.keras', 'x')).rejects.toThrow(FileError);
  });
});

describe.skipIf(process.platform === 'win32')('writeAtomically (not on Windows)', () => {
  test('keeps the permissions of the file that it replaces', async () => {
    const path = join(fresh('mode').folder, 'secret.json');
    writeFileSync(path, 'old');
    chmodSync(path, 0o600);
    await writeAtomically(path, 'new');
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['new', 0o600]);
  });

  test('writes where a symbolic link leads, whether or not a file is there', async () => {
    const { folder } = fresh('links');
    for (const [link, target] of [
      ['a', 'there'],
      ['b', 'missing'],
    ]) {
      if (target === 'there') writeFileSync(join(folder, target), 'old');
      symlinkSync(target, join(folder, link));
      await writeAtomically(join(folder, link), 'new');
      expect(lstatSync(join(folder, link)).isSymbolicLink()).toBe(true);
      expect(readFileSync(join(folder, target), 'utf8')).toBe('new');
    }
  });

  test('writes to a device, and does not replace it', async () => {
    await writeAtomically('/dev/null', 'new');
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('removes temporaries of a killed process for the same file after a minute', async () => {
    const { folder } = fresh('stale');
    const [pid, random] = [deadPid(), '0'.repeat(12)];
    const names = { old: `.a.${pid}.${random}.tmp`, young: `.a.${pid}.${random.replace('0', '1')}.tmp` };
    const others = [`.a.${process.pid}.${random}.tmp`, `.b.${pid}.${random}.tmp`, '.a.tmp'];
    for (const name of [...Object.values(names), ...others]) {
      writeFileSync(join(folder, name), '');
      if (name !== names.young) utimesSync(join(folder, name), 0, 0);
    }
    await writeAtomically(join(folder, 'a'), 'new');
    expect(readdirSync(folder).sort()).toEqual(['a', names.young, ...others].sort());
  });

  test('errors name the path and the reason, and keep the code', async () => {
    const { folder } = fresh('errors');
    writeFileSync(join(folder, 'file'), '');
    const error = await writeAtomically(join(folder, 'file', 'below'), '').catch((each) => each);
    expect(error).toBeInstanceOf(FileError);
    expect(error.message).toContain(
      `${join(folder, 'file', 'below')}: cannot be written: a file exists in place of a folder`,
    );
    expect(['EEXIST', 'ENOTDIR']).toContain(error.code);
  });
});
