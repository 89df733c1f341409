import { afterEach, describe, expect, test } from 'vitest';
import * as tf from '../../src/index.js';

/** Code as tfjs's guides teach it, with the import changed. */

afterEach(() => tf.disposeVariables());

describe('names that tfjs has', () => {
  test('rank-named ops are the ops, after a look at the rank', () => {
    expect(tf.pad1d([1, 2], [1, 0]).arraySync()).toEqual([0, 1, 2]);
    expect(
      tf
        .slice2d(
          [
            [1, 2],
            [3, 4],
          ],
          [0, 1],
          [2, 1],
        )
        .arraySync(),
    ).toEqual([[2], [4]]);
    expect(tf.reverse1d([1, 2, 3]).arraySync()).toEqual([3, 2, 1]);
    expect(tf.concat1d([tf.tensor1d([1]), tf.tensor1d([2])]).arraySync()).toEqual([1, 2]);
    expect(() => tf.slice4d([1, 2], [0], [1])).toThrow('slice4d: x is [2], expected rank 4');
    expect(() => tf.concat2d([tf.tensor1d([1])], 0)).toThrow('concat2d: x is [1], expected rank 2');
  });

  test('depthToSpace turns blocks of channels into squares', () => {
    const x = tf.tensor([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 2, 4]);
    expect(tf.depthToSpace(x, 2).arraySync()).toEqual([
      [
        [[1], [2], [5], [6]],
        [[3], [4], [7], [8]],
      ],
    ]);
    expect(() => tf.depthToSpace(tf.zeros([1, 1, 1, 3]), 2)).toThrow('a multiple of 4');
  });

  test('spaceToBatchND moves blocks into the batch', () => {
    const x = tf.tensor([1, 2, 3, 4], [1, 2, 2, 1]);
    expect(
      tf
        .spaceToBatchND(
          x,
          [2, 2],
          [
            [0, 0],
            [0, 0],
          ],
        )
        .arraySync(),
    ).toEqual([[[[1]]], [[[2]]], [[[3]]], [[[4]]]]);
    expect(
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, 2],
          [0, 0],
        ],
      ).shape,
    ).toEqual([4, 2, 1, 1]);
    expect(() =>
      tf.spaceToBatchND(
        x,
        [3, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    ).toThrow('a multiple of 3');
  });

  test('diag, meshgrid, ensureShape', () => {
    expect(tf.diag([1, 2]).arraySync()).toEqual([
      [1, 0],
      [0, 2],
    ]);
    const [x, y] = tf.meshgrid([1, 2, 3], [4, 5]);
    expect(x.arraySync()).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(y.arraySync()).toEqual([
      [4, 4, 4],
      [5, 5, 5],
    ]);
    expect(tf.meshgrid([1, 2, 3], [4, 5], { indexing: 'ij' })[0].arraySync()).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(tf.ensureShape(x, [null, 3])).toBe(x);
    expect(() => tf.ensureShape(x, [2, 4])).toThrow('ensureShape: x is [2,3], expected [2,4]');
  });

  test('norms', () => {
    const x = tf.tensor([
      [1, -2],
      [3, 4],
    ]);
    expect(tf.norm(x).dataSync()[0]).toBeCloseTo(Math.sqrt(30));
    expect(tf.norm(x, 1).dataSync()[0]).toBe(10);
    expect(tf.norm(x, Number.POSITIVE_INFINITY).dataSync()[0]).toBe(4);
    expect(tf.norm(x, 1, [0, 1]).dataSync()[0]).toBe(6);
    expect(tf.norm(x, Number.POSITIVE_INFINITY, [0, 1]).dataSync()[0]).toBe(7);
    expect(tf.norm([3, 4], 3).dataSync()[0]).toBeCloseTo((27 + 64) ** (1 / 3), 4);
    expect(() => tf.norm(x, Number.NaN)).toThrow('norm: ord is NaN');
  });

  test('pool accepts the kind as a name', () => {
    const x = tf.tensor([1, 2, 3, 4], [1, 2, 2, 1]);
    expect(tf.pool(x, 2, 'max', 'valid').dataSync()[0]).toBe(4);
    expect(tf.pool(x, 2, 'avg', 'valid').dataSync()[0]).toBe(2.5);
    expect(() => tf.pool(x, 2, 'max', 'valid', 2)).toThrow('pool: a window of 3 does not fit the height 2');
  });

  test('image: colours and mirror images', () => {
    const rgb = tf.tensor([100, 150, 200], [1, 1, 1, 3]);
    expect(tf.image.rgbToGrayscale(rgb).dataSync()[0]).toBeCloseTo(0.2989 * 100 + 0.587 * 150 + 0.114 * 200, 3);
    expect(tf.image.grayscaleToRGB(tf.tensor([7], [1, 1, 1, 1])).arraySync()).toEqual([[[[7, 7, 7]]]]);
    expect(tf.image.flipLeftRight(tf.tensor([1, 2], [1, 1, 2, 1])).arraySync()).toEqual([[[[2], [1]]]]);
    expect(() => tf.image.rgbToGrayscale(tf.zeros([1, 1, 1, 1]))).toThrow('expected 3 channel(s)');
    // tfjs's own answer for half of a ramp without half pixels: every second value.
    const ramp = tf.tensor([0, 1, 2, 3], [1, 1, 4, 1]);
    expect(tf.image.resizeBilinear(ramp, [1, 2]).dataSync()).toEqual(Float32Array.of(0, 2));
  });

  test('profile names the ops, time gives milliseconds', async () => {
    const x = tf.ones([4, 4]);
    const { kernelNames, newTensors, peakBytes, result } = await tf.profile(() => tf.tidy(() => x.square().sum()));
    expect(kernelNames).toEqual(['square', 'sum']);
    expect(newTensors).toBe(1);
    expect(peakBytes).toBeGreaterThanOrEqual(128);
    expect(result.dataSync()[0]).toBe(16);
    const { wallMs, backend } = await tf.time(() => tf.matMul(x, x));
    expect(wallMs).toBeGreaterThan(0);
    expect(backend).toBe(tf.getBackend());
  });
});

describe('code of tfjs guides', () => {
  test('a sequential model learns a line', async () => {
    tf.setSeed(3);
    const model = tf.sequential();
    model.add(tf.layers.dense({ units: 1, inputShape: [1] }));
    model.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(0.1) });
    const xs = tf.tensor2d([-1, 0, 1, 2, 3, 4], [6, 1]);
    const ys = tf.tensor2d([-3, -1, 1, 3, 5, 7], [6, 1]);
    await model.fit(xs, ys, { epochs: 200 });
    const prediction = model.predict(tf.tensor2d([20], [1, 1])) as tf.Tensor;
    expect(prediction.dataSync()[0]).toBeCloseTo(39, 0);
  });

  test('a functional model with two branches', async () => {
    const input = tf.input({ shape: [4] });
    const left = tf.layers.dense({ units: 3, activation: 'relu' }).apply(input) as tf.SymbolicTensor;
    const right = tf.layers.dense({ units: 3, activation: 'tanh' }).apply(input) as tf.SymbolicTensor;
    const joined = tf.layers.concatenate().apply([left, right]) as tf.SymbolicTensor;
    const output = tf.layers.dense({ units: 2, activation: 'softmax' }).apply(joined) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: output });
    model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['acc'] });
    const { history } = await model.fit(tf.randomNormal([16, 4]), tf.oneHot(tf.randomUniformInt([16], 0, 2), 2), {
      epochs: 2,
      batchSize: 8,
      callbacks: tf.callbacks.earlyStopping({ monitor: 'loss', patience: 5 }),
    });
    expect(Object.keys(history)).toEqual(['loss', 'acc']);
    expect(history.loss).toHaveLength(2);
  });

  test('a loop of one’s own with optimizer.minimize', () => {
    const a = tf.variable(tf.scalar(0));
    const b = tf.variable(tf.scalar(0));
    const xs = tf.tensor1d([0, 1, 2, 3]);
    const ys = tf.tensor1d([1, 3, 5, 7]);
    const loss = () =>
      tf
        .sub(tf.add(tf.mul(a, xs), b), ys)
        .square()
        .mean() as tf.Tensor;
    const optimizer = tf.train.adam(0.1);
    for (let i = 0; i < 300; i++) optimizer.minimize(loss);
    expect(a.dataSync()[0]).toBeCloseTo(2, 1);
    expect(b.dataSync()[0]).toBeCloseTo(1, 1);
  });

  test('a data set of one’s own', async () => {
    const xs = tf.data.array([[1], [2], [3], [4]]);
    const ys = tf.data.array([[1], [3], [5], [7]]);
    const batches = tf.data.zip({ xs, ys }).shuffle(4).batch(2);
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const { history } = await model.fitDataset(batches, { epochs: 3 });
    expect(history.loss).toHaveLength(3);
    expect(history.loss[2]).toBeLessThan(history.loss[0]);
  });
});
