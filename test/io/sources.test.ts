import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ValueError } from '../../src/base/errors.js';
import { inspectFile } from '../../src/io/inspect.js';
import { loadLayersModel, loadModel, loadWeights } from '../../src/io/load.js';
import { encodeModel, saveModel } from '../../src/io/save.js';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import type { WritableFile } from '../../src/training/options/save-options.js';
import { expectFormatError, onCpu, smallSequential, temporaryFolder, valuesOf } from './helpers.js';

onCpu();
const folder = temporaryFolder();

/** A server of the folder, and what a page on the net can be like. */
let server: Server;
let base: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://host');
    if (url.pathname === '/broken') return void response.socket?.destroy();
    if (url.pathname.startsWith('/signed/') && url.search !== '?key=1') return void response.writeHead(403).end();
    try {
      const bytes = readFileSync(join(folder, url.pathname.replace('/signed/', '/')));
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

describe('a model', () => {
  const model = () => smallSequential();

  test('comes from a path, a file URL, a URL, a File, a Blob, bytes and a buffer', async () => {
    const original = model();
    const path = join(folder, 'model.keras');
    await saveModel(original, path);
    const expected = valuesOf(original.getWeights());
    const bytes = new Uint8Array(readFileSync(path));
    const sources = [
      path,
      pathToFileURL(path),
      pathToFileURL(path).href,
      `${base}/model.keras`,
      new URL(`${base}/model.keras`),
      new File([bytes], 'model.keras'),
      new Blob([bytes]),
      bytes,
      readFileSync(path),
      bytes.buffer,
    ];
    for (const source of sources) {
      const loaded = await loadModel(source);
      expect(valuesOf(loaded.getWeights())).toEqual(expected);
      loaded.dispose();
    }
  });

  test('reports the received fraction', async () => {
    await saveModel(model(), join(folder, 'told.h5'));
    const fractions: number[] = [];
    await loadModel(`${base}/told.h5`, { onProgress: (fraction) => void fractions.push(fraction) });
    expect(fractions.at(-1)).toBe(1);
    expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
  });

  test('that cannot be had says why', async () => {
    await expectFormatError(loadModel(`${base}/nowhere.keras`), /nowhere\.keras: HTTP 404/);
    await expectFormatError(loadModel(`${base}/broken`), /broken: cannot be downloaded/);
    await expectFormatError(loadModel(folder), /a folder|EISDIR/);
    await saveModel(model(), join(folder, 'large.keras'));
    await expectFormatError(loadModel(join(folder, 'large.keras'), { maxBytes: 100 }), /expected at most 100/);
    await expectFormatError(
      loadModel(`${base}/large.keras`, { maxBytes: 100 }),
      /large\.keras: \d+ bytes, expected at most 100/,
    );
    await expect(loadModel(7 as never)).rejects.toThrow(/given 7, expected a path/);
  });

  test('goes to a file handle of a page', async () => {
    const written: Uint8Array[] = [];
    let closed = false;
    const handle: WritableFile = {
      name: 'handle.safetensors',
      createWritable: async () => ({
        write: async (data) => void written.push(data),
        close: async () => {
          closed = true;
        },
      }),
    };
    const original = model();
    await saveModel(original, handle);
    expect(closed).toBe(true);
    expect(valuesOf((await loadModel(written[0])).getWeights())).toEqual(valuesOf(original.getWeights()));
    await expect(saveModel(original, 'downloads://model.keras')).rejects.toThrow(/no page to download from/);
  });
});

describe('model.json of TensorFlow.js', () => {
  test('is distinguished from other JSON', async () => {
    const bytes = new TextEncoder().encode('{ "name": "nabla", "version": "0.1.0" }');
    const message = /not a model: JSON without any of modelTopology, weightsManifest, model_config, class_name/;
    await expectFormatError(loadModel(bytes), message);
    await expectFormatError(inspectFile(bytes), message);
  });

  const config = {
    class_name: 'Sequential',
    config: {
      name: 'from_tfjs',
      layers: [
        { class_name: 'Dense', config: { name: 'first', units: 2, activation: 'relu', batch_input_shape: [null, 2] } },
        { class_name: 'Dense', config: { name: 'second', units: 1, use_bias: false } },
      ],
    },
  };
  const values = [
    [1, 2, 3, 4],
    [0.5, -0.5],
    [1, -1],
  ];
  const shapes = [[2, 2], [2], [2, 1]];
  const names = ['first/kernel', 'first/bias', 'second/kernel'];

  const manifest = (extra: object = {}) =>
    names.map((name, index) => ({ name, shape: shapes[index], dtype: 'float32', ...extra }));

  function save(name: string, topology: object, weights: object[], shards: Record<string, Uint8Array>): string {
    const json = {
      format: 'layers-model',
      modelTopology: topology,
      weightsManifest: [{ paths: Object.keys(shards), weights }],
    };
    writeFileSync(join(folder, name), JSON.stringify(json));
    for (const [shard, bytes] of Object.entries(shards)) writeFileSync(join(folder, shard), bytes);
    return join(folder, name);
  }

  const floats = new Uint8Array(Float32Array.from(values.flat()).buffer);
  // A shard ends in the middle of a number: shards are one stream.
  const shards = { 'group1-shard1of2.bin': floats.subarray(0, 18), 'group1-shard2of2.bin': floats.subarray(18) };

  test('with its shards: from paths, URLs and files', async () => {
    const path = save('model.json', { keras_version: '2.4.0', model_config: config }, manifest(), shards);
    const files = ['model.json', ...Object.keys(shards)].map(
      (name) => new File([readFileSync(join(folder, name))], name),
    );
    for (const source of [path, `file://${path}`, `${base}/model.json`, `${base}/signed/model.json?key=1`, files]) {
      const model = await loadLayersModel(source);
      expect(model.name).toBe('from_tfjs');
      expect(valuesOf(model.getWeights())).toEqual(values);
      expect(valuesOf(model.predict([[1, 1]]))).toEqual([[4.5 - 5.5]]);
    }
  });

  test('as tfjs itself saves it, its optimizer in the config', async () => {
    const training = {
      loss: 'mean_squared_error',
      metrics: [],
      optimizer_config: { class_name: 'Adam', config: { learning_rate: 0.01 } },
    };
    const path = save(
      'own.json',
      { ...config, keras_version: 'tfjs-layers 4.22.0', training_config: training },
      manifest(),
      shards,
    );
    const model = await loadModel(path);
    expect(model.optimizer.learningRate).toBe(0.01);
    expect(valuesOf(model.getWeights())).toEqual(values);
  });

  test('with quantized weights', async () => {
    const steps = Uint8Array.from(values.flat(), (value) => Math.round((value + 1) / 0.5));
    const quantization = { dtype: 'uint8', scale: 0.5, min: -1 };
    const bytes = save('bytes.json', config, manifest({ quantization }), { 'q8.bin': steps });
    expect(valuesOf((await loadModel(bytes)).getWeights())).toEqual(values);
    const words = new Uint8Array(Uint16Array.from(steps).buffer);
    const sixteen = save('words.json', config, manifest({ quantization: { ...quantization, dtype: 'uint16' } }), {
      'q16.bin': words,
    });
    expect(valuesOf((await loadModel(sixteen)).getWeights())).toEqual(values);
    // 1, 2, 3, 4, 0.5, −0.5, 1, −1 as binary16.
    const halves = new Uint8Array(
      Uint16Array.of(0x3c00, 0x4000, 0x4200, 0x4400, 0x3800, 0xb800, 0x3c00, 0xbc00).buffer,
    );
    const half = save('half.json', config, manifest({ quantization: { dtype: 'float16' } }), { 'f16.bin': halves });
    expect(valuesOf((await loadModel(half)).getWeights())).toEqual(values);
    const { format, arrays } = await inspectFile(half);
    expect(format).toBe('tfjs model.json');
    expect(arrays).toEqual(names.map((name, index) => ({ name, shape: shapes[index], dtype: 'float16' })));
  });

  test('that is not a layers model, or whose shards are wrong', async () => {
    const graph = join(folder, 'graph.json');
    writeFileSync(graph, JSON.stringify({ format: 'graph-model', modelTopology: { node: [] } }));
    await expectFormatError(loadModel(graph), /graph model of TensorFlow ops/);
    const short = save('short.json', config, manifest(), { 'short.bin': floats.subarray(0, 16) });
    await expectFormatError(loadModel(short), /take 32 bytes, but its files have 16/);
    const missing = save('missing.json', config, manifest(), {});
    writeFileSync(missing, readFileSync(missing, 'utf8').replace('"paths":[]', '"paths":["gone.bin"]'));
    await expectFormatError(loadModel(missing), /gone\.bin: no such file/);
    for (const path of ['../secret.bin', '/etc/passwd']) {
      writeFileSync(missing, readFileSync(missing, 'utf8').replace(/"paths":\[".*?"\]/, `"paths":["${path}"]`));
      await expectFormatError(loadModel(missing), /outside its folder/);
    }
    const json = new File([readFileSync(missing)], 'missing.json');
    await expectFormatError(loadModel(json), /give both files/);
  });
});

test('safetensors of other programs: 16-bit floats, any order', async () => {
  const header = JSON.stringify({
    'd/bias': { dtype: 'BF16', shape: [2], data_offsets: [8, 12] },
    'd/kernel': { dtype: 'F16', shape: [2, 2], data_offsets: [0, 8] },
  });
  const bytes = new Uint8Array(8 + header.length + 12);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(header.length), true);
  bytes.set(new TextEncoder().encode(header), 8);
  // 1, −2, 65504 and the least number of binary16; 1 and −2 of bfloat16.
  for (const [index, bits] of [0x3c00, 0xc000, 0x7bff, 0x0001, 0x3f80, 0xc000].entries()) {
    view.setUint16(8 + header.length + 2 * index, bits, true);
  }
  const model = sequential({ layers: [layers.dense({ units: 2, name: 'd', inputShape: [2] })] });
  await loadWeights(model, bytes);
  expect(valuesOf(model.getWeights())).toEqual([
    [1, -2, 65504, 2 ** -24],
    [1, -2],
  ]);
  await expectFormatError(loadModel(bytes), /weights without a model/);
  expect(await encodeModel(model, 'safetensors')).toBeInstanceOf(Uint8Array);
});

describe('invalid sources, targets and formats', () => {
  test.each<[string, () => Promise<unknown>, string]>([
    ['a store of a page', () => loadModel('localstorage://model'), 'localstorage://: localStorage is not available'],
    ['nothing', () => loadModel(undefined as never), 'given undefined, expected a path, a URL'],
    [
      'no target',
      () => saveModel(smallSequential(), undefined as never),
      'saveModel: given undefined, expected a path',
    ],
    ['a handle without a name', () => saveModel(smallSequential(), {} as never), 'given {}, expected a path'],
    ['an ending', () => saveModel(smallSequential(), 'model.onnx'), 'model.onnx: expected the extension .keras'],
    [
      'a format',
      () => saveModel(smallSequential(), 'model.keras', { format: 'onnx' as never }),
      "saveModel: format is 'onnx', expected one of 'keras', 'weights.h5', 'h5', 'safetensors'",
    ],
    [
      'a format in bytes',
      () => encodeModel(smallSequential(), 'constructor' as never),
      "encodeModel: format is 'constructor', expected one of",
    ],
  ])('%s', async (_, call, message) => {
    await expect(call()).rejects.toThrow(ValueError);
    await expect(call()).rejects.toThrow(message);
  });

  test('tfjs: an error in a config that is not JSON names its place', async () => {
    const json = JSON.stringify({ modelTopology: { model_config: '{"class_name"' }, weightsManifest: [] });
    await expectFormatError(loadModel(new TextEncoder().encode(json)), /bytes: model_config: not JSON/);
  });
});
