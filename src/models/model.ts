import { INSPECT, type InspectArguments, inspected } from '../base/inspect.js';
import { snakeCase } from '../base/names.js';
import { boolean, type OptionTable, readOptions } from '../base/options.js';
import { classNameOf } from '../base/serialization.js';
import { Dataset } from '../data/dataset.js';
import { Inference } from '../inference/index.js';
import { asList, type Layer } from '../layers/base/layer.js';
import type { Direction } from '../metrics/metric.js';
import type { Optimizer } from '../optim/optimizer.js';
import type { Tensor } from '../tensor/tensor.js';
import type { History } from '../training/callbacks/history.js';
import type { FitDatasetOptions, FitOptions } from '../training/fit-options.js';
import type { MeasureOptions } from '../training/measure-options.js';
import type { CompileOptions } from '../training/model/compile.js';
import type { Logs } from '../training/model/logs.js';
import type { StepData, StepLogs } from '../training/model/step-data.js';
import type { TrainedModel } from '../training/model/trained-model.js';
import type { EvaluateDatasetOptions, EvaluateOptions, PredictOptions } from '../training/options/evaluate-options.js';
import type { SaveResult } from '../training/options/model-artifacts.js';
import type { SaveOptions, SaveTarget } from '../training/options/save-options.js';
import { predict, predictDataset, predictOnBatch } from '../training/predict.js';
import type { ModelData, Samples } from '../training/samples/samples.js';
import type { TestOnBatchOptions, TrainOnBatchOptions } from '../training/train-on-batch.js';
import { Trainer } from '../training/trainer.js';
import { inspectedFields } from './inspect-model.js';
import { Network } from './network.js';
import { ownOptimizers } from './own-optimizers.js';
import { planningOf } from './planning.js';
import { savingOf } from './saving.js';

export type { ModelOptions } from './network.js';

const NAMED_WEIGHTS = { trainableOnly: boolean().default(false) };

/**
 * A trainable layer made of layers: a graph of calls from inputs to outputs, or a subclass with its own
 * `call`.
 *
 * A subclass keeps layers in its properties and calls them, and may define its own training step: `trainStep` receives
 * the tensors of a batch and returns the values for the logs. These tensors and all that it creates are freed after
 * the step.
 * @see keras.Model
 * @example const m = new Model({ inputs: x, outputs: y });
 * @example class Residual extends Model { inner = layers.dense({ units: 8 }); call(x) { return this.inner.apply(x).add(x); } }
 */
export class Model extends Network implements TrainedModel {
  static override readonly className: string = 'Functional';
  /** Only the options of a network: a class without a table would accept any. */
  static override readonly options: OptionTable = Network.options;

  private readonly trainer = new Trainer(this);
  private readonly inference = new Inference(planningOf(this));

  protected override get defaultName(): string {
    return this.constructor === Model ? 'model' : snakeCase(classNameOf(this.constructor));
  }

  /**
   * A subclass with its own `call`, or without any, has its own name in files; a graph is written as a functional or
   * sequential model.
   */
  override getClassName(): string {
    return this.hasOwnCall || !this.isCallable ? super.getClassName() : (this.constructor as typeof Model).className;
  }

  /** Whether the model computes outputs: a subclass with a `trainStep` may lack `call`. */
  override get isCallable(): boolean {
    return super.isCallable || !this.hasOwnTrainStep;
  }

  override get sublayers(): readonly Layer[] {
    return this.isGraph && this.constructor === Model ? this.graph.layers : super.sublayers;
  }

  /**
   * Write the model to a file: `.keras` or `.h5`, which Keras 3 opens, or `.safetensors`. See `saveModel`.
   * @throws ValueError when a part of the model is a function that cannot be saved
   * @throws Error of the file system, with its code: ENOSPC, EACCES, …
   */
  async save(target: SaveTarget, options?: SaveOptions): Promise<SaveResult | undefined> {
    return savingOf(this).saveModel(this, target, options);
  }

  /** Write only the weights: `.weights.h5` or `.safetensors`. See `saveWeights`. */
  async saveWeights(target: SaveTarget, options?: Omit<SaveOptions, 'quantize'>): Promise<void> {
    await savingOf(this).saveWeights(this, target, options);
  }

  /**
   * The model's config as tfjs writes it, without weights; `models.modelFromJSON` builds a model from it.
   * @param returnString default true; false returns the object
   */
  toJSON(_unused?: unknown, returnString = true): string | object {
    const topology = savingOf(this).topologyOf(this);
    // JSON.stringify passes the key of the model as an argument.
    return returnString && typeof _unused !== 'string' ? JSON.stringify(topology) : topology;
  }

  /** Name and variable of each weight, as tfjs lists them. @param config `trainableOnly`, default false */
  getNamedWeights(config?: { readonly trainableOnly?: boolean } | null): { name: string; tensor: Tensor }[] {
    const { trainableOnly } = readOptions('getNamedWeights', NAMED_WEIGHTS, config ?? {});
    return (trainableOnly ? this.trainableWeights : this.weights).map((weight) => ({
      name: weight.path,
      tensor: weight.variable,
    }));
  }

  /**
   * One training step: predictions, losses, gradients, one update, metrics. A subclass may have its own, which computes
   * gradients and updates the variables itself or calls `super.trainStep`, and returns numbers or scalar tensors for
   * the logs, which are averaged over the epoch; metrics that were updated are added to them. Constraints of weights
   * are applied after it.
   * @see keras.Model.train_step
   * @example class Noisy extends Model { trainStep(data) { return super.trainStep(data.with({ xs: [data.x.add(0.1)] })); } }
   */
  trainStep(data: StepData): StepLogs | Promise<StepLogs> {
    return this.trainer.steps.trainOn(data);
  }

  /** One evaluation of a batch, for `evaluate`, `measure` and validation; a subclass may have its own. */
  testStep(data: StepData): StepLogs | Promise<StepLogs> {
    return this.trainer.steps.testOn(data);
  }

  /**
   * The outputs for a batch, for `predict`; a subclass may have its own. The data have no `ys`. A graph of built-in
   * layers runs by a plan, which computes the same up to rounding.
   */
  predictStep(data: StepData): Tensor | Tensor[] {
    const outputs = this.inference.run(asList(data.xs));
    return outputs.length === 1 ? outputs[0] : [...outputs];
  }

  /** @internal */
  get hasOwnTrainStep(): boolean {
    return this.trainStep !== Model.prototype.trainStep;
  }

  /** @internal */
  get hasOwnTestStep(): boolean {
    return this.testStep !== Model.prototype.testStep;
  }

  /** Set to true, in a callback or elsewhere, to end training after the current step. */
  get stopTraining(): boolean {
    return this.trainer.stopTraining;
  }

  set stopTraining(value: boolean) {
    this.trainer.stopTraining = value;
  }

  /** History of the last `fit`, or of the running one. */
  get history(): History | null {
    return this.trainer.history;
  }

  /**
   * Set the optimizer, the loss and the metrics.
   * @throws ValueError when a name is unknown, or there is no loss and no `trainStep`
   * @example model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })
   */
  compile(options: CompileOptions = {}): void {
    this.trainer.steps.compile(options);
  }

  /** The options of `compile`; null before it. */
  get compileOptions(): CompileOptions | null {
    return this.trainer.steps.options;
  }

  /** @throws ValueError before `compile` */
  get optimizer(): Optimizer {
    return this.trainer.steps.optimizer;
  }

  /** @internal The same; null if there is none: before `compile`, or in a model with its own `trainStep`. */
  get compiledOptimizer(): Optimizer | null {
    return this.trainer.steps.optimizerOrNull;
  }

  /** Names of the numbers that `evaluate` and `trainOnBatch` return, in order. */
  get metricsNames(): string[] {
    return this.trainer.steps.metricsNames;
  }

  /** @internal Whether larger or smaller values of a log are better; null if unknown. */
  directionOf(logName: string): Direction | null {
    return this.trainer.steps.directionOf(logName);
  }

  /**
   * Train on samples in memory.
   * @param x samples for the input, or a list or an object of them for several inputs
   * @param y labels for the output, or for several; null if the model's `trainStep` needs none
   * @returns loss and metrics of each epoch, under Keras's names
   * @throws ValueError @throws ShapeError before training starts, when the data do not match the model and its loss
   * @example const { history } = await model.fit(images, labels, { epochs: 3, validationSplit: 0.1 });
   */
  fit(x: ModelData, y?: ModelData | null, options: FitOptions = {}): Promise<History> {
    return this.trainer.fit(x, y, options);
  }

  /**
   * Train on batches of a data set, which are freed after their step.
   * @param dataset yields `{ xs, ys }` or `[x, y]` of tensors, with the batch as first axis
   * @throws ValueError when the data set is empty or has no end and stepsPerEpoch is not given, or a label is NaN or
   * out of range
   * @example await model.fitDataset(data.zip({ xs, ys }).shuffle(1000).batch(32), { epochs: 3 });
   */
  fitDataset(dataset: Dataset<unknown>, options: FitDatasetOptions = {}): Promise<History> {
    return this.trainer.fitDataset(dataset, options);
  }

  /**
   * Compute loss and metrics without waiting, as scalars that the caller must dispose. `measure` returns numbers.
   * @returns the loss, or with metrics (or several outputs) a list in the order of `metricsNames`
   * @throws ValueError @throws ShapeError when the data do not fit
   * @throws BackendError when values cannot be read synchronously
   */
  evaluate(x: ModelData, y: ModelData, options: EvaluateOptions = {}): Tensor | Tensor[] {
    return this.trainer.evaluate(x, y, options);
  }

  /** Compute loss and metrics of a data set, as scalars. @param options `batches`: number of batches, default all */
  evaluateDataset(dataset: Dataset<unknown>, options: EvaluateDatasetOptions = {}): Promise<Tensor | Tensor[]> {
    return this.trainer.evaluateDataset(dataset, options);
  }

  /**
   * Compute loss and metrics by name; yields to the event loop in between.
   * @param x samples, or a data set, which includes the labels
   * @example const { loss, accuracy } = await model.measure(images, labels);
   */
  measure(x: ModelData | Dataset<unknown>, y?: ModelData, options: MeasureOptions = {}): Promise<Logs> {
    return this.trainer.measure(x, y, options);
  }

  /**
   * Compute the model's outputs in batches, in inference mode.
   * @param x samples, or a data set of batches, whose labels are ignored; `batchSize` is then not used
   * @returns one tensor, or one for each output, as a promise for a data set; the caller owns them
   * @throws ShapeError when x does not fit
   * @example const probabilities = model.predict(images);
   */
  predict(x: ModelData, options?: PredictOptions): Tensor | Tensor[];
  predict(x: Dataset<unknown>, options?: PredictOptions): Promise<Tensor | Tensor[]>;
  predict(
    x: ModelData | Dataset<unknown>,
    options: PredictOptions = {},
  ): Tensor | Tensor[] | Promise<Tensor | Tensor[]> {
    return x instanceof Dataset ? predictDataset(this, x, options) : predict(this, x, options);
  }

  /** Compute the model's outputs for one batch. See `predict`. */
  predictOnBatch(x: ModelData, options: Readonly<Record<never, never>> = {}): Tensor | Tensor[] {
    readOptions('predictOnBatch', {}, options);
    return predictOnBatch(this, x);
  }

  /**
   * Train on one batch with one update.
   * @param options `sampleWeight`, `classWeight`; or the weights of the samples themselves
   * @returns the loss before the update, or with metrics a list in the order of `metricsNames`
   */
  trainOnBatch(x: ModelData, y?: ModelData, options: TrainOnBatchOptions | Samples = {}): Promise<number | number[]> {
    return this.trainer.trainOnBatch(x, y, options);
  }

  /** Compute loss and metrics of one batch. See `trainOnBatch`. */
  testOnBatch(x: ModelData, y?: ModelData, options: TestOnBatchOptions | Samples = {}): Promise<number | number[]> {
    return this.trainer.testOnBatch(x, y, options);
  }

  /**
   * Compute the loss of `compile` with the penalties of the regularizers, a scalar, in a `trainStep`.
   * @param y labels, or a list for several outputs @param predictions outputs of the model for the same samples
   * @param sampleWeight [batch], or shaped as the losses @throws ValueError before `compile({ loss })`
   */
  computeLoss(y: Tensor | readonly Tensor[], predictions: Tensor | readonly Tensor[], sampleWeight?: Tensor): Tensor {
    return this.trainer.steps.loss(asList(y), asList(predictions), sampleWeight);
  }

  /**
   * Add a batch to the metrics of `compile`, in a `trainStep` or `testStep`; they appear in the logs. See
   * `computeLoss`.
   */
  updateMetrics(y: Tensor | readonly Tensor[], predictions: Tensor | readonly Tensor[], sampleWeight?: Tensor): void {
    this.trainer.steps.updateMetrics(asList(y), asList(predictions), sampleWeight);
  }

  /** @internal `Sequential { name: 'sequential', layers: [ 'dense' ], parameters: 10, … }` */
  override [INSPECT](...args: InspectArguments): string {
    return inspected(this.className, inspectedFields(this), args);
  }

  /** Free the weights and the state of the optimizers, including those in the properties of a subclass. */
  override dispose(): void {
    this.inference.dispose();
    this.trainer.steps.dispose();
    for (const optimizer of ownOptimizers(this).values()) optimizer.dispose();
    super.dispose();
  }
}
