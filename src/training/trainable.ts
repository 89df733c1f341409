import { ValueError } from '../base/errors.js';
import { Dataset } from '../data/dataset.js';
import { Layer } from '../layers/base/layer.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import type { Model } from '../models/model.js';
import { scalar } from '../ops/creation.js';
import type { Optimizer } from '../optim/optimizer.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Logs } from './callbacks/callback.js';
import { History } from './callbacks/history.js';
import { Compiled, type CompiledOutput, type CompileOptions } from './compile.js';
import type { TrainableModel } from './contract.js';
import { buildFor, type ModelData, prepareData, prepareInputs } from './data.js';
import { ArrayFeed, buildForFirst, DatasetFeed, type Feed } from './feed.js';
import { fitFeed, hostCopies, readNow } from './fit.js';
import { Breather, runBatch, testFeed, testFeedNow } from './loop.js';
import {
  assertInteger,
  assertLoopOptions,
  type ClassWeight,
  classWeightsOf,
  type EvaluateOptions,
  type FitDatasetOptions,
  type FitOptions,
  type PredictOptions,
} from './options.js';
import { predictBatches } from './predict.js';
import { Step } from './step.js';
import { Totals } from './totals.js';
import { holdBack, validationFeed } from './validation.js';

/** A layer that can be trained: compile, fit, evaluate, predict. */
export abstract class TrainableLayer extends Layer implements TrainableModel {
  /** Set to true, by a callback or from outside, to end training after the step that runs. */
  stopTraining = false;
  /** Of the last `fit`, or of the one that runs. */
  history: History | null = null;
  private compiled: Compiled | null = null;
  private isTraining = false;

  abstract get inputs(): readonly SymbolicTensor[];
  abstract get outputs(): readonly SymbolicTensor[];
  abstract get inputNames(): readonly string[];
  abstract get outputNames(): readonly string[];

  /**
   * Says how the model learns and what it is judged by.
   * @throws ValueError when a name is unknown
   * @example model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })
   */
  compile(options: CompileOptions): void {
    const compiled = new Compiled(options);
    if (this.built) compiled.outputs(this);
    if (compiled.optimizer !== this.compiled?.optimizer) this.compiled?.optimizer.dispose();
    this.compiled = compiled;
  }

  /** What `compile` was given; null before. */
  get compileOptions(): CompileOptions | null {
    return this.compiled?.options ?? null;
  }

  /** @throws ValueError before `compile` */
  get optimizer(): Optimizer {
    return this.compiledFor('optimizer').optimizer;
  }

  private compiledFor(caller: string): Compiled {
    if (!this.compiled) throw new ValueError(`${this.name}: ${caller} asked before compile({ optimizer, loss })`);
    return this.compiled;
  }

  /** Names of the numbers that `evaluate` and `trainOnBatch` give, in their order. */
  get metricsNames(): string[] {
    return Object.keys(new Totals(this.compiledFor('metricsNames').outputs(this)).logs);
  }

  /**
   * Trains on samples that are all at hand.
   * @param x samples for the input, or a list or record of them for several inputs
   * @param y labels for the output, or for several
   * @returns loss and metrics of each epoch, under Keras's names
   * @throws ValueError @throws ShapeError before anything is trained, when the data do not fit the model and its loss
   * @example const { history } = await model.fit(images, labels, { epochs: 3, validationSplit: 0.1 });
   */
  async fit(x: ModelData, y: ModelData, options: FitOptions = {}): Promise<History> {
    if ((x as unknown) instanceof Dataset) {
      throw new ValueError(
        'fit: x is a data set, expected samples; fitDataset(dataset, options) trains on its batches',
      );
    }
    return this.exclusively(
      'fit',
      async (outputs) => {
        const { batchSize = 32, validationSplit = 0, shuffle = true, validationData, sampleWeight } = options;
        assertLoopOptions('fit', options);
        assertInteger('fit', 'batchSize', batchSize, 1);
        const copies = await hostCopies([y, sampleWeight]);
        const data = prepareData('fit', this, outputs(), x, y, sampleWeight, copies);
        const { train, held } = holdBack(data, validationData ? 0 : validationSplit);
        const size = options.validationBatchSize ?? batchSize;
        const validation = held
          ? new ArrayFeed(held, size, false, options.validationSteps)
          : await validationFeed(this, outputs, validationData, size, options.validationSteps);
        const feed = new ArrayFeed(train, batchSize, shuffle, options.stepsPerEpoch);
        return this.run(feed, validation, batchSize, options);
      },
      x,
    );
  }

  /**
   * Trains on batches of a data set, which frees each after its step.
   * @param dataset gives `{ xs, ys }` or `[x, y]` of tensors, the batch first
   * @throws ValueError when the data set has no end and stepsPerEpoch is not given
   * @example await model.fitDataset(data.zip({ xs, ys }).shuffle(1000).batch(32), { epochs: 3 });
   */
  async fitDataset(dataset: Dataset<unknown>, options: FitDatasetOptions = {}): Promise<History> {
    return this.exclusively('fitDataset', async (outputs) => {
      const { batchesPerEpoch, validationBatches, validationData, validationBatchSize = 32 } = options;
      const stepsPerEpoch = options.stepsPerEpoch ?? batchesPerEpoch;
      const validationSteps = options.validationSteps ?? validationBatches;
      assertLoopOptions('fitDataset', { ...options, stepsPerEpoch, validationSteps });
      await buildForFirst('fitDataset', this, dataset);
      const feed = new DatasetFeed('fitDataset', dataset, this, outputs, stepsPerEpoch);
      const validation = await validationFeed(this, outputs, validationData, validationBatchSize, validationSteps);
      try {
        return await this.run(feed, validation, null, options);
      } finally {
        await feed.close();
      }
    });
  }

  private async run(
    feed: Feed,
    validation: Feed | null,
    batchSize: number | null,
    options: FitOptions | FitDatasetOptions,
  ): Promise<History> {
    const { outputs, optimizer } = this.ready('fit');
    const weights = classWeightsOf('fit', options.classWeight, this);
    const step = new Step(this, outputs, weights);
    const history = new History();
    // Now, not at the end: a file that a callback saves says from it which epoch is done.
    this.history = history;
    // Whoever trains is a model: this class is the part of it that does.
    await fitFeed(this as unknown as Model, {
      history,
      step,
      optimizer,
      outputs,
      feed,
      validation,
      batchSize,
      options,
    });
    return history;
  }

  private ready(caller: string): { outputs: readonly CompiledOutput[]; optimizer: Optimizer } {
    const compiled = this.compiledFor(caller);
    return { outputs: compiled.outputs(this), optimizer: compiled.optimizer };
  }

  /** Runs a training, one at a time. */
  private async exclusively<T>(
    caller: string,
    train: (outputs: () => readonly CompiledOutput[]) => Promise<T>,
    x?: ModelData,
  ): Promise<T> {
    const compiled = this.compiledFor(caller);
    if (this.isTraining) throw new ValueError(`${this.name}: ${caller} called while the model is being trained`);
    if (x !== undefined) buildFor(caller, this, x);
    this.isTraining = true;
    this.stopTraining = false;
    try {
      return await train(() => compiled.outputs(this));
    } finally {
      this.isTraining = false;
    }
  }

  private testing(caller: string, x: ModelData, y: ModelData, options: EvaluateOptions, read: typeof readNow) {
    const { batchSize = 32, sampleWeight, steps } = options;
    if ((x as unknown) instanceof Dataset) {
      throw new ValueError(
        `${caller}: x is a data set, expected samples; measure and evaluateDataset take its batches`,
      );
    }
    assertInteger(caller, 'batchSize', batchSize, 1);
    assertInteger(caller, 'steps', steps, 1);
    buildFor(caller, this, x);
    const { outputs } = this.ready(caller);
    const data = prepareData(caller, this, outputs, x, y, sampleWeight, read);
    return {
      feed: new ArrayFeed(data, batchSize, false, steps),
      step: new Step(this, outputs),
      totals: new Totals(outputs),
    };
  }

  /**
   * Loss and metrics, without waiting, as tfjs has it: scalars that are yours to dispose. See `measure` for numbers.
   * @returns the loss, or with metrics (or several outputs) a list in the order of `metricsNames`
   * @throws ValueError @throws ShapeError when the data do not fit
   * @throws BackendError where memory is not visible to the host
   */
  evaluate(x: ModelData, y: ModelData, options: EvaluateOptions = {}): Tensor | Tensor[] {
    const { feed, step, totals } = this.testing('evaluate', x, y, options, readNow);
    return asScalars(testFeedNow(step, totals, feed));
  }

  /** Loss and metrics of batches of a data set, as scalars. @param options.batches default: all */
  async evaluateDataset(
    dataset: Dataset<unknown>,
    { batches }: { readonly batches?: number } = {},
  ): Promise<Tensor | Tensor[]> {
    return asScalars(await this.measure(dataset, undefined, { steps: batches }));
  }

  /**
   * Loss and metrics by name, the event loop having its turns meanwhile.
   * @param x samples, or a data set, which brings the labels along
   * @example const { loss, accuracy } = await model.measure(images, labels);
   */
  async measure(x: ModelData | Dataset<unknown>, y?: ModelData, options: EvaluateOptions = {}): Promise<Logs> {
    if (x instanceof Dataset) {
      assertInteger('measure', 'steps', options.steps, 1);
      const { outputs } = this.ready('measure');
      const limited = options.steps === undefined ? x : x.take(options.steps);
      const feed = new DatasetFeed('measure', limited, this, () => outputs, undefined);
      return testFeed(new Step(this, outputs), new Totals(outputs), feed, new Breather());
    }
    const copies = await hostCopies([y, options.sampleWeight]);
    const { feed, step, totals } = this.testing('measure', x, y as ModelData, options, copies);
    return testFeed(step, totals, feed, new Breather());
  }

  /**
   * The model's outputs, computed in batches, in inference mode.
   * @returns one tensor, or one for each output; they are yours
   * @throws ShapeError when x does not fit
   * @example const probabilities = model.predict(images);
   */
  predict(x: ModelData, { batchSize = 32 }: PredictOptions = {}): Tensor | Tensor[] {
    assertInteger('predict', 'batchSize', batchSize, 1);
    buildFor('predict', this, x);
    const { xs, count } = prepareInputs('predict', this, x);
    const outputs = predictBatches(this, xs, count, batchSize);
    return outputs.length === 1 ? outputs[0] : outputs;
  }

  /** The model's outputs for one batch. See `predict`. */
  predictOnBatch(x: ModelData): Tensor | Tensor[] {
    return this.predict(x, { batchSize: Number.MAX_SAFE_INTEGER });
  }

  /**
   * One update on one batch.
   * @returns the loss before the update, or with metrics a list in the order of `metricsNames`
   */
  async trainOnBatch(
    x: ModelData,
    y: ModelData,
    { sampleWeight, classWeight }: { readonly sampleWeight?: ModelData; readonly classWeight?: ClassWeight } = {},
  ): Promise<number | number[]> {
    return this.onBatch('trainOnBatch', x, y, sampleWeight, classWeight, true);
  }

  /** Loss and metrics of one batch. See `trainOnBatch`. */
  async testOnBatch(
    x: ModelData,
    y: ModelData,
    { sampleWeight }: { readonly sampleWeight?: ModelData } = {},
  ): Promise<number | number[]> {
    return this.onBatch('testOnBatch', x, y, sampleWeight, undefined, false);
  }

  private async onBatch(
    caller: string,
    x: ModelData,
    y: ModelData,
    sampleWeight: ModelData | undefined,
    classWeight: ClassWeight | undefined,
    train: boolean,
  ): Promise<number | number[]> {
    return this.exclusively(
      caller,
      async () => {
        const { outputs, optimizer } = this.ready(caller);
        const copies = await hostCopies([y, sampleWeight]);
        const data = prepareData(caller, this, outputs, x, y, sampleWeight, copies);
        const step = new Step(this, outputs, classWeightsOf(caller, classWeight, this));
        const logs = await runBatch(new ArrayFeed(data, data.count, false), new Totals(outputs), (batch) =>
          train ? step.train(batch, optimizer) : step.test(batch),
        );
        const values = Object.values(logs);
        return values.length === 1 ? values[0] : values;
      },
      x,
    );
  }

  override dispose(): void {
    this.compiled?.optimizer.dispose();
    super.dispose();
  }
}

function asScalars(logs: Logs): Tensor | Tensor[] {
  const scalars = Object.values(logs).map((value) => scalar(value));
  return scalars.length === 1 ? scalars[0] : scalars;
}
