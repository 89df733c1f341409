import '../../src/ops/methods.js';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { variableGrads } from '../../src/autograd/gradients.js';
import { registerClass } from '../../src/base/serialization.js';
import { array } from '../../src/data/index.js';
import { loadModel, loadWeights } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import type { CallOptions } from '../../src/layers/base/layer.js';
import { clearSession } from '../../src/layers/base/naming.js';
import * as layers from '../../src/layers/index.js';
import { loss } from '../../src/losses/registry.js';
import { model } from '../../src/models/functional.js';
import { Model } from '../../src/models/model.js';
import { type Sequential, sequential } from '../../src/models/sequential.js';
import { concat } from '../../src/ops/concat.js';
import { ones, tensor, zeros } from '../../src/ops/creation.js';
import { randomNormal } from '../../src/ops/random.js';
import { adam, sgd } from '../../src/optim/index.js';
import { setSeed } from '../../src/tensor/random.js';
import { memory } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import type { StepData, StepLogs } from '../../src/training/model/step-data.js';
import { startBackend } from '../support/backends.js';

/*
 * Models that are classes, as those of https://keras.io/guides/custom_train_step_in_tensorflow and
 * examples/generative/dcgan.
 */

beforeAll(async () => void (await startBackend('cpu')));
beforeEach(() => {
  clearSession();
  setSeed(1);
});
afterEach(() => disposeVariables());

const options = (units: number) => ({ units, kernelInitializer: 'glorotUniform' as const });

class Two extends Model {
  static override readonly className: string = 'Two';
  readonly first = layers.dense({ ...options(4), activation: 'tanh' });
  readonly drop = layers.dropout({ rate: 0.5 });
  readonly second = layers.dense(options(2));

  override call(x: Tensor, { training }: CallOptions): Tensor {
    return this.second.apply(this.drop.apply(this.first.apply(x), { training }));
  }
}

/** The same as a graph. */
const asGraph = () =>
  sequential({
    layers: [
      layers.dense({ ...options(4), activation: 'tanh', inputShape: [3] }),
      layers.dropout({ rate: 0.5 }),
      layers.dense(options(2)),
    ],
  });

const x = [
  [1, 2, 3],
  [0, -1, 1],
  [2, 0, 1],
  [1, 1, 1],
  [0, 1, 0],
];
const y = [
  [1, 0],
  [0, 1],
  [1, 1],
  [0, 0],
  [1, 0],
];

const training = { epochs: 3, batchSize: 2, verbose: 0, validationSplit: 0.2 } as const;

describe('a class with its own call', () => {
  test('trains, evaluates and predicts as the same layers in a graph do', async () => {
    const runs = [];
    for (const made of [new Two(), asGraph()]) {
      setSeed(3);
      clearSession();
      if (made instanceof Two) made.build([null, 3]);
      made.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: 'mse', metrics: ['mae'] });
      setSeed(7);
      const { history } = await made.fit(x, y, training);
      runs.push({ history, logs: await made.measure(x, y) });
    }
    expect(Object.keys(runs[0].history)).toEqual(['loss', 'mae', 'val_loss', 'val_mae']);
    expect(runs[0].history.loss).toHaveLength(3);
    expect(Object.keys(runs[0].logs)).toEqual(['loss', 'mae']);
  });

  test('has the same numbers as a graph with the same weights', async () => {
    const [own, graph] = [new Two(), asGraph()];
    own.build([null, 3]);
    graph.setWeights(own.getWeights());
    const histories = [];
    for (const made of [own, graph]) {
      made.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: 'mse', metrics: ['mae'] });
      setSeed(7);
      const { history } = await made.fit(x, y, training);
      histories.push(history);
    }
    expect(histories[0]).toEqual(histories[1]);
    expect((own.predict(x) as Tensor).arraySync()).toEqual((graph.predict(x) as Tensor).arraySync());
  });

  test('is built by the first data, has Keras’s names and a summary', async () => {
    const made = new Two();
    expect(made.built).toBe(false);
    expect(() => made.summary()).toThrow('two: the model is not built');
    expect((made.predict(ones([2, 3])) as Tensor).shape).toEqual([2, 2]);
    expect(made.weights.map(({ path }) => path)).toEqual([
      'dense/kernel',
      'dense/bias',
      'dense_1/kernel',
      'dense_1/bias',
    ]);
    expect(made.inputShape).toEqual([null, 3]);
    expect(made.outputShape).toEqual([null, 2]);
    const { layers: rows, totals } = made.summary({ json: true });
    expect(rows.map(({ name, outputShape, params }) => [name, outputShape, params])).toEqual([
      ['dense', 'multiple', 16],
      ['dropout', 'multiple', 0],
      ['dense_1', 'multiple', 10],
    ]);
    expect(totals.Total).toBe(26);
    const lines: string[] = [];
    made.summary({ printFn: (line) => lines.push(line) });
    expect(lines[0]).toBe('Model: "two"');
  });

  test('is a layer of another model, and of another class', async () => {
    class Outer extends Model {
      readonly inner = new Two();
      readonly list = [layers.dense({ units: 3 }), layers.dense({ units: 1 })];

      override call(x: Tensor): Tensor {
        return this.list.reduce((value, layer) => layer.apply(value), this.inner.apply(x));
      }
    }
    const outer = new Outer();
    outer.compile({ optimizer: 'adam', loss: 'mse' });
    await outer.fit(x, [1, 2, 3, 4, 5]);
    expect(outer.countParams()).toBe(26 + 9 + 4);
    expect(outer.layers.map(({ name }) => name)).toEqual(['two', 'dense_2', 'dense_3']);
    const functional = sequential({ layers: [outer.inner, layers.dense({ units: 1 })] });
    functional.build([null, 3]);
    expect((functional.predict(x) as Tensor).shape).toEqual([5, 1]);
  });

  test('several inputs and outputs', async () => {
    class Siamese extends Model {
      readonly shared = layers.dense({ units: 2 });
      override call([a, b]: readonly Tensor[]): Tensor[] {
        const [p, q] = [this.shared.apply(a), this.shared.apply(b)];
        return [p.add(q), p.sub(q)];
      }
    }
    const made = new Siamese();
    made.compile({ optimizer: 'sgd', loss: ['mse', 'mae'] });
    const { history } = await made.fit([tensor(x), tensor(x)], [tensor(y), tensor(y)]);
    expect(Object.keys(history)).toEqual(['loss', 'output_1_loss', 'output_2_loss']);
    expect(made.outputNames).toEqual(['output_1', 'output_2']);
    const outputs = made.predict([tensor(x), tensor(x)]) as Tensor[];
    expect(outputs.map(({ shape }) => shape)).toEqual([
      [5, 2],
      [5, 2],
    ]);
  });

  test('frees all that it makes', async () => {
    const made = new Two();
    made.compile({ optimizer: 'adam', loss: 'mse' });
    await made.fit(x, y);
    const before = memory();
    await made.fit(x, y, training);
    (made.predict(x) as Tensor).dispose();
    expect(memory()).toEqual(before);
  });
});

describe('files', () => {
  test.each(['weights.h5', 'safetensors'] as const)('only weights in %s', async (format) => {
    const [from, to] = [new Two(), new Two()];
    for (const made of [from, to]) made.predict(x);
    const written: Uint8Array[] = [];
    const write = async (data: Uint8Array) => void written.push(data);
    const createWritable = async () => ({ write, close: async () => {} });
    await from.saveWeights({ name: `two.${format}`, createWritable });
    await loadWeights(to, written[0]);
    expect((to.predict(x) as Tensor).arraySync()).toEqual((from.predict(x) as Tensor).arraySync());
  });

  test.each(['keras', 'h5'] as const)('whole in %s, once the class is registered', async (format) => {
    registerClass(Two);
    const made = new Two();
    made.compile({ optimizer: 'adam', loss: 'mse' });
    await made.fit(x, y);
    const loaded = await loadModel(await encodeModel(made, format));
    expect(loaded).toBeInstanceOf(Two);
    expect((loaded.predict(x) as Tensor).arraySync()).toEqual((made.predict(x) as Tensor).arraySync());
    expect(loaded.optimizer.iterations).toBe(1);
    setSeed(5);
    const { history } = await made.fit(x, y);
    setSeed(5);
    expect((await loaded.fit(x, y)).history).toEqual(history);
  });

  test('a class that is not registered is refused by name', async () => {
    class Unknown extends Model {
      readonly only = layers.dense({ units: 1 });
      override call(x: Tensor): Tensor {
        return this.only.apply(x);
      }
    }
    const made = new Unknown();
    made.predict(x);
    await expect(encodeModel(made, 'keras')).rejects.toThrow('registerClass');
  });
});

/** A custom step uses the loss of `compile`. */
class ByHand extends Two {
  override trainStep({ x, y, sampleWeight }: StepData): StepLogs | Promise<StepLogs> {
    const { value, grads } = variableGrads(() => {
      const predictions = this.apply(x, { training: true });
      this.updateMetrics(y, predictions, sampleWeight);
      return this.computeLoss(y, predictions, sampleWeight);
    }, this.trainableVariables);
    this.optimizer.applyGradients(grads);
    return { loss: value };
  }
}

class LaterByHand extends ByHand {
  override async trainStep(data: StepData): Promise<{ loss: number }> {
    const { loss } = super.trainStep(data) as { loss: Tensor };
    const [value] = await loss.data();
    // Made after the step has waited.
    ones([3]).mul(2);
    return { loss: value };
  }
}

describe('trainStep', () => {
  async function historyOf(made: Two, weights: Tensor[]) {
    made.build([null, 3]);
    made.setWeights(weights);
    made.compile({ optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }), loss: 'mse', metrics: ['mae'] });
    setSeed(7);
    const { history } = await made.fit(x, y, { ...training, sampleWeight: [1, 2, 1, 3, 1] });
    return history;
  }

  test('a custom step gives the numbers of the default one, synchronous or not', async () => {
    const weights = asGraph().getWeights();
    const expected = await historyOf(new Two(), weights);
    expect(Object.keys(expected)).toEqual(['loss', 'mae', 'val_loss', 'val_mae']);
    for (const made of [new ByHand(), new LaterByHand()]) expect(await historyOf(made, weights)).toEqual(expected);
  });

  test('frees all that it makes, waiting or not', async () => {
    for (const made of [new ByHand(), new LaterByHand()]) {
      made.compile({ optimizer: 'adam', loss: 'mse' });
      await made.fit(x, y);
      const before = memory();
      await made.fit(x, y, training);
      await made.trainOnBatch(x, y);
      await made.fitDataset(
        array(x)
          .batch(2)
          .map((xs) => ({ xs, ys: (xs as Tensor).slice([0, 0], [-1, 2]) })),
        { epochs: 2 },
      );
      expect(memory()).toEqual(before);
    }
  });

  test('batches that are made ahead outlive a step that waits', async () => {
    const made = new LaterByHand();
    made.compile({ optimizer: 'adam', loss: 'mse' });
    await made.fit(x, y);
    const before = memory();
    const batches = array(x.map((row, i) => ({ row, label: y[i] })))
      .map(({ row, label }) => ({ xs: tensor(row).mul(2), ys: tensor(label) }))
      .batch(2)
      .prefetch(2);
    await made.fitDataset(batches, { epochs: 3 });
    expect(memory()).toEqual(before);
  });

  test('two models whose steps wait train at the same time', async () => {
    const weights = asGraph().getWeights();
    const alone = await historyOf(new LaterByHand(), weights);
    const both = await Promise.all(
      [historyOf(new LaterByHand(), weights), new LaterByHand()].map(async (each) => {
        if (!(each instanceof Model)) return each;
        each.compile({ optimizer: 'sgd', loss: 'mse' });
        await each.fit(x, y, training);
        return null;
      }),
    );
    expect(Object.keys(both[0]!)).toEqual(Object.keys(alone));
  });

  test('errors free the batch and name the step', async () => {
    class Wrong extends Two {
      override trainStep(): never {
        return { loss: ones([2]) } as never;
      }
    }
    const made = new Wrong();
    made.predict(x);
    const before = memory();
    await expect(made.fit(x, y)).rejects.toThrow(
      'wrong: trainStep returned a tensor of the shape [2] as loss, expected a number or a scalar tensor',
    );
    expect(memory()).toEqual(before);
  });

  test('constraints hold after a custom step', async () => {
    class Held extends ByHand {
      override readonly first = layers.dense({ units: 4, kernelConstraint: 'nonNeg' });
    }
    const made = new Held();
    made.compile({ optimizer: sgd({ learningRate: 1 }), loss: 'mse' });
    await made.fit(x, y, { epochs: 2 });
    expect(Math.min(...made.first.getWeights()[0].dataSync())).toBeGreaterThanOrEqual(0);
  });
});

class Gan extends Model {
  readonly dOptimizer = adam({ learningRate: 0.01 });
  readonly gOptimizer = adam({ learningRate: 0.01 });
  readonly bce = loss('binaryCrossentropy', { fromLogits: true });

  constructor(
    readonly discriminator: Sequential,
    readonly generator: Sequential,
    readonly latent: number,
  ) {
    super();
  }

  override trainStep({ x: real }: StepData) {
    const batch = real.shape[0];
    const fake = this.generator.apply(randomNormal([batch, this.latent]));
    const images = concat([fake, real]);
    const labels = concat([ones([batch, 1]), zeros([batch, 1])]);
    const d = variableGrads(
      () => this.bce.perSample(labels, this.discriminator.apply(images)).mean(),
      this.discriminator.trainableVariables,
    );
    this.dOptimizer.applyGradients(d.grads);
    const g = variableGrads(
      () =>
        this.bce
          .perSample(
            zeros([batch, 1]),
            this.discriminator.apply(this.generator.apply(randomNormal([batch, this.latent]))),
          )
          .mean(),
      this.generator.trainableVariables,
    );
    this.gOptimizer.applyGradients(g.grads);
    return { dLoss: d.value, gLoss: g.value };
  }
}

describe('a GAN of two optimizers, which has no call', () => {
  const gan = () =>
    new Gan(
      sequential({
        layers: [layers.dense({ units: 4, activation: 'relu', inputShape: [2] }), layers.dense({ units: 1 })],
      }),
      sequential({ layers: [layers.dense({ units: 2, inputShape: [3] })] }),
      3,
    );
  const real = Array.from({ length: 10 }, (_, i) => [3 + (i % 3) * 0.1, -2]);

  test('trains on samples without labels, and on a data set of them', async () => {
    const made = gan();
    const { history, epoch } = await made.fit(real, null, { epochs: 2, batchSize: 4 });
    expect(Object.keys(history)).toEqual(['dLoss', 'gLoss']);
    expect(epoch).toEqual([0, 1]);
    expect(made.dOptimizer.iterations).toBe(6);
    const before = memory();
    const warn = vi.spyOn(console, 'warn');
    await made.fitDataset(array(real).batch(5), { epochs: 2 });
    expect(warn).not.toHaveBeenCalled();
    expect(made.gOptimizer.iterations).toBe(10);
    expect(memory()).toEqual(before);
    made.dispose();
  });

  test('the generator moves towards the real samples', async () => {
    const made = gan();
    await made.fit(real, null, { epochs: 300, batchSize: 10 });
    const [a, b] = (made.generator.predict(zeros([1, 3])) as Tensor).dataSync();
    expect(a).toBeGreaterThan(0.5);
    expect(b).toBeLessThan(-0.5);
  });

  test('methods that need a loss name it in their errors', async () => {
    const made = gan();
    expect(() => made.evaluate(real, real)).toThrow('gan: evaluate needs a loss in compile, or a testStep');
    await expect(made.fit(real, null, { classWeight: { 0: 1 } })).rejects.toThrow('in its own trainStep');
    expect(() => made.optimizer).toThrow('optimizer asked before compile');
  });

  test('testStep serves validation and measure', async () => {
    class Tested extends Gan {
      override testStep({ x: images }: StepData) {
        return { score: this.discriminator.apply(images).mean(), size: images.shape[0] };
      }
    }
    const { discriminator, generator } = gan();
    const made = new Tested(discriminator, generator, 3);
    const logs = await made.measure(real);
    expect(Object.keys(logs)).toEqual(['score', 'size']);
    expect(logs.size).toBe(10);
    const { history } = await made.fit(real, null, { validationSplit: 0.5 });
    expect(Object.keys(history)).toEqual(['dLoss', 'gLoss', 'val_score', 'val_size']);
  });
});

test('a functional model with its own trainStep keeps its graph', async () => {
  class Counted extends Model {
    steps = 0;
    override trainStep({ x, y }: StepData) {
      this.steps++;
      return { loss: this.optimizer.minimize(() => this.computeLoss(y, this.apply(x)), true)! };
    }
  }
  const base = asGraph();
  const made = new Counted({ inputs: base.inputs, outputs: base.outputs });
  made.compile({ optimizer: 'sgd', loss: 'mse' });
  await made.fit(x, y, { batchSize: 5, epochs: 4 });
  expect(made.steps).toBe(4);
  expect(made.layers.map(({ className }) => className)).toEqual(['InputLayer', 'Dense', 'Dropout', 'Dense']);
  const loaded = await loadModel(await encodeModel(made, 'keras'));
  expect(loaded.predict(x)).toBeDefined();
  expect(model({ inputs: base.inputs, outputs: base.outputs }).outputNames).toEqual(made.outputNames);
});
