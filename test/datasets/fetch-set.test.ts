import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { create } from 'tar';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { dataCommand } from '../../src/cli/commands/data.js';
import { fetchImageSet, loadImageSet } from '../../src/datasets/catalog.js';
import { REMOTE_SETS } from '../../src/datasets/remote-sets.js';
import { run, writeGreyCifar10 } from '../cli/support.js';
import { temporaryFolder } from './helpers.js';

const root = temporaryFolder();
const served = join(root, 'served');
let address = '';

const server = createServer((request, response) => {
  const path = join(served, request.url ?? '');
  if (existsSync(path)) response.end(readFileSync(path));
  else response.writeHead(404).end();
});

const NAME = 'cifar-10-binary.tar.gz';
const cifar = REMOTE_SETS.cifar10 as unknown as { files: { name: string; bytes: number; sha256: string | null }[] };
const official = cifar.files;
let small: typeof official;

/** A small archive in the layout of the official one takes its place, with its size and sum. */
beforeAll(async () => {
  mkdirSync(served);
  writeGreyCifar10(join(root, 'cifar-10-batches-bin'));
  await create({ gzip: true, file: join(served, NAME), cwd: root }, ['cifar-10-batches-bin']);
  const bytes = readFileSync(join(served, NAME));
  cifar.files = [{ name: NAME, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }];
  small = cifar.files;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  vi.stubEnv('NABLA_DATA', '');
});
afterAll(() => {
  cifar.files = official;
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});
afterEach(() => {
  cifar.files = small;
  vi.restoreAllMocks();
});

const inCache = (name: string) => {
  const cache = join(root, name);
  vi.stubEnv('NABLA_CACHE', cache);
  return cache;
};

describe('fetchImageSet', () => {
  test('downloads and unpacks an archive, and nothing else stays', async () => {
    const cache = inCache('fresh');
    expect(await fetchImageSet('CIFAR10', { address })).toBe(join(cache, 'cifar-10'));
    expect(readdirSync(cache)).toEqual(['cifar-10']);
    const { test: images, classNames } = await loadImageSet('cifar10');
    expect([images?.images.shape[0], classNames[3]]).toEqual([10, 'cat']);
  });

  test('an archive that cannot be unpacked is refused, and removed', async () => {
    const cache = inCache('broken');
    const broken = readFileSync(join(served, NAME)).subarray(0, small[0].bytes - 40);
    writeFileSync(join(served, 'broken.tar.gz'), broken);
    cifar.files = [{ name: 'broken.tar.gz', bytes: broken.length, sha256: null }];
    await expect(fetchImageSet('cifar10', { address })).rejects.toThrow(
      /broken\.tar\.gz: cannot be unpacked .* it was removed/,
    );
    expect(readdirSync(cache)).toEqual([]);
  });

  test('without an answer it says what to put where', async () => {
    const cache = inCache('offline');
    const url = `https://www.cs.toronto.edu/~kriz/${NAME}`;
    await expect(fetchImageSet('cifar10', { address: 'http://127.0.0.1:9/' })).rejects.toThrow(
      `download ${url} (1 MiB) and put the content of its folder into ${join(cache, 'cifar-10')}`,
    );
    await expect(loadImageSet('cifar100')).rejects.toThrow('cifar-100-binary.tar.gz (161 MiB) and put the content');
    await expect(loadImageSet('signs')).rejects.toThrow('it has no public address');
    await expect(fetchImageSet('cifar11')).rejects.toThrow(/fetchImageSet: name .*did you mean 'cifar10'/);
  });
});

describe('nabla data', () => {
  test('lists the sets, and downloads one', async () => {
    const cache = inCache('command');
    const listed = JSON.parse(await run(dataCommand(), ['--json']));
    expect(listed.map(({ name }: { name: string }) => name)).toEqual([
      'mnist',
      'fashion-mnist',
      'cifar10',
      'cifar100',
      'signs',
      'flowers',
    ]);
    expect(listed[2]).toMatchObject({ folder: null, licence: 'none stated' });
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const folder = join(cache, 'cifar-10');
    expect(await run(dataCommand(), ['cifar10', '--address', address])).toContain(`cifar10 is in ${folder}`);
    expect(await run(dataCommand(), ['cifar10'])).toBe(`cifar10 is in ${folder}`);
    expect(await run(dataCommand(), [])).toContain(`  in ${folder}`);
  });
});
