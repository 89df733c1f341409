import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import * as nabla from '../../src/index.js';
import { minifiedCopy } from './other-copy.js';

/*
 * Two copies of the package in one process, as two bundles on one page: every kind of object that users pass around is
 * made by one copy, `nabla`, and meets the other.
 */

let other: typeof nabla;

beforeAll(async () => {
  other = await minifiedCopy('two-copies');
  await nabla.setBackend('cpu');
  await other.setBackend('cpu');
});

beforeEach(() => {
  nabla.clearSession();
  other.clearSession();
});

const X = [
  [1, 2],
  [3, 4],
];
const Y = [[1], [2]];

type Library = typeof nabla;

/** A compiled model of one of the copies. */
function model(library: Library, compile: object = {}): nabla.Sequential {
  const made = library.sequential({ layers: [library.layers.dense({ units: 1, inputShape: [2] })] });
  made.compile({ optimizer: 'sgd', loss: 'meanSquaredError', ...compile });
  return made;
}

const train = (options: object): unknown =>
  model(other).fit(other.tensor(X), other.tensor(Y), { verbose: 0, ...options });
const batches = (library: Library) =>
  library.data.zip({ xs: library.data.array(X), ys: library.data.array(Y) }).batch(2);

test.each<[string, (foreign: nabla.Tensor) => unknown]>([
  ['an op', (x) => other.add(x, 1)],
  ['the second argument of a method', (x) => other.tensor([[1, 2]]).add(x)],
  ['a list', (x) => other.concat([x, x])],
  ['tensor', (x) => other.tensor(x)],
  ['variable', (x) => other.variable(x)],
  ['assign', (x) => other.variable(1).assign(x)],
  ['grad', (x) => other.grad((a) => a.square())(x)],
  ['grad, of what its function returns', (x) => other.grad(() => x)(other.tensor(1))],
  [
    'customGrad, of what gradFunc returns',
    (x) => other.grad(other.customGrad((a) => ({ value: a.square(), gradFunc: () => x })))(other.tensor(1)),
  ],
  ['applyGradients', (x) => other.train.sgd(0.1).applyGradients([[x, other.variable([[1, 2]])]])],
  ['browser.toPixels', (x) => other.browser.toPixels(x)],
  ['a layer', (x) => other.layers.dense({ units: 1 }).apply(x)],
  ['a mask', (x) => other.layers.lstm({ units: 1 }).apply(other.ones([1, 2, 3]), { mask: x })],
  ['a state', (x) => other.layers.gru({ units: 2 }).apply(other.ones([1, 2, 3]), { initialState: [x] })],
  ['setWeights', (x) => model(other).setWeights([x.transpose(), nabla.zeros([1])])],
  [
    'an element of a data set',
    (x) =>
      other.data
        .array([x as never, x as never])
        .batch(2)
        .toArray(),
  ],
  ['predict', (x) => model(other).predict(x)],
  ['fit', (x) => model(other).fit(x, x, { verbose: 0 })],
  ['fit: sampleWeight', (x) => train({ sampleWeight: x })],
  ['fit: validationData', (x) => train({ validationData: [x, x] })],
  ['evaluate', (x) => model(other).evaluate(x, x)],
])('%s names a tensor of the other copy', async (_, call) => {
  const foreign = nabla.tensor([[1, 2]]);
  await expect((async () => call(foreign))()).rejects.toThrow('a Tensor of another copy of nabla (two are loaded;');
  expect(foreign.dataSync()).toEqual(new Float32Array([1, 2]));
});

const DENSE = () => nabla.layers.dense({ units: 1, inputShape: [2] });

test.each<[string, string, () => unknown]>([
  ['sequential', 'a Dense', () => other.sequential({ layers: [DENSE()] })],
  ['sequential, given a model', 'a Sequential', () => other.sequential({ layers: [model(nabla)] })],
  ['add', 'a Dense', () => other.sequential().add(DENSE())],
  ['timeDistributed', 'a Dense', () => other.layers.timeDistributed({ layer: DENSE() })],
  ['bidirectional', 'a LSTM', () => other.layers.bidirectional({ layer: nabla.layers.lstm({ units: 1 }) })],
  ['rnn', 'a LSTMCell', () => other.layers.rnn({ cell: [nabla.layers.lstmCell({ units: 1 })] })],
  ['activation', 'a ReLU', () => other.layers.dense({ units: 1, activation: nabla.layers.reLU() as never })],
  ['a layer', 'a SymbolicTensor', () => other.layers.dense({ units: 1 }).apply(nabla.input({ shape: [2] }))],
  [
    'a layer with two inputs',
    'a SymbolicTensor',
    () => other.layers.add().apply([other.input({ shape: [2] }), nabla.input({ shape: [2] })]),
  ],
  ['an op', 'a SymbolicTensor', () => other.relu(nabla.input({ shape: [2] }) as never)],
  [
    'model: inputs',
    'a SymbolicTensor',
    () => other.model({ inputs: nabla.input({ shape: [2] }), outputs: other.input({ shape: [2] }) }),
  ],
  [
    'model: outputs',
    'a SymbolicTensor',
    () => {
      const inputs = other.input({ shape: [2] });
      return other.model({ inputs, outputs: DENSE().apply(nabla.input({ shape: [2] })) });
    },
  ],
  [
    'a weight',
    'a Weight',
    () => {
      const layer = DENSE();
      layer.apply(nabla.tensor(X));
      return other.add(layer.weights[0] as never, 1);
    },
  ],
  ['compile: optimizer', 'an Adam', () => model(other, { optimizer: nabla.optimizers.adam() })],
  ['train', 'a SGD', () => model(other, { optimizer: nabla.train.sgd(0.1) })],
  [
    'compile: metrics',
    'a Precision',
    () => {
      const made = model(other, { metrics: ['accuracy', new nabla.metrics.Precision()] });
      return made.fit(other.tensor(X), other.tensor(Y), { verbose: 0 });
    },
  ],
  ['compile: a metric', 'a Recall', () => model(other, { metrics: new nabla.metrics.Recall() })],
  [
    'fit: callbacks',
    'an EarlyStopping',
    () => train({ callbacks: [nabla.callbacks.earlyStopping({ monitor: 'loss' })] }),
  ],
  ['fit: validationData', 'a Dataset', () => train({ validationData: batches(nabla) })],
  ['fit', 'a Dataset', () => model(other).fit(batches(nabla) as never, undefined as never, { verbose: 0 })],
  ['fitDataset', 'a Dataset', () => model(other).fitDataset(batches(nabla), { epochs: 1 })],
  ['evaluate', 'a Dataset', () => model(other).evaluate(batches(nabla) as never, undefined as never)],
  ['evaluateDataset', 'a Dataset', () => model(other).evaluateDataset(batches(nabla))],
  ['predict', 'a Dataset', () => model(other).predict(nabla.data.array(X).batch(2) as never)],
  ['data.zip', 'a Dataset', () => other.data.zip([nabla.data.array(X), other.data.array(Y)])],
  ['concatenate', 'a Dataset', () => other.data.array(X).concatenate(nabla.data.array(X))],
  ['encodeModel', 'a Sequential', () => other.encodeModel(model(nabla), 'keras')],
  ['saveModel', 'a Sequential', () => other.saveModel(model(nabla), 'never-written.keras')],
  ['saveWeights', 'a Sequential', () => other.saveWeights(model(nabla), 'never-written.weights.h5')],
  ['loadWeights', 'a Sequential', () => other.loadWeights(model(nabla), 'missing.weights.h5')],
  ['gradCam', 'a Sequential', () => other.interpret.gradCam(model(nabla), other.tensor(X))],
  ['featureMaps', 'a Sequential', () => other.interpret.featureMaps(model(nabla), other.tensor(X))],
  ['filters', 'a Sequential', () => other.interpret.filters(model(nabla))],
  ['saliency', 'a Sequential', () => other.interpret.saliency(model(nabla), other.tensor(X))],
  ['findNaN', 'a Sequential', () => other.interpret.findNaN(model(nabla), other.tensor(X))],
  [
    'findLearningRate',
    'a Sequential',
    () => other.interpret.findLearningRate(model(nabla), other.tensor(X), other.tensor(Y)),
  ],
  [
    'a variable of applyGradients',
    'a Variable',
    () => other.train.sgd(0.1).applyGradients([[other.tensor(1), nabla.variable(1)]]),
  ],
  ['variableGrads', 'a Variable', () => other.variableGrads(() => other.tensor(1), [nabla.variable(1)])],
  [
    'a custom layer with the other class',
    'a Double',
    () => {
      class Double extends nabla.Layer {
        static override readonly className = 'Double';
        override call(x: nabla.Tensor): nabla.Tensor {
          return x.mul(2);
        }
      }
      return other.sequential([new Double({ inputShape: [2] })]);
    },
  ],
])('%s names %s of the other copy', async (_, what, call) => {
  await expect((async () => call())()).rejects.toThrow(`${what} of another copy of nabla (two are loaded;`);
});

test('objects made of a name and options are recreated by the receiving copy', async () => {
  const seen: number[] = [];
  for (const source of [nabla, other]) {
    other.setSeed(1);
    const made = other.sequential([
      other.layers.dense({
        units: 1,
        inputShape: [2],
        kernelInitializer: source.initializers.constant({ value: 0.5 }),
        kernelRegularizer: source.regularizers.l2(0.1),
        kernelConstraint: source.constraints.maxNorm(0.7),
      }),
    ]);
    made.compile({
      optimizer: other.optimizers.sgd({
        learningRate: source.optimizers.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 1, decayRate: 0.5 }),
      }),
      loss: source.losses.loss('huber', { delta: 2 }),
    });
    const { history } = await made.fit(other.tensor(X), other.tensor(Y), { verbose: 0, epochs: 2 });
    seen.push(...(history.loss as number[]), ...(made.getWeights()[0].dataSync() as Float32Array));
  }
  expect(seen.slice(0, seen.length / 2)).toEqual(seen.slice(seen.length / 2));
});

test('functions of losses, metrics and activations are those of the copy that takes them', async () => {
  const seen: unknown[] = [];
  for (const source of [nabla, other]) {
    other.clearSession();
    other.setSeed(1);
    const activations = [source.relu, source.softplus, source.softmax];
    const made = other.sequential(
      activations.map((activation, index) =>
        other.layers.dense({ units: 2, activation: activation as never, ...(index === 0 ? { inputShape: [2] } : {}) }),
      ),
    );
    made.compile({
      optimizer: 'sgd',
      loss: source.losses.huber,
      metrics: [source.metrics.categoricalAccuracy, source.losses.meanAbsoluteError, source.losses.meanSquaredError],
    });
    const { history } = await made.fit(other.tensor(X), other.tensor(X), { verbose: 0, epochs: 2 });
    seen.push(history);
    await other.loadModel(await other.encodeModel(made, 'keras'));
  }
  expect(Object.keys(seen[0] as object)).toHaveLength(4);
  expect(seen[0]).toEqual(seen[1]);
});

test("a loss of a user's own that computes with the other copy is named where it runs", async () => {
  const loss = (yTrue: nabla.Tensor, yPred: nabla.Tensor) => nabla.sub(yTrue, yPred).abs().mean(-1);
  const made = model(other, { loss });
  await expect(made.fit(other.tensor(X), other.tensor(Y), { verbose: 0 })).rejects.toThrow('of another copy of nabla');
});

test('an initializer whose tensors are those of the other copy is refused', () => {
  class Ones {
    static readonly className = 'TheirOnes';
    readonly className = 'TheirOnes';
    apply(shape: readonly number[]): nabla.Tensor {
      return nabla.ones(shape);
    }
    getConfig() {
      return {};
    }
  }
  expect(() => other.layers.dense({ units: 1, kernelInitializer: new Ones() }).apply(other.tensor(X))).toThrow(
    'the initial value is a Tensor of another copy of nabla',
  );
});

test('a message has the versions of the copies, where they differ', async () => {
  vi.resetModules();
  vi.doMock('../../src/base/version.js', () => ({ version: '9.9.9' }));
  try {
    const later: typeof nabla = await import('../../src/index.js');
    await later.setBackend('cpu');
    expect(() => nabla.add(later.tensor([1]), 1)).toThrow(
      'a Tensor of another copy of nabla (two are loaded: its version is 9.9.9, here 0.',
    );
  } finally {
    vi.doUnmock('../../src/base/version.js');
    vi.resetModules();
  }
});

test('each copy computes on its own', () => {
  expect(nabla.tensor([1]).add(1).dataSync()).toEqual(other.tensor([1]).add(1).dataSync());
});
