import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { valueAndVariableGrads } from '../../src/autograd/gradients.js';
import { warnOfMemory } from '../../src/cli/run/warn-of-memory.js';
import { largestBatch, trainingMemory } from '../../src/interpret/training-memory.js';
import { clearSession } from '../../src/layers/base/naming.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { identityBlock } from '../../src/models/blocks.js';
import { model } from '../../src/models/functional.js';
import type { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import { zeros } from '../../src/ops/creation.js';
import { profile } from '../../src/profile/index.js';
import { setSeed } from '../../src/tensor/random.js';
import { memory } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { lenet5 } from '../../src/zoo/index.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('wasm')));
beforeEach(() => {
  clearSession();
  setSeed(3);
});

const KiB = 1024;

function residual(): Model {
  const image = input({ shape: [12, 12, 8] });
  const x = identityBlock(image, { kernelSize: 3, filters: [4, 4, 8] });
  const classes = layers.dense({ units: 3, activation: 'softmax' }).apply(layers.globalAveragePooling2d().apply(x));
  const built = model({ inputs: image, outputs: classes });
  built.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  return built;
}

/** Peak bytes of the step as it runs, other than what was there before. */
async function measuredPeak(net: Model, x: Tensor, y: Tensor): Promise<number> {
  const variables = net.trainableWeights.map(({ variable }) => variable);
  for (const weight of net.weights) weight.variable;
  const before = memory().numBytes;
  const step = () =>
    valueAndVariableGrads('test', () => net.computeLoss(y, net.apply(x, { training: true }) as Tensor), variables);
  const { peakBytes } = await profile(step);
  return peakBytes - before + x.size * 4 + y.size * 4;
}

describe('trainingMemory', () => {
  test.each([
    ['LeNet-5', 'categoricalCrossentropy', [16, 28, 28, 1], [16, 10]],
    ['a residual block', 'sparseCategoricalCrossentropy', [16, 12, 12, 8], [16]],
  ] as const)('is that of a step of %s that runs, to the byte', async (name, loss, xShape, yShape) => {
    const net = name === 'LeNet-5' ? lenet5() : residual();
    net.compile({ optimizer: 'adam', loss });
    const predicted = trainingMemory(net, { batchSize: 16 });
    const dtype = loss.startsWith('sparse') ? 'int32' : 'float32';
    expect(predicted.peak).toBe(await measuredPeak(net, zeros(xShape), zeros(yShape, dtype)));
    expect(predicted.held).toBeLessThanOrEqual(predicted.peak);
    expect(predicted.weights).toBe(4 * net.countParams());
    expect(predicted.total).toBe(predicted.weights + predicted.optimizer + predicted.peak);
  });

  test("counts the optimizer's state: two slots of Adam, one of momentum, none of SGD, none of frozen weights", () => {
    const net = sequential({ layers: [layers.dense({ units: 32, inputShape: [8] }), layers.dense({ units: 1 })] });
    const stateWith = (optimizer: string): number => {
      net.compile({ optimizer, loss: 'mse' });
      return trainingMemory(net).optimizer;
    };
    expect(stateWith('sgd')).toBe(0);
    expect(stateWith('momentum')).toBe(4 * net.countParams());
    expect(stateWith('adam')).toBe(8 * net.countParams());
    net.layers[0].trainable = false;
    expect(stateWith('adam')).toBe(8 * 33);
  });

  test('leaves weights, averages, random stream and tensors as they were', () => {
    const net = residual();
    const before = net.getWeights().map((weight) => [...weight.dataSync()]);
    const { numTensors } = memory();
    trainingMemory(net, { batchSize: 64 });
    expect(memory().numTensors).toBe(numTensors);
    expect(net.getWeights().map((weight) => [...weight.dataSync()])).toEqual(before);
  });

  test('counts labels of each output by its loss', () => {
    const x = input({ shape: [4] });
    const outputs = [layers.dense({ units: 3, name: 'a' }).apply(x), layers.dense({ units: 2, name: 'b' }).apply(x)];
    const net = model({ inputs: x, outputs });
    net.compile({ optimizer: 'sgd', loss: { a: 'sparseCategoricalCrossentropy', b: 'mse' } });
    expect(trainingMemory(net).peak).toBeGreaterThan(0);
  });

  test('refuses a model without a loss, inputs of unknown size, and unknown options', () => {
    const net = sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
    expect(() => trainingMemory(net)).toThrow(/trainingMemory: sequential has no loss/);
    const anySize = sequential({
      layers: [
        layers.conv2d({ filters: 1, kernelSize: 1, inputShape: [null, null, 1] }),
        layers.globalAveragePooling2d(),
      ],
    });
    anySize.compile({ optimizer: 'sgd', loss: 'mse' });
    expect(() => trainingMemory(anySize)).toThrow(/trainingMemory: an input has the shape \[null, ?null, ?1\]/);
    expect(() => trainingMemory(net, { batch: 2 } as object)).toThrow(/batchSize/);
  });
});

describe('largestBatch', () => {
  test('fits, and one more does not', () => {
    const net = residual();
    const batchSize = largestBatch(net, { bytes: 900 * KiB });
    expect(batchSize).toBeGreaterThan(1);
    expect(trainingMemory(net, { batchSize }).total).toBeLessThanOrEqual(900 * KiB);
    expect(trainingMemory(net, { batchSize: batchSize + 1 }).total).toBeGreaterThan(900 * KiB);
  });

  test('fits where more samples would make a tensor too large to index', () => {
    const net = sequential({ layers: [layers.dense({ units: 1, inputShape: [2 ** 20] })] });
    net.compile({ optimizer: 'sgd', loss: 'mse' });
    expect(largestBatch(net, { bytes: 2 ** 40 })).toBe(2 ** 11 - 1);
  });

  test('is 0 where one sample does not fit', () => {
    expect(largestBatch(residual(), { bytes: 100 })).toBe(0);
  });
});

describe('a training on the command line', () => {
  const warnings = (batchSize: number): string[] => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    try {
      const net = lenet5();
      net.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
      warnOfMemory(net, batchSize);
      return warn.mock.calls.map(([text]) => String(text));
    } finally {
      warn.mockRestore();
    }
  };

  test('warns of a batch that does not fit into a WebAssembly memory, and names one that does', () => {
    expect(warnings(32)).toEqual([]);
    const [warning] = warnings(400_000);
    const [, fits] = /--batch (\d+) fits/.exec(warning)!;
    expect(warnings(Number(fits))).toEqual([]);
    expect(warnings(Number(fits) + 1)).toHaveLength(1);
  });
});
