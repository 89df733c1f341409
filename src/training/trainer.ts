import { ValueError } from '../base/errors.js';
import { show } from '../base/show.js';
import { Dataset } from '../data/dataset.js';
import type { Tensor } from '../tensor/tensor.js';
import { History } from './callbacks/history.js';
import { evaluate, evaluateDataset, measure } from './evaluate.js';
import { ArrayFeed } from './feeds/array-feed.js';
import { buildForFirst, DatasetFeed } from './feeds/dataset-feed.js';
import type { Feed } from './feeds/feed.js';
import { buildFor, hostCopies, prepareData } from './feeds/prepare-data.js';
import { holdBack, validationFeed } from './feeds/validation.js';
import { fitFeed } from './fit.js';
import {
  type FitDatasetOptions,
  type FitOptions,
  type LoopOptions,
  readFitDatasetOptions,
  readFitOptions,
} from './fit-options.js';
import type { MeasureOptions } from './measure-options.js';
import type { Logs } from './model/logs.js';
import type { TrainedModel } from './model/trained-model.js';
import type { EvaluateDatasetOptions, EvaluateOptions } from './options/evaluate-options.js';
import type { ModelData, Samples } from './samples/samples.js';
import { CompiledSteps } from './steps/compiled-steps.js';
import { type TestOnBatchOptions, type TrainOnBatchOptions, testOnBatch, trainOnBatch } from './train-on-batch.js';

/** The part of a model that trains and evaluates it. */
export class Trainer {
  stopTraining = false;
  /** History of the last `fit`, or of the running one. */
  history: History | null = null;
  readonly steps: CompiledSteps;
  private isTraining = false;

  constructor(private readonly model: TrainedModel) {
    this.steps = new CompiledSteps(model);
  }

  async fit(x: ModelData, y: ModelData | null | undefined, given: FitOptions): Promise<History> {
    if ((x as unknown) instanceof Dataset) {
      throw new ValueError(
        'fit: x is a data set, expected samples; fitDataset(dataset, options) trains on its batches',
      );
    }
    return this.exclusively(
      'fit',
      async () => {
        const options = readFitOptions(given);
        const { batchSize, validationSplit, shuffle, validationData, sampleWeight } = options;
        const copies = await hostCopies([y, sampleWeight]);
        const data = prepareData('fit', this.model, this.steps.outputs('fit'), x, y, sampleWeight, copies);
        const { train, held } = holdBack(data, validationData ? 0 : validationSplit);
        const size = options.validationBatchSize ?? batchSize;
        const validation = held
          ? new ArrayFeed(held, size, false, options.validationSteps)
          : await this.validationFeed(options, size);
        const feed = new ArrayFeed(train, batchSize, shuffle, options.stepsPerEpoch);
        return this.run(feed, validation, batchSize, options);
      },
      x,
    );
  }

  async fitDataset(dataset: Dataset<unknown>, given: FitDatasetOptions): Promise<History> {
    if (!(dataset instanceof Dataset)) {
      throw new ValueError(`fitDataset: dataset is ${show(dataset)}, expected one of data.array, data.zip, …`);
    }
    return this.exclusively('fitDataset', async () => {
      const { model, steps } = this;
      const options = readFitDatasetOptions(given);
      await buildForFirst('fitDataset', model, dataset);
      const outputs = () => steps.outputs('fitDataset');
      const feed = new DatasetFeed('fitDataset', dataset, model, outputs, options.stepsPerEpoch);
      const validation = await this.validationFeed(options, options.validationBatchSize ?? 32);
      try {
        return await this.run(feed, validation, null, options);
      } finally {
        await feed.close();
      }
    });
  }

  private validationFeed({ validationData, validationSteps }: LoopOptions, batchSize: number): Promise<Feed | null> {
    const outputs = () => this.steps.outputs('validationData');
    return validationFeed(this.model, outputs, validationData, batchSize, validationSteps);
  }

  private async run(
    feed: Feed,
    validation: Feed | null,
    batchSize: number | null,
    options: LoopOptions,
  ): Promise<History> {
    const history = new History();
    const distribution = options.distribute?.distribute(this.model) ?? null;
    const summed = distribution && (() => distribution.gradients());
    const training = this.steps.trainStep('fit', options.classWeight, summed);
    // Set before the epochs: files that callbacks save read the finished epoch from it.
    this.history = history;
    await fitFeed(this.model, {
      history,
      training,
      feed,
      validation: validation && { ...this.steps.testStep('validation'), feed: validation },
      distribution,
      batchSize,
      options,
    });
    return history;
  }

  /** Run a training, one at a time. */
  private async exclusively<T>(caller: string, train: () => Promise<T>, x?: ModelData): Promise<T> {
    const { model } = this;
    this.steps.assertCompiled(caller);
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

  evaluate(x: ModelData, y: ModelData, options: EvaluateOptions): Tensor | Tensor[] {
    return evaluate(this.model, this.steps, x, y, options);
  }

  evaluateDataset(dataset: Dataset<unknown>, options: EvaluateDatasetOptions): Promise<Tensor | Tensor[]> {
    return evaluateDataset(this.model, this.steps, dataset, options);
  }

  measure(x: ModelData | Dataset<unknown>, y: ModelData | undefined, options: MeasureOptions): Promise<Logs> {
    return measure(this.model, this.steps, x, y, options);
  }

  trainOnBatch(x: ModelData, y: ModelData | undefined, options: TrainOnBatchOptions | Samples) {
    return this.exclusively('trainOnBatch', () => trainOnBatch(this.model, this.steps, x, y, options), x);
  }

  testOnBatch(x: ModelData, y: ModelData | undefined, options: TestOnBatchOptions | Samples) {
    return this.exclusively('testOnBatch', () => testOnBatch(this.model, this.steps, x, y, options), x);
  }
}
