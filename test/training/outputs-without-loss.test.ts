import '../../src/ops/methods.js';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { array } from '../../src/data/index.js';
import { readCompileConfig } from '../../src/io/training/compile-config.js';
import { writeCompileConfig } from '../../src/io/training/write-compile-config.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { model } from '../../src/models/functional.js';
import { tensor } from '../../src/ops/creation.js';
import { sgd } from '../../src/optim/index.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';

/* Outputs whose loss is null: no term in the total, no labels, metrics on request, as in Keras 3. */

beforeAll(async () => void (await startBackend('cpu')));
afterEach(() => disposeVariables());

const X = [[1], [2], [3]];
const SIZE = tensor([[2], [2], [6]]);
const SIDE = tensor([[0], [2], [7]]);
const LOSS = (1 + 0 + 9) / 3;
const MAE = (1 + 0 + 4) / 3;

/** Two outputs, each equal to the input. */
function twoHeads(options: object) {
  const x = input({ shape: [1], name: 'x' });
  const head = (name: string) => layers.dense({ units: 1, name, kernelInitializer: 'ones' }).apply(x);
  const made = model({ inputs: x, outputs: [head('side'), head('size')] } as never);
  made.compile({ optimizer: sgd({ learningRate: 0 }), ...options } as never);
  return made;
}

test.each<[string, object]>([
  ['in a list', { loss: [null, 'mse'] }],
  ['undefined in a list', { loss: [undefined, 'mse'] }],
  ['by name', { loss: { side: null, size: 'mse' } }],
])('a loss of null %s needs no labels and adds nothing', async (_, options) => {
  for (const y of [SIZE, [[2], [2], [6]], { size: SIZE }, [null, SIZE], [SIDE, SIZE]]) {
    const { history } = await twoHeads(options).fit(X, y as never, { sampleWeight: [1, 1, 1] });
    expect(Object.keys(history)).toEqual(['loss']);
    expect(history.loss[0]).toBeCloseTo(LOSS, 6);
  }
  const dataset = array(
    [0, 1, 2].map((i) => ({ xs: tensor(X[i]), ys: { size: SIZE.slice([i, 0], [1, 1]).reshape([1]) } })),
  );
  expect((await twoHeads(options).fitDataset(dataset.batch(3), { epochs: 1 })).history.loss[0]).toBeCloseTo(LOSS, 6);
});

test('only the weights behind the loss are trained', async () => {
  const made = twoHeads({ optimizer: 'sgd', loss: [null, 'mse'] });
  await made.fit(X, SIZE);
  expect(made.getLayer('side').getWeights()[0].dataSync()[0]).toBe(1);
  expect(made.getLayer('size').getWeights()[0].dataSync()[0]).not.toBe(1);
});

test('metrics of an output without a loss are computed from its labels', async () => {
  const made = twoHeads({ loss: [null, 'mse'], metrics: { side: 'mae' } });
  const logs = await made.measure(X, [SIDE, SIZE]);
  expect(Object.keys(logs)).toEqual(['loss', 'side_mae']);
  expect(logs.loss).toBeCloseTo(LOSS, 6);
  expect(logs.side_mae).toBeCloseTo(MAE, 6);
  await expect(made.fit(X, { size: SIZE })).rejects.toThrow('fit: y has size, expected side');
});

test('files preserve the absence of a loss', () => {
  for (const loss of [[null, 'mse'], { side: null, size: 'mse' }]) {
    const written = JSON.parse(JSON.stringify(writeCompileConfig({ loss } as never)));
    expect(readCompileConfig(written, 'test').loss).toEqual(JSON.parse(JSON.stringify(written.loss)));
    expect(Object.values(written.loss).filter((each) => each === null)).toHaveLength(1);
  }
});

test.each<[object, string]>([
  [{ loss: [null, null] }, 'compile: loss is null for every output, expected one for at least one of them'],
  [{ loss: { size: 'mse' } }, 'compile: loss of output side is missing, expected one, or null for an output without'],
  [{ loss: [null, 'mse'], lossWeights: { side: 2 } }, 'compile: lossWeights names side, whose loss is null'],
])('refused by name: %#', (options, message) => {
  expect(() => twoHeads(options)).toThrow(message);
});

test('labels that are missing are named', async () => {
  await expect(twoHeads({ loss: [null, 'mse'] }).fit(X, [SIDE, null] as never)).rejects.toThrow(
    'fit: y of size is missing',
  );
});
