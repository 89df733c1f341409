import '../../src/ops/methods.js';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ValueError } from '../../src/base/errors.js';
import { Layer } from '../../src/layers/base/layer.js';
import * as layers from '../../src/layers/index.js';
import { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import { tensor } from '../../src/ops/creation.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';

/* Losses that layers and models add in a forward pass, and penalties of outputs: sums by hand. */

beforeAll(async () => void (await startBackend('cpu')));
afterEach(() => disposeVariables());

const x = [
  [1, 2],
  [3, 4],
];
const y = [[0], [0]];

/** One output, the sum of the inputs: 3 and 7. */
const sumOf = (options: object = {}) =>
  layers.dense({ units: 1, kernelInitializer: 'ones', useBias: false, inputShape: [2], ...options });

/** The kernel after one step of gradient descent at rate 0.01. */
async function trained(model: Model) {
  model.compile({ optimizer: 'sgd', loss: 'meanAbsoluteError' });
  const { loss } = await model.measure(x, y);
  const before = memory().numTensors;
  const { history } = await model.fit(x, y, { epochs: 1, verbose: 0 });
  expect(memory().numTensors - before).toBeLessThanOrEqual(2);
  const kernel = [...model.getWeights()[0].dataSync()];
  return { loss, fitted: history.loss[0], kernel };
}

/** Of the mean absolute error: 5, with the gradient [2, 3]. */
const expectStep = (given: Awaited<ReturnType<typeof trained>>, added: number, slope: readonly number[]) => {
  expect(given.loss).toBeCloseTo(5 + added, 5);
  expect(given.fitted).toBeCloseTo(5 + added, 5);
  for (const [i, base] of [2, 3].entries()) expect(given.kernel[i]).toBeCloseTo(1 - 0.01 * (base + slope[i]), 5);
};

describe('penalties of outputs', () => {
  // Σ y² is 9 + 49, its slope 2 Σ y x: 2 (3 · 1 + 7 · 3) and 2 (3 · 2 + 7 · 4).
  const squares = { added: 58, slope: [48, 68] };

  test('activityRegularizer of a layer', async () => {
    const l2 = { className: 'L2', config: { l2: 0.1 } };
    const model = sequential({ layers: [sumOf({ activityRegularizer: l2 })] });
    expectStep(
      await trained(model),
      0.1 * squares.added,
      squares.slope.map((each) => 0.1 * each),
    );
  });

  test('of a layer inside a model and inside a wrapper, once each', async () => {
    const inner = sequential({ layers: [sumOf({ activityRegularizer: { className: 'L2', config: { l2: 0.1 } } })] });
    const model = sequential({
      layers: [inner, layers.activation({ activation: 'linear', activityRegularizer: 'l1' })],
    });
    expectStep(await trained(model), 5.8 + 0.01 * 10, [4.8 + 0.04, 6.8 + 0.06]);
  });

  test('the layer ActivityRegularization', async () => {
    const model = sequential({ layers: [sumOf(), layers.activityRegularization({ l1: 0.5, l2: 0.1 })] });
    expectStep(await trained(model), 0.5 * 10 + 5.8, [0.5 * 4 + 4.8, 0.5 * 6 + 6.8]);
  });

  test('behind a normalization whose pass would end with the activation', async () => {
    const penalized = (activityRegularizer: string | null) =>
      sequential({
        layers: [
          layers.batchNormalization({ inputShape: [2] }),
          layers.activation({ activation: 'relu', activityRegularizer }),
          layers.dense({ units: 1 }),
        ],
      });
    const [with_, without] = await Promise.all(
      [penalized('l1'), penalized(null)].map(async (model) => {
        model.setWeights(model.getWeights().map((weight) => tidy(() => weight.mul(0).add(1))));
        model.compile({ optimizer: 'sgd', loss: 'mse' });
        return (await model.measure(x, y)).loss;
      }),
    );
    // Values (x − 1) / √1.001 + 1 of both rows: their sum is 10 / √1.001 less what the mean takes, plus 4.
    expect(with_ - without).toBeCloseTo(0.01 * ((10 - 4) / Math.sqrt(1.001) + 4), 5);
  });
});

describe('addLoss', () => {
  class Sparse extends Layer {
    override call(given: Tensor): Tensor {
      this.addLoss(given.abs().mean());
      return given;
    }
  }

  class Own extends Model {
    inner = sumOf();

    override call(given: Tensor): Tensor {
      const output = this.inner.apply(given) as Tensor;
      this.addLoss([output.square().mean().mul(0.1), output.mean().mul(0.5)]);
      return output;
    }
  }

  test('of a layer', async () => {
    const model = sequential({ layers: [sumOf(), new Sparse()] });
    expectStep(await trained(model), 5, [2, 3]);
  });

  test('of a model of its own class, also through its own trainStep', async () => {
    expectStep(await trained(new Own()), 2.9 + 2.5, [2.4 + 1, 3.4 + 1.5]);
    class Stepping extends Own {
      override trainStep(data: Parameters<Model['trainStep']>[0]) {
        return super.trainStep(data);
      }
    }
    expectStep(await trained(new Stepping()), 2.9 + 2.5, [2.4 + 1, 3.4 + 1.5]);
  });

  test('outside training nothing happens; a list of numbers is refused', () => {
    const before = memory();
    tidy(() => void new Sparse().apply(tensor(x)));
    expect(memory()).toEqual(before);
    class Wrong extends Layer {
      override call(given: Tensor): Tensor {
        this.addLoss(given);
        return given;
      }
    }
    expect(() => tidy(() => new Wrong().apply(tensor(x)))).toThrow(ValueError);
  });
});
