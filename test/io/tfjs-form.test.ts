import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as nabla from '../../src/index.js';
import { toHalfFloats } from '../../src/io/bytes/half-floats.js';
import { decodeNumbers } from '../../src/io/bytes/stored-array.js';
import type { ModelArtifacts } from '../../src/training/options/model-artifacts.js';
import { startBackend } from '../support/backends.js';
import { tfjs } from '../support/tfjs.js';

/* Models in tfjs's form: through handlers, files and stores, and to and from tfjs 4.22 itself. */

const folder = mkdtempSync(join(tmpdir(), 'nabla-tfjs-form-'));

beforeAll(async () => {
  await startBackend('cpu');
  await tfjs?.setBackend('cpu');
});
afterAll(() => rmSync(folder, { recursive: true }));

const { layers } = nabla;

/** The same calls make each model of both packages. */
const MODELS: Readonly<Record<string, (tf: typeof nabla) => nabla.Model>> = {
  'a sequence of convolutions': (tf) =>
    tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 3], padding: 'same' }),
        tf.layers.batchNormalization({}),
        tf.layers.maxPooling2d({ poolSize: 2, strides: 2 }),
        tf.layers.separableConv2d({ filters: 5, kernelSize: 3, useBias: true }),
        tf.layers.leakyReLU({ alpha: 0.2 } as object),
        tf.layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2 }),
        tf.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
        tf.layers.dropout({ rate: 0.3 }),
        tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: 'heNormal' }),
      ],
    }),
  'a graph with branches and a shared layer': (tf) => {
    const x = tf.input({ shape: [8, 8, 3] });
    const flat = tf.layers.flatten().apply(x) as nabla.SymbolicTensor;
    const shared = tf.layers.dense({
      units: 4,
      activation: 'tanh',
      kernelRegularizer: tf.regularizers.l2({ l2: 0.1 }),
    });
    const left = shared.apply(flat) as nabla.SymbolicTensor;
    const scaled = tf.layers.dense({ units: 192, activation: 'elu' }).apply(flat) as nabla.SymbolicTensor;
    const right = shared.apply(scaled) as nabla.SymbolicTensor;
    const sum = tf.layers.add().apply([left, right]) as nabla.SymbolicTensor;
    const joined = tf.layers.concatenate({ axis: -1 }).apply([sum, left]) as nabla.SymbolicTensor;
    return tf.model({ inputs: x, outputs: tf.layers.layerNormalization({}).apply(joined) as nabla.SymbolicTensor });
  },
  'a model in a model': (tf) => {
    const inner = tf.sequential({ layers: [tf.layers.dense({ units: 6, activation: 'relu', inputShape: [192] })] });
    return tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [8, 8, 3] }),
        inner,
        tf.layers.dense({ units: 2, activation: 'sigmoid' }),
      ],
    });
  },
  'models of both kinds in a graph, called twice, nested deep, in the middle and at the end': (tf) => {
    const small = (units: number, name: string, size: number) =>
      tf.sequential({ name, layers: [tf.layers.dense({ units, activation: 'tanh', inputShape: [size] })] });
    const graph = (name: string) => {
      const input = tf.input({ shape: [4] });
      const inside = small(4, `${name}_inside`, 4);
      const once = inside.apply(input) as nabla.SymbolicTensor;
      const sum = tf.layers.add().apply([input, inside.apply(once) as nabla.SymbolicTensor]) as nabla.SymbolicTensor;
      return tf.model({ name, inputs: input, outputs: [sum, small(2, `${name}_end`, 4).apply(sum)] as never });
    };
    const image = tf.input({ shape: [8, 8, 3] });
    const flat = tf.layers.flatten().apply(image) as nabla.SymbolicTensor;
    const shared = graph('shared');
    const first = shared.apply(small(4, 'first', 192).apply(flat)) as unknown as nabla.SymbolicTensor[];
    const second = shared.apply(first[0]) as unknown as nabla.SymbolicTensor[];
    const last = small(3, 'last', 4);
    last.apply(first[0]);
    const joined = tf.layers.concatenate({ axis: -1 }).apply([first[1], second[1]]) as nabla.SymbolicTensor;
    const middle = small(4, 'middle', 4).apply(joined) as nabla.SymbolicTensor;
    return tf.model({ inputs: image, outputs: last.apply(middle) as nabla.SymbolicTensor });
  },
  'several recurrent layers of a kind, both ways and in time': (tf) =>
    tf.sequential({
      layers: [
        tf.layers.reshape({ targetShape: [16, 12], inputShape: [8, 8, 3] }),
        tf.layers.lstm({ units: 3, returnSequences: true }),
        tf.layers.bidirectional({
          layer: tf.layers.lstm({ units: 2, returnSequences: true }) as never,
          mergeMode: 'concat',
        }),
        tf.layers.gru({ units: 3, returnSequences: true, name: 'named', resetAfter: false }),
        tf.layers.simpleRNN({ units: 3 }),
        tf.layers.repeatVector({ n: 2 }),
        tf.layers.lstm({ units: 2, returnSequences: true }),
        tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 3 }) }),
        tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2 }) }),
      ],
    }),
  'resizing, padding and transposed convolution': (tf) =>
    tf.sequential({
      layers: [
        tf.layers.zeroPadding2d({ padding: [1, 2], inputShape: [8, 8, 3] }),
        tf.layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2 }),
        tf.layers.upSampling2d({ size: [2, 2] }),
        tf.layers.cropping2D({
          cropping: [
            [1, 0],
            [2, 2],
          ],
        }),
        tf.layers.averagePooling2d({ poolSize: [3, 2], strides: 2, padding: 'same' }),
        tf.layers.prelu({}),
        tf.layers.flatten(),
        tf.layers.dense({ units: 2, activation: 'softplus' }),
      ],
    }),
};

const PICTURES = Float32Array.from({ length: 2 * 192 }, (_, i) => Math.sin(i * i * 0.37));

const predict = (tf: typeof nabla, model: nabla.Model): number[] => {
  const x = tf.tensor4d(PICTURES, [2, 8, 8, 3]);
  return [...(model.predict(x as never) as nabla.Tensor).dataSync()];
};

/** Weights that differ from every default. */
function disturb(tf: typeof nabla, model: nabla.Model): void {
  const values = model.getWeights().map((weight, index) => {
    const size = weight.size;
    const made = Float32Array.from({ length: size }, (_, i) => 0.3 + 0.25 * Math.sin(i * 1.7 + index));
    return tf.tensor(made, weight.shape as number[]);
  });
  model.setWeights(values as never);
}

async function artifactsOf(model: nabla.Model, options = {}): Promise<ModelArtifacts> {
  let kept: ModelArtifacts | null = null;
  const result = await model.save(
    nabla.io.withSaveHandler(async (artifacts) => {
      kept = artifacts;
      return null;
    }),
    options,
  );
  expect(result?.modelArtifactsInfo.weightDataBytes).toBe((kept!.weightData as ArrayBuffer).byteLength);
  return kept!;
}

function expectClose(given: readonly number[], expected: readonly number[], digits = 5): void {
  expect(given).toHaveLength(expected.length);
  for (const [i, value] of given.entries()) {
    const bound = 10 ** -digits * Math.max(1, Math.abs(expected[i]));
    expect(Math.abs(value - expected[i]), `value ${i}`).toBeLessThanOrEqual(bound);
  }
}

describe.each(Object.entries(MODELS))('%s', (_, make) => {
  test('comes back from memory, with the same predictions', async () => {
    const model = make(nabla);
    disturb(nabla, model);
    const loaded = await nabla.loadLayersModel(nabla.io.fromMemory(await artifactsOf(model)));
    expect(predict(nabla, loaded)).toEqual(predict(nabla, model));
    expect(loaded.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
  });

  test.skipIf(!tfjs)('tfjs 4.22 loads it and predicts the same (needs npm install in bench/peers)', async () => {
    const model = make(nabla);
    disturb(nabla, model);
    const artifacts = await artifactsOf(model);
    const theirs = await tfjs!.loadLayersModel(tfjs!.io.fromMemory(artifacts) as never);
    expectClose(predict(tfjs!, theirs), predict(nabla, model));
  });

  test.skipIf(!tfjs)('what tfjs 4.22 saved predicts the same here (needs npm install in bench/peers)', async () => {
    const theirs = make(tfjs!);
    disturb(tfjs!, theirs);
    let kept: ModelArtifacts | null = null;
    const handler = tfjs!.io.withSaveHandler(async (artifacts) => {
      kept = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date() } } as never;
    });
    await theirs.save(handler as never);
    const model = await nabla.loadLayersModel(nabla.io.fromMemory(kept!));
    expectClose(predict(nabla, model), predict(tfjs!, theirs));
  });

  test('its JSON makes the same architecture', async () => {
    const model = make(nabla);
    const twin = await nabla.models.modelFromJSON(model.toJSON());
    expect(twin.getWeights().map(({ shape }) => shape)).toEqual(model.getWeights().map(({ shape }) => shape));
    expect(JSON.parse(twin.toJSON() as string)).toEqual(model.toJSON(null, false));
    expect(JSON.parse(JSON.stringify({ model }))).toEqual({ model: model.toJSON(null, false) });
  });
});

const small = (): nabla.Sequential =>
  nabla.sequential({ layers: [layers.dense({ units: 3, inputShape: [4], kernelInitializer: 'heNormal' })] });

const outputs = (model: nabla.Model): number[] => [...(model.predict(nabla.ones([1, 4])) as nabla.Tensor).dataSync()];

describe('places', () => {
  test('a folder has model.json and weights.bin, and is replaced as a whole', async () => {
    const model = small();
    const result = await model.save(`file://${folder}/digits`);
    expect(result?.modelArtifactsInfo).toMatchObject({ modelTopologyType: 'JSON', weightDataBytes: 60 });
    const json = JSON.parse(readFileSync(join(folder, 'digits/model.json'), 'utf8'));
    expect(json).toMatchObject({ format: 'layers-model', weightsManifest: [{ paths: ['weights.bin'] }] });
    expect(outputs(await nabla.loadLayersModel(`file://${folder}/digits/model.json`))).toEqual(outputs(model));
    const other = small();
    await other.save(join(folder, 'digits/model.json'));
    expect(outputs(await nabla.loadLayersModel(join(folder, 'digits/model.json')))).toEqual(outputs(other));
  });

  test('files that a user picked', async () => {
    await small().save(`file://${folder}/picked`);
    const file = (name: string) => new File([readFileSync(join(folder, 'picked', name))], name);
    const model = await nabla.loadLayersModel(nabla.io.browserFiles([file('model.json'), file('weights.bin')]));
    expect(outputs(model)).toEqual(outputs(await nabla.loadLayersModel(join(folder, 'picked/model.json'))));
    await expect(nabla.loadLayersModel(nabla.io.browserFiles([file('model.json')]))).rejects.toThrow(
      'it references weights.bin, which is not among the files',
    );
    await expect(nabla.loadLayersModel(nabla.io.browserFiles([]))).rejects.toThrow('files is empty');
  });

  test('a server takes a form, and gives files with progress and the options of requests', async () => {
    const model = small();
    const sent: { url: string; init?: RequestInit }[] = [];
    let form: FormData | null = null;
    const fetchFunc = (async (url: string, init?: RequestInit) => {
      sent.push({ url, init });
      if (init?.method === 'POST') {
        form = init.body as FormData;
        return new Response('', { status: 200 });
      }
      const name = url.endsWith('model.json') ? 'model.json' : 'model.weights.bin';
      return new Response(await (form!.get(name) as File).arrayBuffer());
    }) as typeof fetch;
    const options = { fetchFunc, requestInit: { headers: { token: 'a' } } };
    const saved = await model.save(nabla.io.http('https://example.com/upload', options));
    expect(saved?.responses).toHaveLength(1);
    const fractions: number[] = [];
    const onProgress = (fraction: number) => void fractions.push(fraction);
    const loaded = await nabla.loadLayersModel(
      nabla.io.browserHTTPRequest('https://example.com/m/model.json', {
        ...options,
        onProgress,
        weightPathPrefix: 'https://cdn.example.com/',
      }),
    );
    expect(outputs(loaded)).toEqual(outputs(model));
    expect(sent.map(({ url }) => url)).toEqual([
      'https://example.com/upload',
      'https://example.com/m/model.json',
      'https://cdn.example.com/./model.weights.bin',
    ]);
    expect(sent.every(({ init }) => JSON.stringify(init?.headers) === '{"token":"a"}')).toBe(true);
    expect(fractions.at(-1)).toBe(1);
    const failing = (async () => new Response('', { status: 403 })) as unknown as typeof fetch;
    await expect(model.save(nabla.io.http('https://example.com/upload', { fetchFunc: failing }))).rejects.toThrow(
      'HTTP 403',
    );
  });

  test('registered routers come first', async () => {
    let kept: ModelArtifacts | null = null;
    const handler = {
      ...nabla.io.withSaveHandler(async (artifacts) => {
        kept = artifacts;
        return null;
      }),
      load: async () => kept!,
    };
    const router = (url: string | readonly string[]) => (String(url).startsWith('cloud://') ? handler : null);
    nabla.io.registerSaveRouter(router);
    nabla.io.registerLoadRouter(router);
    const model = small();
    await model.save('cloud://bucket');
    expect(outputs(await nabla.loadLayersModel('cloud://bucket'))).toEqual(outputs(model));
  });

  test('localStorage under tfjs’s keys; a model that does not fit leaves the old one whole', async () => {
    const kept = new Map<string, string>();
    let room = Number.POSITIVE_INFINITY;
    const fake = {
      get length() {
        return kept.size;
      },
      key: (i: number) => [...kept.keys()][i] ?? null,
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => {
        const others = [...kept].reduce((size, [at, each]) => size + (at === key ? 0 : each.length), 0);
        if (others + value.length > room) throw new Error('QuotaExceededError');
        kept.set(key, value);
      },
      removeItem: (key: string) => void kept.delete(key),
    };
    Object.defineProperty(globalThis, 'localStorage', { value: fake, configurable: true });
    try {
      const model = small();
      await model.save('localstorage://my/model');
      expect([...kept.keys()].sort()[0]).toBe('tensorflowjs_models/my/model/info');
      expect(outputs(await nabla.loadLayersModel('localstorage://my/model'))).toEqual(outputs(model));
      expect(Object.keys(await nabla.io.listModels())).toEqual(['localstorage://my/model']);
      await nabla.io.copyModel('localstorage://my/model', 'localstorage://copy');
      await nabla.io.moveModel('localstorage://copy', 'localstorage://moved');
      expect(Object.keys(await nabla.io.listModels()).sort()).toEqual([
        'localstorage://moved',
        'localstorage://my/model',
      ]);
      room = [...kept.values()].join('').length + 20;
      const large = nabla.sequential({ layers: [layers.dense({ units: 30, inputShape: [4] })] });
      await expect(large.save('localstorage://my/model')).rejects.toThrow('do not fit; use indexeddb://');
      room = Number.POSITIVE_INFINITY;
      expect(outputs(await nabla.loadLayersModel('localstorage://my/model'))).toEqual(outputs(model));
      const removed = await nabla.io.removeModel('localstorage://moved');
      expect(removed.dateSaved).toBeInstanceOf(Date);
      await expect(nabla.io.removeModel('localstorage://moved')).rejects.toThrow('there is no model at');
      await expect(nabla.loadLayersModel('localstorage://moved')).rejects.toThrow('there is no');
    } finally {
      Reflect.deleteProperty(globalThis, 'localStorage');
    }
  });

  test('stores that are not here, and URLs of none, are refused by name', async () => {
    const model = small();
    await expect(model.save('indexeddb://digits')).rejects.toThrow('IndexedDB is not available');
    await expect(model.save('opfs://digits')).rejects.toThrow('the origin private file system is not available');
    await expect(model.save('downloads://digits')).rejects.toThrow('no page to download from');
    await expect(nabla.loadLayersModel('localstorage://digits')).rejects.toThrow('localStorage is not available');
    await expect(nabla.io.removeModel('file://digits')).rejects.toThrow('removeModel: file://digits, expected');
    await expect(nabla.io.copyModel('indexeddb://a', 'indexeddb://a')).rejects.toThrow('are both indexeddb://a');
    await expect(model.save({ load: async () => ({}) } as never)).rejects.toThrow('the handler has no save');
    await expect(nabla.loadLayersModel({ save: async () => ({}) as never } as never)).rejects.toThrow(
      'handler has no load',
    );
    await expect(nabla.loadLayersModel({ load: async () => ({}) as never })).rejects.toThrow(
      'there is no modelTopology',
    );
    await expect(model.save('indexeddb://')).rejects.toThrow('expected a name after');
  });
});

describe('quantized weights', () => {
  test('float16 rounds to the nearest, ties to even', () => {
    const values = Float32Array.of(
      0,
      -0,
      1,
      -2.5,
      65504,
      70000,
      1e-8,
      5.96e-8,
      0.1,
      1 + 2 ** -11,
      1 + 3 * 2 ** -11,
      Number.NaN,
    );
    const back = decodeNumbers('F16', toHalfFloats(values));
    expect([...back]).toEqual([
      0,
      -0,
      1,
      -2.5,
      65504,
      Number.POSITIVE_INFINITY,
      0,
      2 ** -24,
      0.0999755859375,
      1,
      1 + 2 ** -9,
      Number.NaN,
    ]);
  });

  test.each([
    ['float16', 120 / 4, 2e-3],
    ['uint16', 120 / 4, 1e-4],
    ['uint8', 60 / 4, 2e-2],
  ] as const)('%s is shorter and close', async (quantize, bytes, error) => {
    const model = small();
    disturb(nabla, model);
    const artifacts = await artifactsOf(model, { quantize });
    expect((artifacts.weightData as ArrayBuffer).byteLength).toBe(bytes);
    const loaded = await nabla.loadLayersModel(nabla.io.fromMemory(artifacts));
    const expected = outputs(model);
    for (const [i, value] of outputs(loaded).entries()) expect(Math.abs(value - expected[i])).toBeLessThan(error);
    if (!tfjs) return;
    const theirs = await tfjs.loadLayersModel(tfjs.io.fromMemory(artifacts) as never);
    const given = (theirs.predict(tfjs.ones([1, 4])) as nabla.Tensor).dataSync();
    expectClose([...given], outputs(loaded));
  });
});

describe('what tfjs would drop is refused by name', () => {
  const refused: readonly (readonly [string, () => nabla.Model])[] = [
    [
      'groups',
      () =>
        nabla.sequential({ layers: [layers.conv2d({ filters: 2, kernelSize: 1, groups: 2, inputShape: [4, 4, 2] })] }),
    ],
    [
      'resizes',
      () =>
        nabla.sequential({
          layers: [layers.upSampling2d({ size: 2, interpolation: 'bilinear', inputShape: [4, 4, 2] })],
        }),
    ],
    [
      'hard sigmoid',
      () => nabla.sequential({ layers: [layers.dense({ units: 2, activation: 'hardSigmoid', inputShape: [4] })] }),
    ],
  ];
  test.each(refused)('%s', async (reason, make) => {
    await expect(artifactsOf(make())).rejects.toThrow(reason);
  });

  test('the optimizer', async () => {
    const model = small();
    await expect(artifactsOf(model, { includeOptimizer: true })).rejects.toThrow('includeOptimizer is true');
    await expect(model.save(join(folder, 'm.keras'), { quantize: 'uint8' })).rejects.toThrow('quantize is uint8');
  });
});

test('a folder that was cut short is refused', async () => {
  await small().save(`file://${folder}/short`);
  writeFileSync(join(folder, 'short/weights.bin'), new Uint8Array(8));
  await expect(nabla.loadLayersModel(`file://${folder}/short/model.json`)).rejects.toThrow('60 bytes');
});
