import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { StreamedRows, StreamedSamples } from '../../src/data/streamed-samples.js';
import { clearSession } from '../../src/layers/base/naming.js';
import * as layers from '../../src/layers/index.js';
import { type Sequential, sequential } from '../../src/models/sequential.js';
import { getRandomState, setSeed, uniformValues } from '../../src/tensor/random.js';
import { memory } from '../../src/tensor/scope.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import { ArrayFeed } from '../../src/training/feeds/array-feed.js';
import { disposeBatch, type EpochPosition } from '../../src/training/feeds/feed.js';
import { HostSource } from '../../src/training/samples/sources.js';
import { StreamedSource } from '../../src/training/samples/streamed-source.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));
beforeEach(() => {
  clearSession();
  setSeed(3);
});
afterEach(() => disposeVariables());

const COUNT = 23;
const bytes = Uint8Array.from(uniformValues(COUNT * 3, 5), (value) => Math.floor(256 * value));
const labels = Int32Array.from({ length: COUNT }, (_, i) => (bytes[3 * i] > 127 ? 1 : 0));
const inMemory = { values: bytes, shape: [COUNT, 3], scale: 1 / 255 };

/** The same samples, each read after a moment; the first requests take longest. */
function streamed(change: (read: StreamedRows, rows: Int32Array) => StreamedRows = (read) => read) {
  const requests: number[][] = [];
  const samples: StreamedSamples = {
    shape: [COUNT, 3],
    scale: 1 / 255,
    async read(rows) {
      requests.push([...rows]);
      await new Promise((resolve) => setTimeout(resolve, requests.length === 1 ? 8 : 1));
      const values = Uint8Array.from([...rows].flatMap((row) => [...bytes.subarray(3 * row, 3 * row + 3)]));
      return change({ values }, rows);
    },
  };
  return { samples, requests };
}

function classifier(): Sequential {
  const model = sequential();
  model.add(layers.dense({ units: 5, activation: 'tanh', inputShape: [3] }));
  model.add(layers.dropout({ rate: 0.3 }));
  model.add(layers.dense({ units: 2, activation: 'softmax' }));
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

const weightsOf = (model: Sequential) => model.getWeights().map((weight) => [...weight.dataSync()]);

async function trained(x: StreamedSamples | typeof inMemory, options = {}) {
  clearSession();
  setSeed(3);
  const model = classifier();
  const { history } = await model.fit(x, labels, { epochs: 3, batchSize: 4, ...options });
  return { history, weights: weightsOf(model) };
}

describe('streamed samples', () => {
  test.each([
    {},
    { shuffle: false },
    { validationSplit: 0.3 },
    { sampleWeight: Float32Array.from(labels, (label) => 1 + label) },
    { classWeight: { 0: 1, 1: 2 } },
    { stepsPerEpoch: 2 },
  ])('train to the weights of samples in memory, to the bit: %o', async (options) => {
    expect(await trained(streamed().samples, options)).toEqual(await trained(inMemory, options));
  });

  test('are read ahead of their step, each once per epoch', async () => {
    const { samples, requests } = streamed();
    const model = classifier();
    const asked: number[] = [];
    await model.fit(samples, labels, {
      epochs: 1,
      batchSize: 4,
      callbacks: { onBatchEnd: () => void asked.push(requests.length) },
    });
    expect(requests.flat().sort((a, b) => a - b)).toEqual([...Array(COUNT).keys()]);
    expect(asked[0]).toBeGreaterThan(1);
  });

  test('leave no tensors behind, when training ends early too', async () => {
    const model = classifier();
    await model.fit(streamed().samples, labels, { batchSize: 4 });
    const before = memory().numTensors;
    await model.fit(streamed().samples, labels, {
      batchSize: 4,
      epochs: 9,
      callbacks: {
        onBatchEnd: (batch: number) => {
          if (batch === 1) model.stopTraining = true;
        },
      },
    });
    expect(memory().numTensors).toBe(before);
  });

  test('continue in the middle of an epoch with the batches that were left', async () => {
    const data = {
      count: COUNT,
      xs: [new StreamedSource('x', streamed().samples, [COUNT, 3], 'float32')],
      ys: [new HostSource(labels, [COUNT], 'int32')],
      weights: [],
    };
    const feed = new ArrayFeed(data, 4, true);
    const epoch = async (from?: EpochPosition) => {
      const seen: number[][] = [];
      for await (const batch of feed.epoch(from)) {
        seen.push([...batch.xs[0].dataSync(), ...batch.ys[0].dataSync()]);
        disposeBatch(batch);
      }
      return seen;
    };
    setSeed(8);
    const whole = await epoch();
    const random = getRandomState();
    setSeed(8);
    expect(await epoch({ step: 2, random })).toEqual(whole.slice(2));
  });

  test('that cannot be read are left out with their labels and weights', async () => {
    const bad = new Set([2, 3, 17]);
    const { samples } = streamed((read, rows) => ({
      values: read.values.map((value, i) => (bad.has(rows[Math.floor(i / 3)]) ? 99 : value)),
      missing: [...rows.keys()].filter((position) => bad.has(rows[position])),
    }));
    const good = [...Array(COUNT).keys()].filter((row) => !bad.has(row));
    // One batch of all, so that both have the same batches.
    const options = { batchSize: COUNT, shuffle: false };
    const clean = {
      values: Uint8Array.from(good.flatMap((row) => [...bytes.subarray(3 * row, 3 * row + 3)])),
      shape: [good.length, 3],
      scale: 1 / 255,
    };
    clearSession();
    setSeed(3);
    const model = classifier();
    const { history } = await model.fit(samples, labels, { epochs: 2, ...options });
    const weights = weightsOf(model);
    clearSession();
    setSeed(3);
    const other = classifier();
    const { history: expected } = await other.fit(
      clean,
      Int32Array.from(good, (row) => labels[row]),
      { epochs: 2, ...options },
    );
    expect(history).toEqual(expected);
    expect(weights).toEqual(weightsOf(other));
  });

  test('measure waits for them; evaluate and predict refuse them', async () => {
    const model = classifier();
    const logs = await model.measure(streamed().samples, labels, { batchSize: 5 });
    expect(logs).toEqual(await model.measure(inMemory, labels, { batchSize: 5 }));
    expect(() => model.predict(streamed().samples)).toThrow(/predict: x is read a batch at a time, which this call/);
    expect(() => model.evaluate(streamed().samples, labels)).toThrow(/evaluate: x is read a batch at a time/);
    await expect(model.fit(inMemory, streamed().samples)).rejects.toThrow(
      /fit: y is streamed, expected values in memory/,
    );
  });

  test('fit rejects with reading errors, and the samples read are freed', async () => {
    const model = classifier();
    await model.fit(streamed().samples, labels, { batchSize: 4 });
    const before = memory().numTensors;
    const broken: StreamedSamples = {
      ...streamed().samples,
      read: async (rows) => {
        if (rows.includes(20)) throw new Error('disk on fire');
        return streamed().samples.read(rows);
      },
    };
    await expect(model.fit(broken, labels, { batchSize: 4, shuffle: false })).rejects.toThrow('disk on fire');
    const short: StreamedSamples = { ...broken, read: async () => ({ values: new Uint8Array(5) }) };
    await expect(model.fit(short, labels, { batchSize: 4 })).rejects.toThrow(
      'fit: x: read gave 5 values, expected 4 × 3, for [23,3]',
    );
    expect(memory().numTensors).toBe(before);
  });
});
