import { describe, expect, test, vi } from 'vitest';
import { FormatError, ValueError } from '../../src/base/errors.js';
import { registerClass, registerFunction } from '../../src/base/serialization.js';
import { openZip } from '../../src/io/bytes/zip.js';
import { openHdf5 } from '../../src/io/hdf5/read.js';
import { loadModel } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import { readCompileConfig } from '../../src/io/training/compile-config.js';
import { readMetric, writeMetric } from '../../src/io/training/metric-config.js';
import { writeCompileConfig } from '../../src/io/training/write-compile-config.js';
import * as layers from '../../src/layers/index.js';
import { dice, loss, registerLoss, tversky } from '../../src/losses/index.js';
import {
  AUC,
  binaryAccuracy,
  F1Score,
  FBetaScore,
  MeanIoU,
  MeanMetric,
  Metric,
  type MetricIdentifier,
  metric,
  OneHotIoU,
  Precision,
  PrecisionAtRecall,
  Recall,
  registerMetric,
  TruePositives,
} from '../../src/metrics/index.js';
import { sequential } from '../../src/models/sequential.js';
import * as optimizers from '../../src/optim/index.js';
import type { Optimizer } from '../../src/optim/optimizer.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import type { CompileOptions } from '../../src/training/model/compile.js';
import { FORMATS, onCpu, valuesOf } from './helpers.js';

/* Round trips of compile arguments through files: names, custom functions, metrics with options. */

onCpu();

const cubed = (yTrue: Tensor, yPred: Tensor): Tensor => yTrue.sub(yPred).abs().pow(3).mean(-1);
const largestError = (yTrue: Tensor, yPred: Tensor): Tensor => yTrue.sub(yPred).abs().max(-1);
const smallestError = (yTrue: Tensor, yPred: Tensor): Tensor => yTrue.sub(yPred).abs().min(-1);
registerLoss('cubedError', cubed);
registerMetric('largestError', largestError);
registerFunction('smallestError', smallestError);

/** Three errors of the largest, the class of which is known to files. */
class LargestSum extends MeanMetric {
  static override readonly className = 'LargestSum';
  private readonly scale: number;

  constructor({ name = 'largest_sum', scale = 1 }: { name?: string; scale?: number } = {}) {
    super(name, (yTrue, yPred) => largestError(yTrue, yPred).mul(scale));
    this.scale = scale;
  }

  override getConfig() {
    return { ...super.getConfig(), scale: this.scale };
  }
}
registerClass(LargestSum);

const x = [
  [0.1, 0.9],
  [0.7, 0.2],
  [0.4, 0.5],
  [0.9, 0.8],
];
const y = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [1, 0, 0],
];

/** Loss and metrics of a model, before saving and after loading. */
async function judged(options: Omit<CompileOptions, 'optimizer'>, format: (typeof FORMATS)[number]) {
  const model = sequential({ layers: [layers.dense({ units: 3, activation: 'softmax', inputShape: [2] })] });
  model.compile({ optimizer: 'sgd', ...options });
  const loaded = await loadModel(await encodeModel(model, format));
  return [model, loaded].map((each) => valuesOf(each.evaluate(x, y)).flat());
}

describe.each(FORMATS)('through %s', (format) => {
  test.each<[string, Omit<CompileOptions, 'optimizer'>]>([
    ['functions that registerLoss and registerMetric know', { loss: cubed, metrics: [largestError] }],
    ['their names', { loss: 'cubedError', metrics: ['largestError', 'cubed_error'] }],
    ['functions that registerFunction knows', { loss: smallestError, metrics: [smallestError, cubed] }],
    ['a focal loss', { loss: loss('categoricalFocalCrossentropy', { gamma: 1.5, axis: -1 }), metrics: ['mae'] }],
    ['the function of an overlap', { loss: dice, metrics: ['mae'] }],
    ['an overlap with axes', { loss: loss(tversky, { alpha: 0.7, axis: [1] }), metrics: ['mae'] }],
    ['functions of nabla', { loss: 'mse', metrics: [binaryAccuracy] }],
    ['names in capitals', { loss: 'MSE', metrics: ['AUC', 'MAE'] }],
    ['a loss with options', { loss: loss('huber', { delta: 0.1 }), metrics: ['accuracy'] }],
    [
      'areas, precision and recall with options',
      {
        loss: 'categoricalCrossentropy',
        metrics: [
          new AUC({ curve: 'PR', name: 'pr', thresholds: [0.2, 0.4] }),
          new AUC({ multiLabel: true, labelWeights: [1, 2, 3], numThresholds: 20, summationMethod: 'minoring' }),
          new Precision({ thresholds: [0.3, 0.6] }),
          new Precision({ topK: 2, classId: 1, name: 'among_two' }),
          new Recall({ thresholds: 0.4 }),
        ],
      },
    ],
    [
      'means with options',
      {
        loss: 'mse',
        metrics: [
          metric('topKCategoricalAccuracy', { k: 2 }),
          metric('binary_accuracy', { threshold: 0.3, name: 'third' }),
          metric('categoricalCrossentropy', { labelSmoothing: 0.2 }),
          metric('klDivergence'),
          metric('logCosh'),
          metric('largestError'),
        ],
      },
    ],
    [
      'overlaps, scores, counts and correlations',
      {
        loss: 'mse',
        metrics: [
          new MeanIoU({ numClasses: 3, sparseYTrue: false, sparseYPred: false }),
          new OneHotIoU({ numClasses: 3, targetClassIds: [0, 2] }),
          new F1Score({ average: 'macro' }),
          new FBetaScore({ beta: 2, threshold: 0.3 }),
          new TruePositives({ thresholds: [0.2, 0.4] }),
          new PrecisionAtRecall({ recall: 0.5, classId: 1 }),
          metric('pearsonCorrelation', { name: 'alike' }),
        ],
      },
    ],
    ['a class of one own', { loss: 'mse', metrics: [new LargestSum({ scale: 3 })] }],
  ])('%s', async (_, options) => {
    const [before, after] = await judged(options, format);
    expect(after).toEqual(before);
    expect(new Set(before).size).toBeGreaterThan(1);
  });
});

describe('functions without a name', () => {
  const written = (options: Partial<CompileOptions>) => () =>
    writeCompileConfig({ optimizer: 'sgd', loss: 'mse', ...options });

  test.each<[string, () => unknown, string]>([
    ['a loss', written({ loss: (_, yPred) => yPred.mean(-1) }), "the loss 'loss' is a function, which cannot be saved"],
    // Its name alone does not make it Keras's.
    [
      "a loss that is called as one of Keras's",
      written({ loss: { huber: (_: Tensor, yPred: Tensor) => yPred.mean(-1) }.huber }),
      "the loss 'huber' is a function",
    ],
    ['a metric', written({ metrics: [(_, yPred) => yPred.mean()] }), 'the metric'],
    ['a mean of a function', written({ metrics: [new MeanMetric('mine', largestError)] }), "the metric 'mine'"],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(ValueError);
    expect(call).toThrow(message);
  });
});

describe('metrics that Keras 3.15.1 wrote', () => {
  const keras = (className: string, config: Record<string, unknown>) => ({
    module: 'keras.metrics',
    class_name: className,
    config: { dtype: 'float32', ...config },
    registered_name: null,
  });
  const read = (json: unknown): unknown => {
    const options = readCompileConfig({ optimizer: 'sgd', loss: 'mse', metrics: [json] }, 'file');
    return (options.metrics as readonly MetricIdentifier[])[0];
  };
  const auc = {
    name: 'pr',
    num_thresholds: 3,
    curve: 'PR',
    summation_method: 'interpolation',
    multi_label: false,
    num_labels: null,
    label_weights: null,
    from_logits: false,
    thresholds: [0.3],
  };

  test.each<[ReturnType<typeof keras>, string, Record<string, unknown>]>([
    [keras('AUC', auc), 'AUC', { name: 'pr', curve: 'PR', thresholds: [0.3] }],
    [
      keras('Precision', { name: 'precision', thresholds: 0.7, top_k: null, class_id: null }),
      'Precision',
      { thresholds: 0.7, topK: null, classId: null },
    ],
    [
      keras('Precision', { name: 'p', thresholds: null, top_k: 3, class_id: 2 }),
      'Precision',
      { thresholds: null, topK: 3, classId: 2 },
    ],
    [keras('Recall', { name: 'recall_1', thresholds: [0.2] }), 'Recall', { name: 'recall_1', thresholds: [0.2] }],
    [keras('Recall', { name: 'recall', thresholds: null }), 'Recall', { thresholds: null }],
    [keras('TopKCategoricalAccuracy', { name: 'top', k: 3 }), 'TopKCategoricalAccuracy', { name: 'top', k: 3 }],
    [keras('BinaryAccuracy', { name: 'b', threshold: 0.4 }), 'BinaryAccuracy', { name: 'b', threshold: 0.4 }],
    [
      keras('CategoricalCrossentropy', { name: 'c', from_logits: true, label_smoothing: 0, axis: -1 }),
      'CategoricalCrossentropy',
      { fromLogits: true },
    ],
    [keras('LogCoshError', { name: 'logcosh' }), 'LogCoshError', { name: 'logcosh' }],
    [keras('KLDivergence', { name: 'kl' }), 'KLDivergence', { name: 'kl' }],
    [keras('RootMeanSquaredError', { name: 'rmse' }), 'RootMeanSquaredError', { name: 'rmse' }],
    [keras('CosineSimilarity', { name: 'cos' }), 'CosineSimilarity', { name: 'cos' }],
  ])('$class_name', (json, className, config) => {
    const made = read(json) as Metric;
    expect(made).toBeInstanceOf(Metric);
    expect(made.className).toBe(className);
    expect(made.getConfig()).toMatchObject(config);
  });

  test('a function is its name, with the options that Keras 2 stores with it', () => {
    expect(read({ class_name: 'function', config: 'largestError', registered_name: 'function' })).toBe('largestError');
    const wrapper = { name: 'top_k', dtype: 'float32', fn: 'top_k_categorical_accuracy', k: 2 };
    const made = read({ class_name: 'MeanMetricWrapper', config: wrapper }) as Metric;
    expect(made.getConfig()).toEqual({ name: 'top_k', k: 2 });
    // What Keras 2 chose for `accuracy`, and the form of Keras 2.13 to 2.15.
    for (const fn of ['categorical_accuracy', { class_name: 'function', config: 'categorical_accuracy' }]) {
      const accuracy = read({ class_name: 'MeanMetricWrapper', config: { name: 'accuracy', fn } }) as Metric;
      expect([accuracy.className, accuracy.name]).toEqual(['CategoricalAccuracy', 'accuracy']);
    }
  });

  test.each<[ReturnType<typeof keras>, string]>([
    [keras('CosineSimilarity', { name: 'c', axis: 1 }), 'there is no option axis'],
    [keras('Precision', { name: 'p', top_k: 0 }), 'precision: topK is 0, expected an integer ≥ 1'],
    [keras('MeanIoU', { name: 'iou' }), 'MeanIoU: numClasses is undefined'],
    [keras('MeanRelativeError', { name: 'm' }), "metric is 'MeanRelativeError'"],
    [keras('AUC', { ...auc, curve: 'LIFT' }), "auc: curve is 'LIFT'"],
  ])('unsupported: $class_name', (json, message) => {
    expect(() => read(json)).toThrow(FormatError);
    expect(() => read(json)).toThrow(message);
  });
});

describe("classes of Keras 3's metrics, ALL_OBJECTS of keras/src/metrics/__init__.py", () => {
  // With the arguments that their constructors demand.
  const CLASSES: Readonly<Record<string, object>> = {
    Mean: {},
    Sum: {},
    MeanSquaredError: {},
    RootMeanSquaredError: {},
    MeanAbsoluteError: {},
    MeanAbsolutePercentageError: {},
    MeanSquaredLogarithmicError: {},
    CosineSimilarity: {},
    LogCoshError: {},
    R2Score: {},
    AUC: {},
    FalseNegatives: {},
    FalsePositives: {},
    Precision: {},
    PrecisionAtRecall: { recall: 0.5 },
    Recall: {},
    RecallAtPrecision: { precision: 0.5 },
    SensitivityAtSpecificity: { specificity: 0.5 },
    SpecificityAtSensitivity: { sensitivity: 0.5 },
    TrueNegatives: {},
    TruePositives: {},
    Hinge: {},
    SquaredHinge: {},
    CategoricalHinge: {},
    KLDivergence: {},
    Poisson: {},
    BinaryCrossentropy: {},
    CategoricalCrossentropy: {},
    SparseCategoricalCrossentropy: {},
    Accuracy: {},
    BinaryAccuracy: {},
    CategoricalAccuracy: {},
    SparseCategoricalAccuracy: {},
    TopKCategoricalAccuracy: {},
    SparseTopKCategoricalAccuracy: {},
    F1Score: {},
    FBetaScore: {},
    IoU: { num_classes: 2, target_class_ids: [0] },
    BinaryIoU: {},
    MeanIoU: { num_classes: 2 },
    OneHotIoU: { num_classes: 2, target_class_ids: [0] },
    OneHotMeanIoU: { num_classes: 2 },
    ConcordanceCorrelation: {},
    PearsonCorrelation: {},
  };

  test.each(Object.entries(CLASSES))('%s is read, and written under its name', (className, options) => {
    const config = { name: 'mine', ...options };
    const json = { module: 'keras.metrics', class_name: className, config, registered_name: null };
    const made = readMetric(json, 'file') as Metric;
    expect(made.name).toBe('mine');
    const written = writeMetric(made) as { class_name: string; config: object };
    expect(written.class_name).toBe(className);
    expect(written.config).toMatchObject(config);
    expect((readMetric(written, 'file') as Metric).getConfig()).toEqual(made.getConfig());
  });

  test('Accuracy counts equal numbers, unlike the accuracy that shapes choose', () => {
    const json = { class_name: 'Accuracy', config: { name: 'accuracy', dtype: 'float32' } };
    const hits = readMetric(json, 'file') as Metric;
    // The examples of keras.metrics.Accuracy.
    hits.updateState([[1], [2], [3], [4]], [[0], [2], [3], [4]]);
    expect(hits.result()).toBe(0.75);
    hits.resetState();
    hits.updateState([[1], [2], [3], [4]], [[0], [2], [3], [4]], [1, 1, 0, 0]);
    expect(hits.result()).toBe(0.5);
    hits.resetState();
    hits.updateState([[1, 0]], [[0.9, 0.2]]);
    expect(hits.result()).toBe(0);
    expect(readMetric('accuracy', 'file')).toBe('accuracy');
  });
});

describe('optimizers and losses that Keras 3.15.1 wrote', () => {
  const read = (options: Record<string, unknown>): CompileOptions =>
    readCompileConfig({ optimizer: 'sgd', loss: 'mse', ...options }, 'file');
  const optimizer = (className: string, config: Record<string, unknown>) => ({
    module: 'keras.optimizers',
    class_name: className,
    config: {
      name: className.toLowerCase(),
      learning_rate: 0.001,
      weight_decay: null,
      clipnorm: null,
      use_ema: false,
      ema_momentum: 0.99,
      ema_overwrite_frequency: null,
      loss_scale_factor: null,
      gradient_accumulation_steps: null,
      ...config,
    },
    registered_name: null,
  });
  const meanSquares = (config: Record<string, unknown>) => ({
    module: 'keras.losses',
    class_name: 'MeanSquaredError',
    config: { name: 'mean_squared_error', ...config },
    registered_name: null,
  });

  test.each([
    ['Adam', {}, 'Adam', { learningRate: 0.001 }],
    ['SGD', { momentum: 0.9, weight_decay: 0 }, 'SGD', { momentum: 0.9 }],
    ['Adam', { weight_decay: 0.01, clipnorm: 2 }, 'AdamW', { weightDecay: 0.01, clipNorm: 2 }],
    ['AdamW', { weight_decay: 0 }, 'AdamW', { weightDecay: 0 }],
    ['SGD', { weight_decay: 0.01 }, 'SGD', { weightDecay: 0.01 }],
    ['Nadam', { beta_1: 0.8, weight_decay: 0.02 }, 'Nadam', { beta1: 0.8, beta2: 0.999, weightDecay: 0.02 }],
    ['Adam', { use_ema: true, ema_momentum: 0.9 }, 'Adam', { useEma: true, emaMomentum: 0.9 }],
    ['SGD', { use_ema: true, ema_overwrite_frequency: 5 }, 'SGD', { useEma: true, emaOverwriteFrequency: 5 }],
    ['Adam', { gradient_accumulation_steps: 4 }, 'Adam', { gradientAccumulationSteps: 4 }],
    ['Lion', { beta_2: 0.95 }, 'Lion', { beta1: 0.9, beta2: 0.95 }],
    ['Ftrl', { l1_regularization_strength: 0.1 }, 'Ftrl', { l1RegularizationStrength: 0.1, learningRatePower: -0.5 }],
  ])('%s %o', (className, config, expected, options) => {
    const made = read({ optimizer: optimizer(className, config) }).optimizer as Optimizer;
    expect(made.className).toBe(expected);
    expect(made.getConfig()).toMatchObject(options);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ optimizer: optimizer('Nadam', { decay: 0.004 }) }, 'scheduleDecay'],
    [{ optimizer: optimizer('Adam', { loss_scale_factor: 8 }) }, 'lossScaleFactor'],
    [{ optimizer: optimizer('Adam', { gradient_accumulation_steps: 1 }) }, 'gradientAccumulationSteps is 1'],
    [
      { loss: meanSquares({ reduction: 'product' }) },
      "reduction is 'product', expected one of 'sum_over_batch_size', 'sum'",
    ],
    [{ loss: meanSquares({ label_smoothing: 0.1 }) }, 'there is no option labelSmoothing'],
  ])('is refused where training would be another: %o', (options, message) => {
    expect(() => read(options)).toThrow(FormatError);
    expect(() => read(options)).toThrow(message);
    expect(() => read(options)).toThrow('{ compile: false } loads the model without it');
  });

  test.each([
    ['sum_over_batch_size', 'sum_over_batch_size'],
    ['auto', 'sum_over_batch_size'],
    ['sum', 'sum'],
    ['mean_with_sample_weight', 'mean_with_sample_weight'],
    ['none', 'none'],
    [null, 'none'],
  ])('a loss with reduction %s is read', (written, reduction) => {
    expect(read({ loss: meanSquares({ reduction: written }) }).loss).toMatchObject({ reduction });
  });

  test('a loss with its mean is read', () => {
    expect(read({ loss: meanSquares({ reduction: 'sum_over_batch_size' }) }).loss).toMatchObject({
      name: 'meanSquaredError',
    });
  });
});

/*
 * Arguments of the constructors in keras/src/optimizers of Keras 3.15, which refuse any other in a file ("Argument(s)
 * not recognized", base_optimizer.py) but `decay`, and a learning rate that is an int.
 */
const KERAS_ARGUMENTS: Readonly<Record<string, string>> = {
  SGD: 'momentum nesterov',
  Adam: 'beta_1 beta_2 epsilon amsgrad',
  AdamW: 'beta_1 beta_2 epsilon amsgrad',
  Adamax: 'beta_1 beta_2 epsilon',
  Nadam: 'beta_1 beta_2 epsilon',
  Lion: 'beta_1 beta_2',
  Lamb: 'beta_1 beta_2 epsilon',
  RMSprop: 'rho momentum epsilon centered',
  Adafactor: 'beta_2_decay epsilon_1 epsilon_2 clip_threshold relative_step',
  Adagrad: 'initial_accumulator_value epsilon',
  Adadelta: 'rho epsilon',
  Ftrl:
    'learning_rate_power initial_accumulator_value l1_regularization_strength l2_regularization_strength ' +
    'l2_shrinkage_regularization_strength beta',
};
const COMMON_ARGUMENTS = (
  'name learning_rate weight_decay clipnorm clipvalue global_clipnorm decay use_ema ema_momentum ' +
  'ema_overwrite_frequency gradient_accumulation_steps'
).split(' ');

describe('optimizers for Keras 3', () => {
  const everything = {
    learningRate: 1,
    weightDecay: 1,
    decay: 1,
    clipNorm: 1,
    excludeFromWeightDecay: ['bias', 'gamma'],
    useEma: true,
    emaMomentum: 0.5,
    emaOverwriteFrequency: 3,
    gradientAccumulationSteps: 2,
  };
  const made = Object.keys(KERAS_ARGUMENTS).map(
    (name) => [name, optimizers.optimizerFromConfig(name, everything)] as const,
  );

  async function textOf(optimizer: Optimizer, format: 'keras' | 'h5'): Promise<string> {
    const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [1] })] });
    model.compile({ optimizer, loss: 'mse' });
    const file = { name: 'file', bytes: await encodeModel(model, format) };
    if (format === 'h5') return String((await openHdf5(file)).attribute('training_config'));
    return new TextDecoder().decode(await openZip(file).read('config.json', 1e6));
  }

  test.each(made)('%s has arguments that Keras accepts', async (name, optimizer) => {
    const known = [...COMMON_ARGUMENTS, ...KERAS_ARGUMENTS[name].split(' ')];
    for (const format of ['keras', 'h5'] as const) {
      const { compile_config, optimizer_config } = JSON.parse(await textOf(optimizer, format));
      const { config } = optimizer_config ?? compile_config.optimizer;
      expect(Object.keys(config).filter((key) => !known.includes(key))).toEqual([]);
    }
  });

  test.each(made)('%s keeps the weights that do not decay, in every format', async (_, optimizer) => {
    const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [1] })] });
    model.compile({ optimizer, loss: 'mse' });
    const warn = vi.spyOn(console, 'warn');
    for (const format of FORMATS) {
      const loaded = await loadModel(await encodeModel(model, format));
      expect(loaded.optimizer.getConfig()).toEqual(optimizer.getConfig());
    }
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  test.each(['keras', 'h5'] as const)('rates are floats in %s', async (format) => {
    expect(await textOf(optimizers.sgd(1), format)).toContain('"learning_rate":1.0,');
    expect(await textOf(optimizers.sgd(0.5), format)).toContain('"learning_rate":0.5,');
    const decaying = optimizers.exponentialDecay({ initialLearningRate: 2, decaySteps: 10, decayRate: 0.5 });
    expect(await textOf(optimizers.adam({ learningRate: decaying }), format)).toMatch(
      /"initial_learning_rate":2\.0,.*"decay_steps":10,/,
    );
    const steps = optimizers.piecewiseConstantDecay({ boundaries: [10], values: [1, 0.5] });
    expect(await textOf(optimizers.adam({ learningRate: steps }), format)).toContain(
      '"boundaries":[10],"values":[1.0,0.5]',
    );
  });

  test('the mark of floats does not touch texts', async () => {
    const model = sequential({ name: 'learning_rate":1,', layers: [layers.dense({ units: 1, inputShape: [1] })] });
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    for (const format of ['keras', 'h5'] as const) {
      expect((await loadModel(await encodeModel(model, format))).name).toBe('learning_rate":1,');
    }
  });
});
