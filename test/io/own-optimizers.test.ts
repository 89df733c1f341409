import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { variableGrads } from '../../src/autograd/gradients.js';
import { registerClass } from '../../src/base/serialization.js';
import { backupAndRestore } from '../../src/io/backup-and-restore.js';
import { loadModel, resumeTraining } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import type { OneOrMany } from '../../src/layers/base/inputs.js';
import { clearSession } from '../../src/layers/base/naming.js';
import '../../src/ops/methods.js';
import * as layers from '../../src/layers/index.js';
import { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import { concat } from '../../src/ops/concat.js';
import { tensor } from '../../src/ops/creation.js';
import { adam, type Optimizer, sgd } from '../../src/optim/index.js';
import { exponentialDecay } from '../../src/optim/schedules.js';
import { setSeed, uniformValues } from '../../src/tensor/random.js';
import { memory } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import type { CompileOptions } from '../../src/training/model/compile.js';
import type { StepData, StepLogs } from '../../src/training/model/step-data.js';
import { startBackend } from '../support/backends.js';

/*
 * Optimizers in the properties of a subclassed model are saved with it: training goes on with the numbers it would have
 * had.
 */

beforeAll(async () => void (await startBackend('cpu')));
afterEach(() => {
  disposeVariables();
  vi.restoreAllMocks();
});

const body = () =>
  sequential({ layers: [layers.dense({ units: 4, activation: 'tanh', inputShape: [3] }), layers.dense({ units: 3 })] });

/** A generator and a discriminator that pull in opposite directions, each with an optimizer of its own. */
abstract class Pair extends Model {
  generator = body();
  discriminator = body();

  protected abstract get pair(): readonly [Optimizer, Optimizer];

  override call(x: OneOrMany<Tensor>): Tensor {
    return this.discriminator.apply(this.generator.apply([x].flat()[0] as Tensor) as Tensor) as Tensor;
  }

  override trainStep({ x }: StepData): StepLogs {
    const [first, second] = this.pair;
    const loss = variableGrads(() => this.call(x).square().mean(), this.generator.trainableVariables);
    first.applyGradients(loss.grads);
    const other = variableGrads(() => this.call(x).sub(x).square().mean(), this.discriminator.trainableVariables);
    second.applyGradients(other.grads);
    return { generatorLoss: loss.value, loss: other.value };
  }

  override testStep({ x }: StepData): StepLogs {
    return { loss: this.call(x).sub(x).square().mean() };
  }
}

class InProperties extends Pair {
  generatorOptimizer: Optimizer = adam(0.01);
  discriminatorOptimizer: Optimizer = sgd({ learningRate: 0.05, momentum: 0.9 });
  get pair() {
    return [this.generatorOptimizer, this.discriminatorOptimizer] as const;
  }
}

class InAList extends Pair {
  readonly optimizers = [adam(0.01), adam({ learningRate: 0.02, beta1: 0.5 })];
  get pair() {
    return [this.optimizers[0], this.optimizers[1]] as const;
  }
}

class InAnObject extends Pair {
  readonly optimizers = {
    first: adam(0.01),
    second: sgd({
      learningRate: exponentialDecay({ initialLearningRate: 0.1, decaySteps: 3, decayRate: 0.5 }),
      momentum: 0.5,
    }),
  };
  get pair() {
    return [this.optimizers.first, this.optimizers.second] as const;
  }
}

/** As Keras's GAN of its guides: `compile` takes the optimizers. */
class ByCompile extends Pair {
  first: Optimizer | null = null;
  second!: Optimizer;
  override compile(options: CompileOptions & { first?: Optimizer; second?: Optimizer } = {}) {
    const { first, second, ...rest } = options;
    super.compile(rest);
    if (first) this.first = first;
    if (second) this.second = second;
  }
  get pair() {
    return [this.first!, this.second] as const;
  }
}

const CLASSES = { InProperties, InAList, InAnObject, ByCompile };
for (const [name, Class] of Object.entries(CLASSES)) registerClass(Class as never, undefined, name);

const rows = Array.from({ length: 20 }, (_, i) => Array.from(uniformValues(3, i)));
const OPTIONS = { batchSize: 4, shuffle: false };

function made(name: keyof typeof CLASSES): Pair {
  clearSession();
  setSeed(5);
  const model = new CLASSES[name]({});
  if (model instanceof ByCompile) model.compile({ first: adam(0.01), second: adam(0.02) });
  else if (name !== 'InAList') model.compile({});
  model.build([null, 3]);
  return model;
}

const weightsOf = (model: Model) => model.getWeights().map((weight) => Array.from(weight.dataSync()));

async function trained(name: keyof typeof CLASSES, epochs: number) {
  const model = made(name);
  const { history } = await model.fit(rows, null, { ...OPTIONS, epochs });
  return { model, history };
}

describe.each(Object.keys(CLASSES) as (keyof typeof CLASSES)[])('%s', (name) => {
  test.each(['keras', 'h5', 'safetensors'] as const)(
    '%s: training goes on as if it had not been saved',
    async (format) => {
      const whole = await trained(name, 4);
      const { model } = await trained(name, 2);
      const bytes = await encodeModel(model, format);
      const warn = vi.spyOn(console, 'warn');
      clearSession();
      const { model: loaded, epoch } = await resumeTraining(bytes);
      expect(warn).not.toHaveBeenCalled();
      expect(loaded).toBeInstanceOf(CLASSES[name]);
      expect(epoch).toBe(2);
      const { history } = await loaded.fit(rows, null, { ...OPTIONS, initialEpoch: 2, epochs: 4 });
      expect(history.loss).toEqual(whole.history.loss.slice(2));
      expect(weightsOf(loaded)).toEqual(weightsOf(whole.model));
    },
  );

  test('backupAndRestore', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nabla-own-'));
    const whole = await trained(name, 4);
    const keep = () => backupAndRestore(folder, { saveFreq: 1 });
    let steps = 0;
    const kill = {
      onBatchEnd() {
        if (++steps === 8) throw new Error('killed');
      },
    };
    const killed = made(name).fit(rows, null, { ...OPTIONS, epochs: 4, callbacks: [keep(), kill] });
    await expect(killed).rejects.toThrow('killed');
    const model = made(name);
    const { history } = await model.fit(rows, null, { ...OPTIONS, epochs: 4, callbacks: keep() });
    expect(history).toEqual(whole.history);
    expect(weightsOf(model)).toEqual(weightsOf(whole.model));
    rmSync(folder, { recursive: true });
  });
});

describe('states of optimizers in properties', () => {
  test('compile: false leaves them out; so does includeOptimizer: false', async () => {
    const { model } = await trained('InProperties', 1);
    const without = (await loadModel(await encodeModel(model, 'keras'), { compile: false })) as InProperties;
    expect(without.generatorOptimizer.iterations).toBe(0);
    const bytes = await encodeModel(model, 'keras', { includeOptimizer: false });
    expect(((await loadModel(bytes)) as InProperties).generatorOptimizer.iterations).toBe(0);
  });

  test('slots follow their weights when layers are numbered otherwise', async () => {
    const { model } = await trained('InProperties', 1);
    const bytes = await encodeModel(model, 'keras');
    // Names of the layers go on from here: dense_4, …
    const loaded = (await loadModel(bytes)) as InProperties;
    const values = ({ generatorOptimizer, discriminatorOptimizer }: InProperties) =>
      [generatorOptimizer, discriminatorOptimizer].map((each) =>
        each.slots().map(({ value }) => [...value.dataSync()]),
      );
    expect(values(loaded)).toEqual(values(model as InProperties));
  });

  test('state that does not fit is reset, and named', async () => {
    const { model } = await trained('InProperties', 1);
    const bytes = await encodeModel(model, 'keras');
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    registerClass(
      class extends Pair {
        get pair() {
          return [sgd(1), sgd(1)] as const;
        }
        get generatorOptimizer() {
          return 3;
        }
      } as never,
      undefined,
      'InProperties',
    );
    const loaded = await loadModel(bytes);
    expect(warn.mock.calls.flat().join()).toContain('generatorOptimizer of');
    expect(warn.mock.calls.flat().join()).toContain('the model has no such optimizer');
    // The other property is free: its optimizer is made again.
    expect((loaded as unknown as InProperties).discriminatorOptimizer.className).toBe('SGD');
    registerClass(InProperties as never, undefined, 'InProperties');
  });

  test('nothing is left behind', async () => {
    const { model } = await trained('InProperties', 1);
    const bytes = await encodeModel(model, 'safetensors');
    const before = memory().numTensors;
    (await loadModel(bytes)).dispose();
    expect(memory().numTensors).toBe(before);
    model.dispose();
  });
});

describe('subclasses with several inputs and outputs', () => {
  class Two extends Model {
    left = layers.dense({ units: 2 });
    right = layers.dense({ units: 3 });
    override call([a, b]: readonly Tensor[]): Tensor[] {
      const [x, y] = [this.left.apply(a), this.right.apply(b)];
      return [concat([x, y], 1), y];
    }
  }
  registerClass(Two as never, undefined, 'Two');

  test.each(['keras', 'h5', 'safetensors'] as const)('%s: saved and loaded whole', async (format) => {
    const model = new Two({});
    model.compile({ optimizer: adam(0.1), loss: 'mse', metrics: ['mae'] });
    const xs = [
      tensor([
        [1, 2],
        [3, 4],
      ]),
      tensor([[1], [2]]),
    ];
    const ys = [
      tensor([
        [1, 2, 3, 4, 5],
        [1, 2, 3, 4, 5],
      ]),
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ];
    await model.fit(xs, ys, { epochs: 2 });
    const loaded = await loadModel(await encodeModel(model, format));
    const outputs = (of: Model) => (of.predict(xs) as Tensor[]).map((each) => each.arraySync());
    expect(outputs(loaded)).toEqual(outputs(model));
    expect(loaded.inputs.map(({ shape }) => shape)).toEqual([
      [null, 2],
      [null, 1],
    ]);
    const options = { initialEpoch: 2, epochs: 3 };
    const { history } = await model.fit(xs, ys, options);
    expect((await loaded.fit(xs, ys, options)).history).toEqual(history);
  });
});
