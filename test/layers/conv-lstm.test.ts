import { beforeEach, describe, expect, test, vi } from 'vitest';
import { cpuBackend } from '../../src/backends/cpu/index.js';
import { activateBackend } from '../../src/backends/registry.js';
import { openZip } from '../../src/io/bytes/zip.js';
import { loadModel } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import { cast } from '../../src/ops/cast.js';
import { tensor } from '../../src/ops/creation.js';
import { randomNormal } from '../../src/ops/random.js';
import { setSeed } from '../../src/tensor/random.js';
import { dispose, memory, tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { FORMATS } from '../io/helpers.js';
import { startBackend } from '../support/backends.js';
import { distance, float64 } from './pytorch.js';

/* ConvLSTM2D against `call` of keras/src/layers/rnn/conv_lstm.py of Keras 3, in float64 and pixel by pixel. */

beforeEach(() => {
  activateBackend(cpuBackend());
  setSeed(7);
});

interface Image {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  at(y: number, x: number, channel: number): number;
}

interface Windows {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: 'valid' | 'same';
}

function imageOf(values: ArrayLike<number>, height: number, width: number, channels: number): Image {
  const at = (y: number, x: number, c: number) =>
    y < 0 || x < 0 || y >= height || x >= width ? 0 : values[(y * width + x) * channels + c];
  return { height, width, channels, at };
}

/** TensorFlow's rule: `same` puts the odd pixel at the end. */
function side(length: number, size: number, stride: number, dilation: number, padding: string) {
  const reach = (size - 1) * dilation + 1;
  if (padding === 'valid') return { out: Math.floor((length - reach) / stride) + 1, before: 0 };
  const out = Math.ceil(length / stride);
  return { out, before: Math.floor(Math.max((out - 1) * stride + reach - length, 0) / 2) };
}

/** @param kernel [height, width, channels, filters] */
function convolve(x: Image, kernel: readonly number[], filters: number, windows: Windows): Image {
  const { size, strides, dilations, padding } = windows;
  const rows = side(x.height, size[0], strides[0], dilations[0], padding);
  const columns = side(x.width, size[1], strides[1], dilations[1], padding);
  const out: number[] = [];
  for (let y = 0; y < rows.out; y++) {
    for (let column = 0; column < columns.out; column++) {
      for (let f = 0; f < filters; f++) {
        let sum = 0;
        for (let i = 0; i < size[0]; i++) {
          for (let j = 0; j < size[1]; j++) {
            for (let c = 0; c < x.channels; c++) {
              const value = x.at(
                y * strides[0] - rows.before + i * dilations[0],
                column * strides[1] - columns.before + j * dilations[1],
                c,
              );
              sum += value * kernel[((i * size[1] + j) * x.channels + c) * filters + f];
            }
          }
        }
        out.push(sum);
      }
    }
  }
  return imageOf(out, rows.out, columns.out, filters);
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** The outputs of all steps of one sequence, and the last c, pixel by pixel. */
function convLstm(steps: readonly Image[], [kernel, recurrent, bias]: number[][], filters: number, windows: Windows) {
  let h: Image | null = null;
  let c: number[] = [];
  const outputs: number[][] = [];
  for (const step of steps) {
    const z = convolve(step, kernel, 4 * filters, windows);
    h ??= imageOf(Array(z.height * z.width * filters).fill(0), z.height, z.width, filters);
    const u = convolve(h, recurrent, 4 * filters, { ...windows, strides: [1, 1], dilations: [1, 1], padding: 'same' });
    const [nextH, nextC]: number[][] = [[], []];
    for (let y = 0; y < z.height; y++) {
      for (let x = 0; x < z.width; x++) {
        for (let f = 0; f < filters; f++) {
          const gate = (index: number) => {
            const channel = index * filters + f;
            return z.at(y, x, channel) + bias[channel] + u.at(y, x, channel);
          };
          const before = c[nextC.length] ?? 0;
          const now = sigmoid(gate(1)) * before + sigmoid(gate(0)) * Math.tanh(gate(2));
          nextC.push(now);
          nextH.push(sigmoid(gate(3)) * Math.tanh(now));
        }
      }
    }
    c = nextC;
    h = imageOf(nextH, z.height, z.width, filters);
    outputs.push(nextH);
  }
  return { outputs, c };
}

const [BATCH, TIME, HEIGHT, WIDTH, CHANNELS, FILTERS] = [2, 3, 6, 5, 2, 3];
const IMAGE = HEIGHT * WIDTH * CHANNELS;
const SHAPE = [BATCH, TIME, HEIGHT, WIDTH, CHANNELS];
const wave = (count: number, seed: number) => Array.from({ length: count }, (_, i) => Math.sin(seed + 2.3 * i) / 2);
const X = wave(BATCH * TIME * IMAGE, 1);

const frames = (batch: number) =>
  Array.from({ length: TIME }, (_, step) => {
    const start = (batch * TIME + step) * IMAGE;
    return imageOf(X.slice(start, start + IMAGE), HEIGHT, WIDTH, CHANNELS);
  });

const numbers = (x: Tensor) => Array.from(x.dataSync());

describe('values of the formula', () => {
  test.each<Windows>([
    { size: [3, 3], strides: [1, 1], dilations: [1, 1], padding: 'same' },
    { size: [3, 2], strides: [1, 1], dilations: [1, 1], padding: 'valid' },
    { size: [2, 3], strides: [2, 1], dilations: [1, 1], padding: 'same' },
    { size: [2, 2], strides: [1, 1], dilations: [2, 3], padding: 'valid' },
  ])('%o', ({ size, strides, dilations, padding }) => {
    const windows = { size, strides, dilations, padding };
    const layer = layers.convLstm2d({
      filters: FILTERS,
      kernelSize: size,
      strides,
      dilationRate: dilations,
      padding,
      returnSequences: true,
      returnState: true,
      dtype: 'float64',
    });
    layer.buildFor(SHAPE);
    const weights = layer.weights.map(({ size: count }, index) => wave(count, 10 * index + 3));
    tidy(() => {
      layer.setWeights(layer.weights.map(({ shape }, index) => float64(weights[index], shape)));
      const [sequence, h, c] = layer.apply(float64(X, SHAPE)) as unknown as Tensor[];
      const expected = [0, 1].map((batch) => convLstm(frames(batch), weights, FILTERS, windows));
      const outputs = expected.flatMap((each) => each.outputs.flat());
      expect(sequence.size).toBe(outputs.length);
      expect(distance(numbers(sequence), outputs)).toBeLessThan(1e-9);
      expect(
        distance(
          numbers(h),
          expected.flatMap((each) => each.outputs.at(-1)!),
        ),
      ).toBeLessThan(1e-9);
      expect(
        distance(
          numbers(c),
          expected.flatMap((each) => each.c),
        ),
      ).toBeLessThan(1e-9);
    });
    layer.dispose();
  });

  test('wasm agrees', async () => {
    const windows: Windows = { size: [3, 3], strides: [1, 1], dilations: [1, 1], padding: 'same' };
    await startBackend('wasm');
    const layer = layers.convLstm2d({ filters: FILTERS, kernelSize: 3, padding: 'same', returnSequences: true });
    layer.buildFor(SHAPE);
    const weights = layer.weights.map(({ size }, index) => wave(size, 10 * index + 3));
    for (const [index, { variable }] of layer.weights.entries()) variable.assignValues(weights[index]);
    tidy(() => {
      const expected = [0, 1].flatMap((batch) => convLstm(frames(batch), weights, FILTERS, windows).outputs.flat());
      const y = layer.apply(tensor(X, SHAPE)) as Tensor;
      expect(distance(numbers(y), expected)).toBeLessThan(1e-4);
    });
    layer.dispose();
  });
});

describe('as the other recurrent layers', () => {
  test('a masked tail changes nothing', () => {
    const layer = layers.convLstm2d({ filters: 2, kernelSize: 2 });
    tidy(() => {
      const x = randomNormal([1, 4, 3, 3, 2]);
      const mask = cast(float64([1, 1, 0, 0], [1, 4]), 'bool');
      const short = numbers(layer.apply(x.slice([0, 0], [1, 2])) as Tensor);
      expect(distance(numbers(layer.apply(x, { mask }) as Tensor), short)).toBeLessThan(1e-6);
      expect(distance(numbers(layer.apply(x) as Tensor), short)).toBeGreaterThan(1e-3);
    });
    layer.dispose();
  });

  test('states go on to the next batch where it is stateful', () => {
    const before = memory();
    const layer = layers.convLstm2d({ filters: 2, kernelSize: 2, stateful: true });
    tidy(() => {
      const x = randomNormal([1, 4, 3, 3, 2]);
      layer.apply(x.slice([0, 0], [1, 2]));
      const second = numbers(layer.apply(x.slice([0, 2], [1, 2])) as Tensor);
      layer.resetStates();
      expect(distance(numbers(layer.apply(x) as Tensor), second)).toBeLessThan(1e-6);
    });
    layer.dispose();
    expect(memory()).toEqual(before);
  });

  test('both directions, whose outputs are joined along the channels', () => {
    const layer = layers.bidirectional({ layer: layers.convLstm2d({ filters: 2, kernelSize: 3, padding: 'same' }) });
    expect(layer.apply(input({ shape: [null, 4, 4, 1] })).shape).toEqual([null, 4, 4, 4]);
    layer.dispose();
  });

  test('dropout draws for each gate its own', () => {
    const layer = layers.convLstm2d({ filters: 1, kernelSize: 1, dropout: 0.5, useBias: false, seed: 3 });
    layer.buildFor([1, 1, 8, 8, 1]);
    layer.setWeights(
      [float64([1, 1, 1, 1], [1, 1, 1, 4]), float64([0, 0, 0, 0], [1, 1, 1, 4])].map((w) => cast(w, 'float32')),
    );
    tidy(() => {
      const ones = cast(float64(Array(64).fill(1), [1, 1, 8, 8, 1]), 'float32');
      const seen = new Set(numbers(layer.apply(ones, { training: true }) as Tensor).map((value) => value.toFixed(5)));
      // h = σ(o) · tanh(σ(i) · tanh(g)) with each of i, g and o 0 or 2: 0 for g = 0, else four values.
      const s = (on: number) => sigmoid(2 * on);
      const of = (i: number, o: number) => (s(o) * Math.tanh(s(i) * Math.tanh(2))).toFixed(5);
      expect(seen).toEqual(new Set(['0.00000', of(0, 0), of(0, 1), of(1, 0), of(1, 1)]));
    });
    layer.dispose();
  });

  test.each([
    [() => layers.convLstm2d({ filters: 1, kernelSize: 2, strides: 2, dilationRate: 2 }), 'expected 1 of either'],
    [
      () => layers.convLstm2d({ filters: 1, kernelSize: 2 }).apply(input({ shape: [4, 4, 1] })),
      'expected [batch, time,',
    ],
    [() => layers.convLstm2d({ filters: 1, kernelSize: 2, dataFormat: 'channelsFirst' } as never), 'dataFormat'],
    [() => layers.convLstm2d({ filters: 0, kernelSize: 2 }), 'filters is 0'],
  ])('%s is refused', (call, message) => expect(call).toThrow(message));
});

describe('in files', () => {
  const made = () =>
    sequential({
      layers: [
        layers.inputLayer({ inputShape: [3, 6, 6, 1] }),
        layers.convLstm2d({
          filters: 2,
          kernelSize: [3, 2],
          strides: [1, 2],
          returnSequences: true,
        }),
        layers.bidirectional({
          layer: layers.convLstm2d({ filters: 2, kernelSize: 2, padding: 'same', dropout: 0.1 }),
        }),
        layers.flatten(),
        layers.dense({ units: 2 }),
      ],
    });

  test.each(FORMATS)('%s', async (format) => {
    const warn = vi.spyOn(console, 'warn');
    const model = made();
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    const x = tidy(() => randomNormal([4, 3, 6, 6, 1]));
    const y = tidy(() => randomNormal([4, 2]));
    await model.fit(x, y, { epochs: 1, verbose: 0, batchSize: 4 });
    const loaded = await loadModel(await encodeModel(model, format));
    tidy(() => {
      expect(numbers(loaded.predict(x) as Tensor)).toEqual(numbers(model.predict(x) as Tensor));
    });
    expect(loaded.layers.map((layer) => layer.getConfig())).toEqual(model.layers.map((layer) => layer.getConfig()));
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
    dispose([x, y]);
    model.dispose();
    loaded.dispose();
  });

  test("the config has the keys of Keras's get_config, and no others that its constructor refuses", async () => {
    const model = made();
    const config = await openZip({ name: 'file', bytes: await encodeModel(model, 'keras') }).read('config.json', 1e6);
    const layer = JSON.parse(new TextDecoder().decode(config)).config.layers.find(
      (each: { class_name: string }) => each.class_name === 'ConvLSTM2D',
    );
    // Arguments of ConvLSTM2D, and those of RNN and Layer that it hands on.
    const known =
      'filters kernel_size strides padding data_format dilation_rate activation recurrent_activation use_bias ' +
      'kernel_initializer recurrent_initializer bias_initializer unit_forget_bias kernel_regularizer ' +
      'recurrent_regularizer bias_regularizer activity_regularizer kernel_constraint recurrent_constraint ' +
      'bias_constraint dropout recurrent_dropout seed return_sequences return_state go_backwards stateful unroll ' +
      'zero_output_for_mask name trainable dtype';
    expect(Object.keys(layer.config).filter((key) => !known.split(' ').includes(key))).toEqual([]);
    expect(layer.config.name).toMatch(/^conv_lstm2d(_\d+)?$/);
    expect(layer.config).toMatchObject({
      filters: 2,
      kernel_size: [3, 2],
      strides: [1, 2],
      data_format: 'channels_last',
    });
    model.dispose();
  });
});
