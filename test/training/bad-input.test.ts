import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DisposedError, ShapeError, ValueError } from '../../src/base/errors.js';
import { func } from '../../src/data/sources.js';
import { clearSession } from '../../src/layers/base/naming.js';
import * as layers from '../../src/layers/index.js';
import { type Sequential, sequential } from '../../src/models/sequential.js';
import { tensor } from '../../src/ops/creation.js';
import { memory } from '../../src/tensor/scope.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));
beforeEach(() => clearSession());
afterEach(() => disposeVariables());

function classifier(loss = 'sparseCategoricalCrossentropy'): Sequential {
  const made = sequential({ layers: [layers.dense({ units: 3, activation: 'softmax', inputShape: [2] })] });
  made.compile({ optimizer: 'adam', loss, metrics: ['accuracy'] });
  return made;
}

const x = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const y = [0, 1, 2];
const oneHot = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
/** What JavaScript may pass though TypeScript would not. */
const any = <T>(value: unknown): T => value as T;

type Wrong = [
  what: string,
  call: (made: Sequential) => unknown,
  error: new (message?: string) => Error,
  message: string,
];

const FIT: readonly Wrong[] = [
  ['no x', (m) => m.fit(any(undefined), y), ValueError, 'fit: x is undefined, expected samples'],
  ['no y', (m) => m.fit(x, any(null)), ValueError, 'fit: y is null, expected samples'],
  [
    'a data set',
    (m) => m.fit(any(func(() => ({ value: null, done: true }))), y),
    ValueError,
    'fit: x is a data set, expected samples; fitDataset(dataset, options)',
  ],
  ['x of text', (m) => m.fit(any('images'), y), ValueError, 'fit: x is images'],
  ['x one number', (m) => m.fit(any(3), y), ValueError, 'fit: x is 3'],
  ['x empty', (m) => m.fit({ values: new Float32Array(0), shape: [0, 2] }, []), ValueError, 'fit: x is empty'],
  ['x ragged', (m) => m.fit([[1, 2], [3]], y), ShapeError, 'fit: x is ragged'],
  ['x of another width', (m) => m.fit([[1, 2, 3]], [0]), ShapeError, 'fit: x is [1,3], expected [1,2]'],
  ['x of another rank', (m) => m.fit([[[1, 2]]], [0]), ShapeError, 'fit: x is [1,1,2], expected [1,2]'],
  [
    'x whose values do not fill its shape',
    (m) => m.fit({ values: new Float32Array(5), shape: [3, 2] }, y),
    ShapeError,
    'fit: x has 5 values for [3,2], expected 6',
  ],
  ['x by a wrong name', (m) => m.fit({ image: x }, y), ValueError, 'fit: x has image, expected'],
  [
    'x disposed',
    (m) => {
      const gone = tensor(x);
      gone.dispose();
      return m.fit(gone, y);
    },
    DisposedError,
    'was disposed',
  ],
  [
    'two x for one input',
    (m) =>
      m.fit(
        [
          { values: [1, 2], shape: [1, 2] },
          { values: [1], shape: [1] },
        ],
        y,
      ),
    ValueError,
    'contains',
  ],
  ['fewer labels', (m) => m.fit(x, [0, 1]), ValueError, 'fit: y has 2 samples, expected 3, as x'],
  [
    'a label out of range',
    (m) => m.fit(x, [0, 1, 3]),
    ValueError,
    'sparseCategoricalCrossentropy: yTrue has 3 at sample 2, expected an integer from 0 to 2',
  ],
  ['a label below zero', (m) => m.fit(x, [0, 1, -1]), ValueError, 'yTrue has -1 at sample 2'],
  ['a label of NaN', (m) => m.fit(x, [0, Number.NaN, 1]), ValueError, 'yTrue has NaN at sample 1'],
  [
    'one-hot labels for the sparse loss',
    (m) => m.fit(x, oneHot),
    ShapeError,
    'one-hot labels go with categoricalCrossentropy',
  ],
  ['batchSize 0', (m) => m.fit(x, y, { batchSize: 0 }), ValueError, 'fit: batchSize is 0, expected an integer ≥ 1'],
  ['batchSize 1.5', (m) => m.fit(x, y, { batchSize: 1.5 }), ValueError, 'fit: batchSize is 1.5'],
  ['epochs 0', (m) => m.fit(x, y, { epochs: 0 }), ValueError, 'fit: epochs is 0'],
  [
    'initialEpoch beyond epochs',
    (m) => m.fit(x, y, { epochs: 2, initialEpoch: 3 }),
    ValueError,
    'initialEpoch is 3, expected at most epochs, which is 2',
  ],
  ['stepsPerEpoch 0', (m) => m.fit(x, y, { stepsPerEpoch: 0 }), ValueError, 'fit: stepsPerEpoch is 0'],
  [
    'validationSplit 1',
    (m) => m.fit(x, y, { validationSplit: 1 }),
    ValueError,
    'fit: validationSplit is 1, expected a number in [0, 1)',
  ],
  [
    'validationSplit that leaves nothing',
    (m) => m.fit(x, y, { validationSplit: 0.9 }),
    ValueError,
    'leaves none of 3 samples',
  ],
  [
    'validationData of one',
    (m) => m.fit(x, y, { validationData: any([x]) }),
    ValueError,
    'fit: validationData is a list of 1, expected [x, y], [x, y, sampleWeight] or a data set',
  ],
  [
    "an option in Python's spelling",
    (m) => m.fit(x, y, any({ batch_size: 2 })),
    ValueError,
    "fit: there is no option batch_size; did you mean 'batchSize'?",
  ],
  [
    'a number in quotes',
    (m) => m.fit(x, y, { epochs: any('2') }),
    ValueError,
    "fit: epochs is '2', expected an integer ≥ 1",
  ],
  [
    'the name of a callback',
    (m) => m.fit(x, y, { callbacks: any(['earlyStopping']) }),
    ValueError,
    "fit: callbacks has 'earlyStopping', expected objects such as callbacks.earlyStopping() makes",
  ],
  [
    'the weight of a class that is none',
    (m) => m.fit(x, y, { classWeight: { 0: 1, 7: 2 } }),
    ValueError,
    'fit: classWeight names class 7, expected classes 0 to 2',
  ],
  [
    'validation labels out of range',
    (m) => m.fit(x, y, { validationData: [x, [0, 1, 9]] }),
    ValueError,
    'validationData: sparseCategoricalCrossentropy: yTrue has 9',
  ],
  [
    'sampleWeight of another length',
    (m) => m.fit(x, y, { sampleWeight: [1, 2] }),
    ShapeError,
    'sampleWeight is [2], expected [3]',
  ],
  [
    'sampleWeight below zero',
    (m) => m.fit(x, y, { sampleWeight: [1, -2, 1] }),
    ValueError,
    'sampleWeight has -2 at sample 1',
  ],
  [
    'classWeight below zero',
    (m) => m.fit(x, y, { classWeight: { 1: -1 } }),
    ValueError,
    'classWeight of class 1 is -1',
  ],
  [
    'classWeight by a wrong output',
    (m) => m.fit(x, y, { classWeight: any({ side: { 0: 1 } }) }),
    ValueError,
    'classWeight names side',
  ],
  [
    'a data set without end',
    (m) => m.fitDataset(func(() => 1)),
    ValueError,
    'fitDataset: the data set has no end, expected stepsPerEpoch',
  ],
  ['measure: fewer labels', (m) => m.measure(x, [0]), ValueError, 'measure: y has 1 samples'],
  ['measure: steps 0', (m) => m.measure(x, y, { steps: 0 }), ValueError, 'measure: steps is 0'],
  [
    'trainOnBatch: a label out of range',
    (m) => m.trainOnBatch(x, [0, 0, 7]),
    ValueError,
    'trainOnBatch: sparseCategoricalCrossentropy: yTrue has 7',
  ],
  [
    'evaluate: a label of NaN',
    async (m) => m.evaluate(x, [0, Number.NaN, 1]),
    ValueError,
    'evaluate: sparseCategoricalCrossentropy: yTrue has NaN',
  ],
  [
    'one sample, not a batch',
    (m) => m.predict([1, 2]),
    ShapeError,
    'predict: x is [2], expected [1,2], a batch; expandDims(0) makes one of a single sample',
  ],
  [
    'predict: another width',
    async (m) => m.predict([[1, 2, 3, 4, 5]]),
    ShapeError,
    'predict: x is [1,5], expected [1,2]',
  ],
  ['predict: batchSize -1', async (m) => m.predict(x, { batchSize: -1 }), ValueError, 'predict: batchSize is -1'],
];

describe('wrong data and options', () => {
  test.each(FIT)('%s', async (_, call, error, message) => {
    const made = classifier();
    await made.fit(x, y);
    const before = memory();
    const given: unknown = (async () => call(made))();
    await expect(given).rejects.toThrow(error);
    await expect(given).rejects.toThrow(message);
    expect(memory()).toEqual(before);
    // The model is as usable as before.
    expect((await made.fit(x, y)).history.loss).toHaveLength(1);
  });

  test('class numbers for the dense loss, values out of [0, 1]', async () => {
    const made = classifier('categoricalCrossentropy');
    await expect(made.fit(x, y)).rejects.toThrow('class numbers go with sparseCategoricalCrossentropy');
    await expect(
      made.fit(x, [
        [2, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ]),
    ).rejects.toThrow('yTrue has 2 at sample 0, expected 0 to 1');
  });

  test('a second fit while one runs', async () => {
    const made = classifier();
    const first = made.fit(x, y);
    await expect(made.fit(x, y)).rejects.toThrow('fit called while the model is being trained');
    await first;
  });
});

describe('compile', () => {
  const plain = () => sequential({ layers: [layers.dense({ units: 3, inputShape: [2] })] });

  test.each<[string, object, string]>([
    ['no loss', { optimizer: 'adam' }, 'compile: loss is missing'],
    ['an unknown loss', { optimizer: 'adam', loss: 'mxe' }, "loss is 'mxe'"],
    ['an unknown optimizer', { optimizer: 'adan', loss: 'mse' }, "optimizer is 'adan'"],
    ['no optimizer', { loss: 'mse' }, 'optimizer: given undefined'],
    ['an unknown metric', { optimizer: 'adam', loss: 'mse', metrics: ['acuracy'] }, "metric is 'acuracy'"],
    ['too many losses', { optimizer: 'adam', loss: ['mse', 'mse'] }, 'compile: loss has 2 items, expected 1'],
    ['a metric that is a number', { optimizer: 'adam', loss: 'mse', metrics: [[3]] }, 'metric: given 3'],
  ])('%s', (_, options, message) => {
    expect(() => plain().compile(options as never)).toThrow(ValueError);
    expect(() => plain().compile(options as never)).toThrow(message);
  });

  test('what needs it and comes before it', async () => {
    await expect(plain().fit(x, y)).rejects.toThrow('fit asked before compile({ optimizer, loss })');
    expect(() => plain().optimizer).toThrow('optimizer asked before compile');
    expect(() => plain().evaluate(x, y)).toThrow('evaluate asked before compile');
  });
});
