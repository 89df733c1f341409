import { ValueError } from '../base/errors.js';
import { Dataset } from '../data/dataset.js';
import { scalar } from '../ops/creation.js';
import type { Optimizer } from '../optim/optimizer.js';
import type { Tensor } from '../tensor/tensor.js';
import { ArrayFeed } from './array-feed.js';
import { History } from './callbacks/history.js';
import { Compiled, type CompiledOutput, type CompileOptions } from './compile.js';
import { TestStep, TrainStep } from './compiled-step.js';
import { CustomStep, MetricUpdates } from './custom-step.js';
import { buildForFirst, DatasetFeed } from './dataset-feed.js';
import { Distribution } from './distribution.js';
import type { EvaluateOptions, PredictOptions } from './evaluate-options.js';
import type { Feed } from './feed.js';
import { type CountedStep, fitFeed } from './fit.js';
import {
  assertInteger,
  assertLoopOptions,
  type ClassWeight,
  classWeightsOf,
  type FitDatasetOptions,
  type FitOptions,
} from './fit-options.js';
import type { Logs } from './logs.js';
import { Breather, testFeed, testFeedNow } from './loop.js';
import { OutputLosses } from './output-losses.js';
import { predictBatches } from './predict.js';
import { buildFor, hostCopies, prepareData, prepareInputs, readNow } from './prepare-data.js';
import type { Replicas } from './replicas/replicas.js';
import type { ModelData } from './samples.js';
import { Totals } from './totals.js';
import type { TrainedModel } from './trained-model.js';
import { holdBack, validationFeed } from './validation.js';

/** The part of a model that trains it: the options of `compile`, the loops of `fit` and `evaluate`, and where training stands. */
export class Trainer {
  stopTraining = false;
  /** Of the last `fit`, or of the one that runs. */
  history: History | null = null;
  private compiled: Compiled | null = null;
  private isTraining = false;
  private updates: MetricUpdates | null = null;

  constructor(private readonly model: TrainedModel) {}

  compile(options: CompileOptions): void {
    const compiled = new Compiled(options, this.model.trainStep !== undefined);
    if (this.model.built) compiled.outputs(this.model);
    if (compiled.optimizer !== this.compiled?.optimizer) this.compiled?.optimizer?.dispose();
    this.compiled = compiled;
  }

  get compileOptions(): CompileOptions | null {
    return this.compiled?.options ?? null;
  }

  get optimizer(): Optimizer {
    const { optimizer } = this.compiledFor('optimizer');
    if (!optimizer) throw new ValueError(`${this.model.name}: compile was given no optimizer`);
    return optimizer;
  }

  get metricsNames(): string[] {
    return Object.keys(new Totals(this.compiledFor('metricsNames').outputs(this.model)).logs);
  }

  private compiledFor(caller: string): Compiled {
    if (this.compiled) return this.compiled;
    throw new ValueError(`${this.model.name}: ${caller} asked before compile({ optimizer, loss })`);
  }

  /** The compiled outputs; none for a model that trains by its own step alone. */
  private outputs(caller: string): readonly CompiledOutput[] {
    if (!this.compiled && this.model.trainStep) return [];
    return this.compiledFor(caller).outputs(this.model);
  }

  async fit(x: ModelData, y: ModelData | null | undefined, options: FitOptions): Promise<History> {
    if ((x as unknown) instanceof Dataset) {
      throw new ValueError(
        'fit: x is a data set, expected samples; fitDataset(dataset, options) trains on its batches',
      );
    }
    return this.exclusively(
      'fit',
      async () => {
        const { batchSize = 32, validationSplit = 0, shuffle = true, validationData, sampleWeight } = options;
        assertLoopOptions('fit', options);
        assertInteger('fit', 'batchSize', batchSize, 1);
        const copies = await hostCopies([y, sampleWeight]);
        const data = prepareData('fit', this.model, this.outputs('fit'), x, y, sampleWeight, copies);
        const { train, held } = holdBack(data, validationData ? 0 : validationSplit);
        const size = options.validationBatchSize ?? batchSize;
        const validation = held
          ? new ArrayFeed(held, size, false, options.validationSteps)
          : await this.validationFeed(validationData, size, options.validationSteps);
        const feed = new ArrayFeed(train, batchSize, shuffle, options.stepsPerEpoch);
        return this.run(feed, validation, batchSize, options);
      },
      x,
    );
  }

  async fitDataset(dataset: Dataset<unknown>, options: FitDatasetOptions): Promise<History> {
    return this.exclusively('fitDataset', async () => {
      const { model } = this;
      const { batchesPerEpoch, validationBatches, validationData, validationBatchSize = 32 } = options;
      const stepsPerEpoch = options.stepsPerEpoch ?? batchesPerEpoch;
      const validationSteps = options.validationSteps ?? validationBatches;
      assertLoopOptions('fitDataset', { ...options, stepsPerEpoch, validationSteps });
      await buildForFirst('fitDataset', model, dataset);
      const feed = new DatasetFeed('fitDataset', dataset, model, () => this.outputs('fitDataset'), stepsPerEpoch);
      const validation = await this.validationFeed(validationData, validationBatchSize, validationSteps);
      try {
        return await this.run(feed, validation, null, options);
      } finally {
        await feed.close();
      }
    });
  }

  private validationFeed(given: FitOptions['validationData'], batchSize: number, steps: number | undefined) {
    return validationFeed(this.model, () => this.outputs('validationData'), given, batchSize, steps);
  }

  private async run(
    feed: Feed,
    validation: Feed | null,
    batchSize: number | null,
    options: FitOptions | FitDatasetOptions,
  ): Promise<History> {
    const history = new History();
    const replicas = options.distribute ?? null;
    const distribution = replicas && new Distribution(replicas, this.model);
    const training = this.trainStep('fit', options.classWeight, replicas);
    // Now, not at the end: a file that a callback saves says from it which epoch is done.
    this.history = history;
    await fitFeed(this.model, {
      history,
      training,
      feed,
      validation: validation && { ...this.testStep('validation'), feed: validation },
      distribution,
      batchSize,
      options,
    });
    return history;
  }

  private trainStep(
    caller: string,
    classWeight: FitOptions['classWeight'],
    replicas: Replicas | null = null,
  ): CountedStep {
    const { model } = this;
    const outputs = this.outputs(caller);
    if (model.trainStep) {
      if (classWeight) {
        throw new ValueError(`${caller}: classWeight is given, but ${model.name} weights losses in its own trainStep`);
      }
      return this.ownStep('trainStep', outputs);
    }
    const weights = classWeightsOf(caller, classWeight, model);
    const step = new TrainStep(model, new OutputLosses(model, outputs, weights), this.optimizer, replicas);
    return { step, totals: new Totals(outputs) };
  }

  private testStep(caller: string): CountedStep {
    const { model } = this;
    const outputs = this.outputs(caller);
    if (model.testStep) return this.ownStep('testStep', outputs);
    if (outputs.length === 0) {
      throw new ValueError(`${model.name}: ${caller} needs a loss in compile, or a testStep of the model's`);
    }
    return { step: new TestStep(model, new OutputLosses(model, outputs)), totals: new Totals(outputs) };
  }

  private ownStep(method: 'trainStep' | 'testStep', outputs: readonly CompiledOutput[]): CountedStep {
    if (this.updates?.outputs !== outputs) this.updates = new MetricUpdates(outputs);
    return { step: new CustomStep(this.model, method, this.updates), totals: new Totals(outputs, true) };
  }

  /** Run a training, one at a time. */
  private async exclusively<T>(caller: string, train: () => Promise<T>, x?: ModelData): Promise<T> {
    const { model } = this;
    if (!model.trainStep) this.compiledFor(caller);
    if (this.isTraining) throw new ValueError(`${model.name}: ${caller} called while the model is being trained`);
    if (x !== undefined) buildFor(caller, model, x);
    this.isTraining = true;
    this.stopTraining = false;
    try {
      return await train();
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
    buildFor(caller, this.model, x);
    const data = prepareData(caller, this.model, this.outputs(caller), x, y, sampleWeight, read);
    return { ...this.testStep(caller), feed: new ArrayFeed(data, batchSize, false, steps) };
  }

  evaluate(x: ModelData, y: ModelData, options: EvaluateOptions): Tensor | Tensor[] {
    const { feed, step, totals } = this.testing('evaluate', x, y, options, readNow);
    return asScalars(testFeedNow(step, totals, feed));
  }

  async evaluateDataset(dataset: Dataset<unknown>, { batches }: { readonly batches?: number }) {
    return asScalars(await this.measure(dataset, undefined, { steps: batches }));
  }

  async measure(x: ModelData | Dataset<unknown>, y: ModelData | undefined, options: EvaluateOptions): Promise<Logs> {
    if (x instanceof Dataset) {
      assertInteger('measure', 'steps', options.steps, 1);
      const { step, totals } = this.testStep('measure');
      const limited = options.steps === undefined ? x : x.take(options.steps);
      const feed = new DatasetFeed('measure', limited, this.model, () => this.outputs('measure'), undefined);
      return testFeed(step, totals, feed, new Breather());
    }
    const copies = await hostCopies([y, options.sampleWeight]);
    const { feed, step, totals } = this.testing('measure', x, y as ModelData, options, copies);
    return testFeed(step, totals, feed, new Breather());
  }

  predict(x: ModelData, { batchSize = 32 }: PredictOptions): Tensor | Tensor[] {
    assertInteger('predict', 'batchSize', batchSize, 1);
    buildFor('predict', this.model, x);
    const { xs, count } = prepareInputs('predict', this.model, x);
    const outputs = predictBatches(this.model, xs, count, batchSize);
    return outputs.length === 1 ? outputs[0] : outputs;
  }

  async trainOnBatch(
    x: ModelData,
    y: ModelData,
    { sampleWeight, classWeight }: { readonly sampleWeight?: ModelData; readonly classWeight?: ClassWeight },
  ): Promise<number | number[]> {
    return this.onBatch('trainOnBatch', x, y, sampleWeight, () => this.trainStep('trainOnBatch', classWeight));
  }

  async testOnBatch(
    x: ModelData,
    y: ModelData,
    { sampleWeight }: { readonly sampleWeight?: ModelData },
  ): Promise<number | number[]> {
    return this.onBatch('testOnBatch', x, y, sampleWeight, () => this.testStep('testOnBatch'));
  }

  private async onBatch(
    caller: string,
    x: ModelData,
    y: ModelData,
    sampleWeight: ModelData | undefined,
    stepOf: () => CountedStep,
  ): Promise<number | number[]> {
    return this.exclusively(
      caller,
      async () => {
        const copies = await hostCopies([y, sampleWeight]);
        const data = prepareData(caller, this.model, this.outputs(caller), x, y, sampleWeight, copies);
        const { step, totals } = stepOf();
        const logs = await testFeed(step, totals, new ArrayFeed(data, data.count, false), new Breather());
        const values = Object.values(logs);
        return values.length === 1 ? values[0] : values;
      },
      x,
    );
  }

  computeLoss(ys: readonly Tensor[], predictions: readonly Tensor[], sampleWeight: Tensor | undefined): Tensor {
    const outputs = this.compiledFor('computeLoss').outputs(this.model);
    if (outputs.length === 0) throw new ValueError(`${this.model.name}: computeLoss needs a loss in compile`);
    const weights = outputs.map(() => sampleWeight);
    const batch = { xs: [], ys, weights, size: predictions[0].shape[0] };
    return new OutputLosses(this.model, outputs).of(predictions, batch).total;
  }

  updateMetrics(ys: readonly Tensor[], predictions: readonly Tensor[], sampleWeight: Tensor | undefined): void {
    if (!this.updates) {
      throw new ValueError(`${this.model.name}: updateMetrics is for trainStep and testStep, which nothing has called`);
    }
    this.updates.add(ys, predictions, sampleWeight);
  }

  dispose(): void {
    this.compiled?.optimizer?.dispose();
  }
}

function asScalars(logs: Logs): Tensor | Tensor[] {
  const scalars = Object.values(logs).map((value) => scalar(value));
  return scalars.length === 1 ? scalars[0] : scalars;
}
