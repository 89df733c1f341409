import '../../src/ops/methods.js';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { array } from '../../src/data/index.js';
import * as layers from '../../src/layers/index.js';
import { Model } from '../../src/models/model.js';
import { Sequential, type SequentialOptions, sequential } from '../../src/models/sequential.js';
import { tensor } from '../../src/ops/creation.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import {
  Callback,
  type CallbackFunctions,
  learningRateScheduler,
  terminateOnNaN,
} from '../../src/training/callbacks/index.js';
import { startBackend } from '../support/backends.js';

/* Nothing that a user says is dropped: it is done, or refused by name. */

beforeAll(async () => void (await startBackend('cpu')));
afterEach(() => disposeVariables());

const x = [[1], [2], [3], [4]];
const y = [[2], [4], [6], [8]];

function line(): Sequential {
  const made = sequential([layers.dense({ units: 1, kernelInitializer: 'zeros', inputShape: [1] })]);
  made.compile({ optimizer: 'sgd', loss: 'mse' });
  return made;
}

describe('options of calls', () => {
  test.each<[string, (m: Sequential) => unknown, string]>([
    ['fit', (m) => m.fit(x, y, { epoch: 3 } as never), "did you mean 'epochs'?"],
    [
      'fitDataset',
      (m) => m.fitDataset(array([]), { batchSize: 3 } as never),
      'fitDataset: there is no option batchSize',
    ],
    ['evaluate', (m) => m.evaluate(x, y, { batchsize: 2 } as never), "did you mean 'batchSize'?"],
    ['measure', (m) => m.measure(x, y, { sample_weights: [1] } as never), "did you mean 'sampleWeight'?"],
    ['evaluateDataset', (m) => m.evaluateDataset(array([]), { batchs: 1 } as never), "did you mean 'batches'?"],
    ['predict', (m) => m.predict(x, { batch_size: 1 } as never), "did you mean 'batchSize'?"],
    [
      'predictOnBatch',
      (m) => m.predictOnBatch(x, { batchSize: 1 } as never),
      'predictOnBatch: there is no option batchSize',
    ],
    ['trainOnBatch', (m) => m.trainOnBatch(x, y, { sampleWeights: [1] } as never), "did you mean 'sampleWeight'?"],
    [
      'testOnBatch',
      (m) => m.testOnBatch(x, y, { classWeight: {} } as never),
      'testOnBatch: there is no option classWeight',
    ],
    ['compile', (m) => m.compile({ optimizer: 'sgd', loss: 'mse', metric: [] } as never), "did you mean 'metrics'?"],
    [
      'compile, a wrong type',
      (m) => m.compile({ optimizer: 3, loss: 'mse' } as never),
      'compile: optimizer is 3, expected',
    ],
    ['summary', (m) => m.summary({ linelenght: 80 } as never), "did you mean 'lineLength'?"],
    [
      'fit, shuffle',
      (m) => m.fit(x, y, { shuffle: 'batch' } as never),
      "fit: shuffle is 'batch', expected true or false",
    ],
    ['fit, verbose', (m) => m.fit(x, y, { verbose: 3 } as never), "fit: verbose is 3, expected one of 0, 1, 2, 'auto'"],
    ['fit, yieldEvery', (m) => m.fit(x, y, { yieldEvery: 'step' } as never), "fit: yieldEvery is 'step'"],
    [
      'fitDataset, two names',
      (m) => m.fitDataset(array([]), { stepsPerEpoch: 2, batchesPerEpoch: 3 }),
      'stepsPerEpoch is 2 and batchesPerEpoch 3, expected one of them',
    ],
    [
      'fitDataset of arrays',
      (m) => m.fitDataset([[1]] as never),
      'fitDataset: dataset is [[1]], expected one of data.array',
    ],
    ['predictOnBatch of a data set', (m) => m.predictOnBatch(array([1]) as never), 'predictOnBatch: x is a data set'],
    ['predict of a class', (m) => m.predict(new Map() as never), 'predict: x is a Map, expected samples'],
    ['sequential', () => sequential({ layer: [] } as never), "did you mean 'layers'?"],
    ['sequential, a wrong type', () => sequential({ layers: 3 } as never), 'layers is 3, expected a list of layers'],
    ['sequential of a function', () => sequential([layers.dense] as never), 'a function that was not called'],
    ['Model', () => new Model({ input: 3 } as never), "did you mean 'inputs'?"],
    ['Model of one end', (m) => new Model({ inputs: m.inputs }), 'outputs are missing, expected both or neither'],
    [
      'learningRateScheduler',
      () => learningRateScheduler((_, r) => r, { verbos: 1 } as never),
      "did you mean 'verbose'?",
    ],
    [
      'learningRateScheduler of a number',
      () => learningRateScheduler(0.1 as never),
      'schedule is 0.1, expected a function',
    ],
    ['terminateOnNaN', () => terminateOnNaN({ patience: 1 } as never), 'terminateOnNaN: there is no option patience'],
  ])('%s', async (_, call, message) => {
    await expect((async () => call(line()))()).rejects.toThrow(message);
  });

  test('a list is the layers of a sequential model, of the class too', () => {
    const list = (): SequentialOptions['layers'] & object => [
      layers.dense({ units: 2, inputShape: [1] }),
      layers.flatten(),
    ];
    expect(sequential(list()).layers).toHaveLength(2);
    expect(new Sequential(list()).layers).toHaveLength(2);
    expect(sequential({ layers: list(), name: 'named' }).name).toBe('named');
  });

  test("trainOnBatch and testOnBatch take Keras's third argument, the weights", async () => {
    // The loss of [1], [2] at 0 is (1·4 + 3·16) / 2.
    expect(await line().trainOnBatch([[1], [2]], [[2], [4]], [1, 3])).toBe(26);
    expect(await line().testOnBatch([[1], [2]], [[2], [4]], tensor([1, 3]))).toBe(26);
    expect(await line().testOnBatch([[1], [2]], [[2], [4]], { sampleWeight: [1, 3] })).toBe(26);
  });

  test('verbose prints the end of an evaluation and of a prediction; auto is 1', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const made = line();
    made.evaluate(x, y, { verbose: 1 });
    await made.measure(x, y, { verbose: 'auto', batchSize: 2 });
    made.predict(x, { verbose: 2 });
    made.predict(x);
    const lines = log.mock.calls.map(([each]) => each as string);
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^2\/2 - .*\/step - loss: 30\.0000$/);
    expect(lines[2]).toMatch(/^1\/1 - [^l]*$/);
    await made.fit(x, y, { verbose: 'auto' });
    expect(log.mock.calls[3][0]).toBe('Epoch 1/1');
    log.mockRestore();
  });
});

describe('callbacks', () => {
  test.each<[object, string]>([
    [{ onTrainBatchEnd() {} }, "fit: callbacks has onTrainBatchEnd, which is never called; did you mean 'onBatchEnd'?"],
    [{ on_epoch_end() {} }, "did you mean 'onEpochEnd'?"],
    [{ epochEnd() {} }, "epochEnd, which is never called; did you mean 'onEpochEnd'?"],
    [{ onPredictEnd() {} }, 'has onPredictEnd, which is never called'],
    [{}, 'has {}, expected functions such as onEpochEnd'],
    [
      new (class extends Callback {
        onEpocEnd() {}
      })(),
      "did you mean 'onEpochEnd'?",
    ],
  ])('functions that nothing calls are refused: %#', async (callback, message) => {
    await expect(line().fit(x, y, { callbacks: callback as CallbackFunctions })).rejects.toThrow(message);
  });

  test('additional functions of a callback are allowed', async () => {
    const seen: string[] = [];
    class Own extends Callback {
      report(what: string): void {
        seen.push(what);
      }

      override onEpochEnd(): void {
        this.report('end');
      }
    }
    await line().fit(x, y, { callbacks: [new Own()] });
    expect(seen).toEqual(['end']);
  });

  test('are called around evaluations, by measure and in validation', async () => {
    const seen: string[] = [];
    const callback: CallbackFunctions = {
      onTestBegin: () => seen.push('begin'),
      onTestBatchBegin: (batch) => seen.push(`batch ${batch}`),
      onTestBatchEnd: (batch, { loss }) => seen.push(`${batch}: ${loss}`),
      onTestEnd: ({ loss }) => seen.push(`end ${loss}`),
    };
    // Zero weights: squares of 2, 4, 6, 8.
    await line().measure(x, y, { batchSize: 2, callbacks: callback });
    expect(seen).toEqual(['begin', 'batch 0', '0: 10', 'batch 1', '1: 30', 'end 30']);
    seen.length = 0;
    await line().fit(x, y, { validationData: [x, y], callbacks: callback });
    expect(seen).toHaveLength(4);
  });

  test('onYield follows yieldEvery', async () => {
    const seen: number[][] = [];
    const callbacks: CallbackFunctions = { onYield: (epoch, batch) => seen.push([epoch, batch]) };
    await line().fit(x, y, { batchSize: 2, epochs: 2, yieldEvery: 'batch', callbacks });
    expect(seen).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    seen.length = 0;
    await line().fit(x, y, { batchSize: 2, epochs: 2, yieldEvery: 'epoch', callbacks });
    expect(seen).toEqual([
      [0, 1],
      [1, 1],
    ]);
    seen.length = 0;
    await line().fit(x, y, { epochs: 50, yieldEvery: 'never', callbacks });
    expect(seen).toEqual([]);
  });

  test('see the model that trains', async () => {
    let outputs: Tensor | Tensor[] | null = null;
    class Watcher extends Callback {
      override onTrainEnd(): void {
        outputs = this.model.predict([[1]]);
        expect(this.model.optimizer.iterations).toBe(1);
        expect(this.model.layers).toHaveLength(1);
        expect(this.model.weights.map(({ name }) => name)).toEqual(['kernel', 'bias']);
      }
    }
    await line().fit(x, y, { callbacks: new Watcher() });
    expect(outputs).not.toBeNull();
  });
});
