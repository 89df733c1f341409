import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { download } from '../../src/datasets/download.js';
import { loadFashionMnist } from '../../src/datasets/fashion-mnist.js';
import { expectFormatError, hasShared, SHARED_DATA, temporaryFolder } from './helpers.js';

const folder = temporaryFolder();
const body = Buffer.alloc(300_000, 'nabla');
const sha256 = createHash('sha256').update(body).digest('hex');
const requests: string[] = [];

const ranges: number[] = [];

const answers: Record<string, (response: ServerResponse, range?: string) => void> = {
  whole: (response) => response.end(body),
  wrong: (response) => response.end(Buffer.alloc(body.length, 'other')),
  short: (response) => response.end(body.subarray(0, 1000)),
  long: (response) => response.end(Buffer.concat([body, body])),
  missing: (response) => response.writeHead(404).end(),
  cut(response) {
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, 1000), () => setTimeout(() => response.destroy(), 20));
  },
  ranged(response, range) {
    const first = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    if (first > 0) response.writeHead(206, { 'content-range': `bytes ${first}-${body.length - 1}/${body.length}` });
    ranges.push(first);
    // The first try ends after 200,000 bytes.
    if (first > 0) response.end(body.subarray(first));
    else response.write(body.subarray(0, 200_000), () => setTimeout(() => response.destroy(), 20));
  },
  stall(response) {
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, 1000));
  },
};

const server = createServer((request, response) => {
  const name = request.url?.slice(1) ?? '';
  requests.push(name);
  const official = join(SHARED_DATA, 'fashion-mnist', name);
  if (answers[name]) answers[name](response, request.headers.range);
  else if (existsSync(official)) response.end(readFileSync(official));
  else response.writeHead(404).end();
});
let address = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests.length = 0;
});

const file = (name: string) => ({ url: address + name, bytes: body.length, sha256 });

describe('download', () => {
  test('puts the whole file in place and reports progress', async () => {
    const path = join(folder, 'deep', 'whole');
    let last = 0;
    await download(file('whole'), path, { onProgress: (received) => (last = received) });
    expect(readFileSync(path).equals(body)).toBe(true);
    expect(last).toBe(body.length);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['whole']);
  });

  test.each([
    ['wrong', /sha256 is [0-9a-f]{64}, expected [0-9a-f]{64}/],
    ['long', /more than the expected 300000 bytes/],
    ['missing', /HTTP 404, expected 200/],
  ])('leaves nothing behind when the answer is %s', async (name, message) => {
    const target = join(folder, `failed-${name}`, name);
    await expectFormatError(download(file(name), target, { stallTimeout: 2000 }), `${address}${name}`, message);
    expect(readdirSync(join(folder, `failed-${name}`))).toEqual([]);
  });

  test.each([
    ['short', /cut off after 1000 of 300000 bytes/],
    ['cut', /cut off after 1000 of 300000 bytes/],
    ['stall', /cut off after 1000 of 300000 bytes \(no data for 500 ms\)/],
  ])('keeps what came before the connection broke: %s', async (name, message) => {
    const target = join(folder, `kept-${name}`, name);
    await expectFormatError(download(file(name), target, { stallTimeout: 500 }), `${address}${name}`, message);
    expect(readdirSync(join(folder, `kept-${name}`))).toEqual([`${name}.part`]);
    // A server without ranges sends all of it again.
    await download({ ...file(name), url: `${address}whole` }, target);
    expect(readFileSync(target).equals(body)).toBe(true);
    expect(readdirSync(join(folder, `kept-${name}`))).toEqual([name]);
  });

  test('continues where it was cut off', async () => {
    const target = join(folder, 'continued', 'file');
    await expect(download(file('ranged'), target)).rejects.toThrow('cut off after 200000 of 300000 bytes');
    const seen: number[] = [];
    await download(file('ranged'), target, { onProgress: (received) => void seen.push(received) });
    expect(ranges).toEqual([0, 200_000]);
    expect(seen[0]).toBeGreaterThan(200_000);
    expect(readFileSync(target).equals(body)).toBe(true);
  });

  test('continues after a process that was killed, not in the part of one that runs', async () => {
    const target = join(folder, 'killed', 'file');
    mkdirSync(join(folder, 'killed'));
    const [old, fresh] = [`${target}.1.part`, `${target}.2.part`];
    for (const part of [old, fresh]) writeFileSync(part, body.subarray(0, 100_000));
    const hourAgo = new Date(Date.now() - 3_600_000);
    utimesSync(old, hourAgo, hourAgo);
    ranges.length = 0;
    await download(file('ranged'), target);
    expect(ranges).toEqual([100_000]);
    expect(readFileSync(target).equals(body)).toBe(true);
    expect(readdirSync(join(folder, 'killed')).sort()).toEqual(['file', 'file.2.part']);
  });

  test('a part that was damaged ends in a wrong sum, and is not kept', async () => {
    const target = join(folder, 'damaged', 'file');
    mkdirSync(join(folder, 'damaged'));
    writeFileSync(`${target}.part`, Buffer.alloc(200_000, 'other'));
    await expect(download(file('ranged'), target)).rejects.toThrow(/sha256 is/);
    expect(readdirSync(join(folder, 'damaged'))).toEqual([]);
  });

  test('says when the disk is full', async () => {
    const target = join(folder, 'full', 'file');
    const module = new URL('../../src/datasets/download.ts', import.meta.url).href;
    const remote = JSON.stringify(file('whole'));
    const program = `const { download } = await import('${module}');
      await download(${remote}, '${target}').catch((error) => console.log(error.name, error.message));`;
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    // 100 blocks of 1,024 bytes; the signal of the limit is ignored, as Node does.
    const shell = `ulimit -f 100; trap '' XFSZ; exec "$0" --import tsx --input-type=module -e "$1"`;
    const printed = await new Promise<string>((resolve) =>
      execFile(
        'bash',
        ['-c', shell, process.execPath, program],
        { cwd, env: { ...process.env, TSX_DISABLE_CACHE: '1' } },
        (_, out) => resolve(out),
      ),
    );
    expect(printed).toMatch(/^FileError .*full.file: cannot be written: /);
    expect(readdirSync(join(folder, 'full'))).toEqual([]);
  });

  test('reports that no server answers', async () => {
    const url = 'http://127.0.0.1:9/x';
    await expectFormatError(download({ ...file('x'), url }, join(folder, 'x')), url, /cannot be downloaded/);
  });

  test('stops when it is aborted', async () => {
    const control = new AbortController();
    const options = { signal: control.signal, onProgress: () => control.abort() };
    await expectFormatError(download(file('stall'), join(folder, 'y'), options), 'stall', /cut off after 1000/);
  });
});

describe.skipIf(!hasShared('fashion-mnist'))('the full Fashion-MNIST from its address (needs ../shared)', () => {
  test('is downloaded once, and read from the cache after that', async () => {
    vi.stubEnv('NABLA_DATA', '');
    vi.stubEnv('NABLA_CACHE', join(folder, 'cache'));
    const { train } = await loadFashionMnist({ source: 'full', address });
    expect(train.images.shape[0]).toBe(60_000);
    expect(requests).toHaveLength(4);
    await loadFashionMnist({ source: 'full', address });
    expect(requests).toHaveLength(4);
    vi.unstubAllEnvs();
  });

  test('may be downloaded by two processes at once', async () => {
    const cache = join(folder, 'shared-cache');
    const module = new URL('../../src/datasets/fashion-mnist.ts', import.meta.url).href;
    const program = `const { loadFashionMnist } = await import('${module}');
      const { test } = await loadFashionMnist({ source: 'full', address: '${address}' });
      console.log(test.images.shape[0]);`;
    const run = () =>
      new Promise<string>((resolve) => {
        const options = {
          cwd: fileURLToPath(new URL('../..', import.meta.url)),
          env: { ...process.env, NABLA_CACHE: cache, NABLA_DATA: '' },
        };
        const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], options);
        let output = '';
        child.stdout.on('data', (text) => (output += text));
        child.stderr.on('data', (text) => (output += text));
        child.on('close', () => resolve(output.trim()));
      });
    expect(await Promise.all([run(), run()])).toEqual(['10000', '10000']);
    expect(readdirSync(join(cache, 'fashion-mnist')).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(requests.length).toBeGreaterThanOrEqual(4);
  });
});
