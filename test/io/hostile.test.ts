import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/io/bytes/json.js';
import { writeZip } from '../../src/io/bytes/zip.js';
import { inspectFile } from '../../src/io/inspect.js';
import { loadModel, loadWeights } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import { expectFormatError, onCpu, smallSequential, temporaryFolder, valuesOf } from './helpers.js';

/* Files that claim more than they hold, and files that are something else: refused by name, before memory is taken. */

onCpu();
const folder = temporaryFolder();
const bytesOf = (text: string) => new TextEncoder().encode(text);
const named = (content: string | Uint8Array, name: string): File => new File([content as never], name);
const dense = (units: number, inputs: number) =>
  sequential({ layers: [layers.dense({ units, useBias: false, name: 'd', inputShape: [inputs] })] });

describe('amplifiers', () => {
  test('a shard that is listed 3,000 times is refused before it is read', async () => {
    const weights = [{ name: 'd/kernel', shape: [3000, 1], dtype: 'float32' }];
    const manifest = [{ paths: Array.from({ length: 3000 }, () => 'w.bin'), weights }];
    const json = JSON.stringify({ modelTopology: { class_name: 'Sequential', config: [] }, weightsManifest: manifest });
    await expectFormatError(
      loadModel([named(json, 'model.json'), named(new Uint8Array(4), 'w.bin')]),
      /lists "w.bin" twice/,
    );
  });

  test('a config of more than 64 MiB in an archive is not unpacked', async () => {
    const { zipSync } = await import('fflate');
    const bomb = zipSync({ 'config.json': new Uint8Array(2 ** 26 + 1), 'metadata.json': bytesOf('{}') }, { level: 9 });
    expect(bomb.length).toBeLessThan(100_000);
    await expectFormatError(
      loadModel(named(bomb, 'bomb.keras')),
      /config\.json unpacks to 67108865 bytes, expected at most 67108864/,
    );
  });

  test('packed weights of more than the model can use are not unpacked', async () => {
    const { unzipSync, zipSync } = await import('fflate');
    const parts = unzipSync(await encodeModel(dense(2, 2), 'keras'));
    const padded = new Uint8Array(2 ** 24);
    padded.set(parts['model.weights.h5']);
    const bomb = zipSync({ ...parts, 'model.weights.h5': padded }, { level: 9 });
    await expectFormatError(
      loadModel(named(bomb, 'bomb.keras')),
      /model\.weights\.h5 unpacks to 16777216 bytes, expected at most/,
    );
  });

  const PYTHON = '/usr/bin/python3';
  const hasH5py = spawnSync(PYTHON, ['-c', 'import h5py']).status === 0;
  test.skipIf(!hasH5py)('a packed array of another shape is not unpacked (needs h5py)', async () => {
    const path = join(folder, 'zeros.h5');
    const program = `import h5py, numpy, sys
with h5py.File(sys.argv[1], 'w') as file:
    file.attrs['layer_names'] = ['d']
    group = file.create_group('d')
    group.attrs['weight_names'] = ['kernel:0']
    group.create_dataset('kernel:0', shape=(2000, 2000), dtype='f4', chunks=(2000, 2000), compression='gzip', fillvalue=0)
    group['kernel:0'][...] = 0`;
    execFileSync(PYTHON, ['-c', program, path]);
    await expectFormatError(loadWeights(dense(3, 8), path), /the file has \[2000,2000\], d\/kernel is \[8,3\]/);
    expect((await inspectFile(path)).arrays).toEqual([{ name: 'd/kernel:0', shape: [2000, 2000], dtype: 'float32' }]);
  });

  test('JSON that does not end is scanned once', () => {
    const began = performance.now();
    for (const text of [`"${'\\"'.repeat(2_000_000)}`, '['.repeat(100), `{"a":${'"\\\\'.repeat(500_000)}`]) {
      expect(() => parseJson(text, { name: 'f' }, 'config')).toThrow(/f: config: not JSON/);
    }
    // The quadratic scan took 34 s for a tenth of it.
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test.skipIf(process.platform !== 'linux')('a device without end is read up to maxBytes (Linux)', async () => {
    await expectFormatError(loadModel('/dev/zero', { maxBytes: 1_000_000 }), '/dev/zero: more than 1000000 bytes');
  });

  test('a chain of 8,000 layers', async () => {
    const chain = Array.from({ length: 8000 }, (_, index) => ({
      class_name: 'Activation',
      name: `a${index}`,
      config: { name: `a${index}`, activation: 'relu' },
      inbound_nodes: [[[index === 0 ? 'in' : `a${index - 1}`, 0, 0, {}]]],
    }));
    const start = {
      class_name: 'InputLayer',
      name: 'in',
      config: { name: 'in', batch_input_shape: [null, 2] },
      inbound_nodes: [],
    };
    const config = {
      name: 'm',
      layers: [start, ...chain],
      input_layers: [['in', 0, 0]],
      output_layers: [['a7999', 0, 0]],
    };
    const json = JSON.stringify({ modelTopology: { class_name: 'Model', config } });
    const model = await loadModel(named(json, 'model.json'), { strict: false });
    expect(model.layers).toHaveLength(8001);
    expect(valuesOf(model.predict([[1, -1]]))).toEqual([[1, 0]]);
  });
});

describe('other files in place of a model', () => {
  test.each([
    [
      'a Git LFS pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
      /Git LFS pointer.*git lfs pull/,
    ],
    ['a page', '<!DOCTYPE html>\n<html><body>Not found</body></html>', /an HTML page/],
    ['a pickle', Uint8Array.of(0x80, 0x02, 0x8a, 0x0a), /Python pickle, which contains code and is not loaded/],
    ['a gzip file', Uint8Array.of(0x1f, 0x8b, 8, 0), /compressed with gzip/],
  ])('%s', async (_, content, message) => {
    await expectFormatError(loadModel(named(content, 'model.h5')), 'model.h5', message);
    await expectFormatError(inspectFile(named(content, 'model.h5')), 'model.h5', message);
  });

  test('a Git LFS pointer as a shard', async () => {
    const weights = [{ name: 'd/kernel', shape: [2, 1], dtype: 'float32' }];
    const json = JSON.stringify({
      modelTopology: { class_name: 'Sequential', config: [] },
      weightsManifest: [{ paths: ['w.bin'], weights }],
    });
    const pointer = named('version https://git-lfs.github.com/spec/v1\noid', 'w.bin');
    await expectFormatError(loadModel([named(json, 'model.json'), pointer]), /w\.bin: a Git LFS pointer/);
  });

  test('a PyTorch archive', async () => {
    const bytes = await writeZip({ 'model/data.pkl': Uint8Array.of(0x80, 2) });
    await expectFormatError(loadModel(named(bytes, 'model.pt')), /there is no config\.json.*PyTorch archive/);
  });

  const architecture = {
    class_name: 'Sequential',
    config: {
      name: 's',
      layers: [{ class_name: 'Dense', config: { name: 'd', units: 1, batch_input_shape: [null, 2] } }],
    },
    keras_version: '2.4.0',
  };
  test('an architecture without weights, also as a text in JSON', async () => {
    for (const content of [JSON.stringify(architecture), JSON.stringify(JSON.stringify(architecture))]) {
      await expectFormatError(
        loadModel(named(content, 'model.json')),
        /an architecture without weights.*strict: false/,
      );
      const reports: unknown[] = [];
      const model = await loadModel(named(content, 'model.json'), {
        strict: false,
        onReport: (report) => reports.push(report),
      });
      expect(model.layers[0].name).toBe('d');
      expect(reports).toEqual([{ loaded: [], missing: ['d/kernel', 'd/bias'], skipped: expect.any(Array) }]);
    }
  });

  test('the contents of a file in place of its path are not printed whole', async () => {
    const text = JSON.stringify({ ...architecture, padding: 'x'.repeat(10_000) });
    const error = await loadModel(text).catch((reason) => reason);
    expect(error.message).toMatch(/^loadModel: given '\{"class_name".*expected a path or a URL/);
    expect(error.message.length).toBeLessThan(300);
    const list = await loadModel(Array.from({ length: 1000 }, () => 1) as never).catch((reason) => reason);
    expect(list.message.length).toBeLessThan(200);
  });

  test('values of wrong types are named without the words of JavaScript', async () => {
    for (const wrong of [
      {
        class_name: 'Dense',
        config: { name: 'd', units: 1, kernel_initializer: { class_name: 5, config: 7 }, batch_input_shape: [null, 2] },
      },
      { class_name: 'Dense', config: { name: 7, units: 1, batch_input_shape: [null, 2] } },
      { class_name: 'Dense', config: [] },
      {
        class_name: 'Dense',
        config: { name: 'd', units: 1, activation: { class_name: [] }, batch_input_shape: [null, 2] },
      },
    ]) {
      const json = JSON.stringify({ class_name: 'Sequential', config: { name: 's', layers: [wrong] } });
      const error = await loadModel(named(json, 'model.json'), { strict: false }).catch((reason) => reason);
      expect(error.message).toMatch(/^model\.json/);
      expect(error.message).not.toMatch(/is not a function|undefined|Cannot read|not iterable/);
    }
  });
});

test('failing loads leave a process as it was', async () => {
  const bytes = await encodeModel(smallSequential(), 'h5');
  const load = async (at: number) => {
    const damaged = bytes.slice();
    damaged.fill(0xff, at, at + 16);
    const error = await loadModel(named(damaged, 'damaged.h5')).catch((reason) => reason);
    return error instanceof Error;
  };
  for (let i = 0; i < 100; i++) await load(200 + 8 * i);
  const before = process.memoryUsage().rss;
  let failed = 0;
  for (let i = 0; i < 600; i++) if (await load(96 + 8 * (i % 200))) failed++;
  expect(failed).toBeGreaterThan(100);
  expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
  (await loadModel(named(bytes, 'whole.h5'))).dispose();
}, 120_000);

test('progress without a length is reported in bytes', async () => {
  const bytes = await encodeModel(smallSequential(), 'keras');
  const server = createServer((_, response) => {
    response.write(bytes.subarray(0, 1000));
    setTimeout(() => response.end(bytes.subarray(1000)), 20);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const told: [number, number, number | null][] = [];
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.keras`;
  await loadModel(url, { onProgress: (fraction, { received, total }) => void told.push([fraction, received, total]) });
  server.close();
  expect(told[0]).toEqual([0, expect.any(Number), null]);
  expect(told.at(-1)).toEqual([1, bytes.length, bytes.length]);
});

test('tfjs’s options of a download are used, and its others refused', async () => {
  const model = dense(1, 2);
  const weights = new Uint8Array(Float32Array.of(3, 4).buffer);
  const json = {
    modelTopology: {
      class_name: 'Sequential',
      config: {
        name: 's',
        layers: [
          { class_name: 'Dense', config: { name: 'd', units: 1, use_bias: false, batch_input_shape: [null, 2] } },
        ],
      },
    },
    weightsManifest: [{ paths: ['w.bin'], weights: [{ name: 'd/kernel', shape: [2, 1], dtype: 'float32' }] }],
  };
  writeFileSync(join(folder, 'unused'), '');
  const asked: [string, unknown][] = [];
  const fetchFunc = (async (url: string, init?: RequestInit) => {
    asked.push([url, init?.headers]);
    return new Response(url.endsWith('.json') ? JSON.stringify(json) : weights);
  }) as typeof fetch;
  const headers = { authorization: 'key' };
  const loaded = await loadModel('https://host/m/model.json', {
    requestInit: { headers },
    fetchFunc,
    weightPathPrefix: 'https://cdn/',
  });
  expect(valuesOf(loaded.getWeights())).toEqual([[3, 4]]);
  expect(asked).toEqual([
    ['https://host/m/model.json', headers],
    ['https://cdn/w.bin', headers],
  ]);
  await expect(loadModel('x', { fromTFHub: true } as never)).rejects.toThrow('there is no option fromTFHub');
  model.dispose();
});
