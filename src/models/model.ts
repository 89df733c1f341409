import { DisposedError, ValueError } from '../base/errors.js';
import { INSPECT, type InspectArguments, inspected } from '../base/inspect.js';
import { didYouMean, snakeCase } from '../base/names.js';
import { accept, type OptionTable, readOptions } from '../base/options.js';
import type { Dataset } from '../data/dataset.js';
import { asList, type CallOptions, Layer, type LayerOptions } from '../layers/base/layer.js';
import type { SymbolicShape, SymbolicTensor } from '../layers/base/symbolic.js';
import type { Weight } from '../layers/base/weight.js';
import { InputLayer } from '../layers/core/input-layer.js';
import type { Direction } from '../metrics/metric.js';
import { Optimizer } from '../optim/optimizer.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import type { History } from '../training/callbacks/history.js';
import type { FitDatasetOptions, FitOptions } from '../training/fit-options.js';
import type { MeasureOptions } from '../training/measure-options.js';
import type { CompileOptions } from '../training/model/compile.js';
import type { Logs } from '../training/model/logs.js';
import type { StepData, StepLogs } from '../training/model/step-data.js';
import type { TrainedModel } from '../training/model/trained-model.js';
import type { EvaluateDatasetOptions, EvaluateOptions, PredictOptions } from '../training/options/evaluate-options.js';
import type { SaveOptions, SaveTarget } from '../training/options/save-options.js';
import { predict, predictOnBatch } from '../training/predict.js';
import type { ModelData, Samples } from '../training/samples/samples.js';
import type { TestOnBatchOptions, TrainOnBatchOptions } from '../training/train-on-batch.js';
import { Trainer } from '../training/trainer.js';
import { Graph, uniqueNames } from './graph.js';
import { inspectedFields } from './inspect-model.js';
import { penaltiesOf } from './penalties.js';
import { savingOf } from './saving.js';
import { SUMMARY_OPTIONS, type SummaryData, type SummaryOptions, summaryData, summaryLines } from './summary.js';

const isTensors = (value: unknown): boolean => typeof value === 'object' && value !== null;

const ends = () =>
  accept<SymbolicTensor | readonly SymbolicTensor[]>('symbolic tensors, of input() and layer.apply()', isTensors)
    .inConfig(() => undefined)
    .optional();

const OPTIONS = {
  /** Tensors of `input()`. */
  inputs: ends(),
  /** Symbolic tensors that layers compute from the inputs. */
  outputs: ends(),
};

export interface ModelOptions extends LayerOptions {
  /** Tensors of `input()`. */
  readonly inputs: SymbolicTensor | readonly SymbolicTensor[];
  /** Symbolic tensors that layers compute from the inputs. */
  readonly outputs: SymbolicTensor | readonly SymbolicTensor[];
}

/** Where a model's graph begins and ends. */
interface Ends {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
}

/**
 * A layer made of layers that can be trained: a graph of calls from inputs to outputs, or a subclass with its own
 * `call`.
 *
 * A subclass keeps layers in its properties and calls them, and may train by its own rules: `trainStep` receives the
 * tensors of a batch and returns the numbers for the logs. It has the batch's tensors and all that it makes freed after
 * the step.
 * @see keras.Model
 * @example const m = new Model({ inputs: x, outputs: y });
 * @example class Residual extends Model { inner = layers.dense({ units: 8 }); call(x) { return this.inner.apply(x).add(x); } }
 */
export class Model extends Layer<typeof OPTIONS> implements TrainedModel {
  static override readonly className: string = 'Functional';
  static override readonly options: OptionTable = OPTIONS;

  private readonly trainer = new Trainer(this);
  private ends: Ends | null = null;
  private ownGraph: Graph | null = null;
  private isDisposed = false;

  constructor(options: Partial<ModelOptions> = {}) {
    super(options);
    const { inputs, outputs } = this.options;
    if (inputs && outputs) {
      this.setGraph(asList(inputs), asList(outputs));
      // Found at once, for its errors.
      this.graph;
    } else if (inputs || outputs) {
      throw new ValueError(`${this.name}: ${inputs ? 'outputs' : 'inputs'} are missing, expected both or neither`);
    }
  }

  protected override get defaultName(): string {
    return this.constructor === Model ? 'model' : snakeCase(this.constructor.name);
  }

  /**
   * A subclass with its own `call`, or with none, goes by its own name; a graph is written to files as what it is made
   * of.
   */
  override getClassName(): string {
    return this.hasOwnCall || !this.isCallable ? super.getClassName() : (this.constructor as typeof Model).className;
  }

  /** Whether a subclass computes the outputs, not a graph of layers. */
  private get hasOwnCall(): boolean {
    return this.call !== Model.prototype.call;
  }

  /** Whether the model is a graph of layers: functional or sequential. */
  get isGraph(): boolean {
    return this.ends !== null && !this.hasOwnCall;
  }

  /** Whether the model computes outputs: a subclass with a `trainStep` may do without `call`. */
  get isCallable(): boolean {
    return this.ends !== null || this.hasOwnCall || this.trainStep === undefined;
  }

  /** @internal for sequential models, whose graph comes late and may change */
  protected setGraph(inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): void {
    this.ends = { inputs, outputs };
    this.ownGraph = null;
    this.built = true;
  }

  protected dropGraph(): void {
    this.ends = null;
    this.ownGraph = null;
    this.built = false;
  }

  /** @throws ValueError when the shape of the input is not known yet */
  get graph(): Graph {
    this.ownGraph ??= new Graph(this.knownEnds.inputs, this.knownEnds.outputs, this.name);
    return this.ownGraph;
  }

  private get knownEnds(): Ends {
    if (this.ends) return this.ends;
    throw new ValueError(
      `${this.name}: the model is not built; give its first layer an inputShape, or call build or the model on data`,
    );
  }

  /**
   * Declare the weights of a subclass by running its `call` without data.
   * @param inputShape with the batch; one shape, or one for each input
   */
  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    if (!this.hasOwnCall) {
      super.build(inputShape);
      return;
    }
    const many = Array.isArray(inputShape[0]);
    const shapes = (many ? inputShape : [inputShape]) as readonly SymbolicShape[];
    const inputs = shapes.map(([, ...rest], index) => {
      const name = `${this.name}_input${many ? `_${index + 1}` : ''}`;
      const entry = new InputLayer({ batchInputShape: [null, ...rest], name, inputDType: this.inputDType });
      return entry.output as SymbolicTensor;
    });
    // Building is over: the call below must not start it again.
    this.built = true;
    try {
      this.setGraph(inputs, asList(this.apply(many ? inputs : inputs[0]) as SymbolicTensor | SymbolicTensor[]));
    } catch (error) {
      this.built = false;
      throw error;
    }
  }

  get inputs(): readonly SymbolicTensor[] {
    return this.knownEnds.inputs;
  }

  get outputs(): readonly SymbolicTensor[] {
    return this.knownEnds.outputs;
  }

  /** The symbolic tensor that the model takes, or a list of several. */
  override get input(): SymbolicTensor | readonly SymbolicTensor[] {
    return this.inputs.length === 1 ? this.inputs[0] : this.inputs;
  }

  /** The symbolic tensor that the model computes, or a list of several. */
  override get output(): SymbolicTensor | readonly SymbolicTensor[] {
    return this.outputs.length === 1 ? this.outputs[0] : this.outputs;
  }

  get inputNames(): string[] {
    return this.inputs.map(({ node }) => node.layer.name);
  }

  /**
   * Names of the layers that make the outputs, numbered where one makes several; `output_1`, … of a subclass with its
   * own `call`.
   */
  get outputNames(): string[] {
    if (this.hasOwnCall) return this.outputs.map((_, index) => `output_${index + 1}`);
    return uniqueNames(this.outputs.map(({ node }) => node.layer.name));
  }

  get inputShape(): SymbolicShape {
    return this.inputs[0].shape;
  }

  get outputShape(): SymbolicShape {
    return this.outputs[0].shape;
  }

  /** In Keras's order; of a subclass with its own `call`, in the order of its properties. */
  get layers(): readonly Layer[] {
    return this.isGraph ? this.graph.layers : super.sublayers;
  }

  /** The layers of the graph, and those in the properties of a subclass. */
  override get sublayers(): readonly Layer[] {
    if (!this.isGraph) return super.sublayers;
    if (this.constructor === Model) return this.graph.layers;
    return [...new Set([...this.graph.layers, ...super.sublayers])];
  }

  /** Each once, though layers inside nested models may be shared. */
  override get weights(): Weight[] {
    return [...new Set(super.weights)];
  }

  override get trainableWeights(): Weight[] {
    return [...new Set(super.trainableWeights)];
  }

  /** The variables behind `trainableWeights`, for gradients. */
  get trainableVariables(): Variable[] {
    return this.trainableWeights.map(({ variable }) => variable);
  }

  override call(inputs: Tensor | readonly Tensor[], options: CallOptions): Tensor | Tensor[] {
    this.assertAlive(this.name);
    const results = this.graph.runGraph(asList(inputs), options, this.name);
    return results.length === 1 ? results[0] : results;
  }

  /** Penalties of the regularizers, each once, though nested models may share layers. */
  override get losses(): Tensor[] {
    return penaltiesOf(this, Model.prototype);
  }

  /**
   * A layer by its name, or by its index.
   * @throws ValueError when there is none
   */
  getLayer(nameOrIndex: string | number): Layer {
    const layer =
      typeof nameOrIndex === 'number' ? this.layers[nameOrIndex] : this.layers.find(({ name }) => name === nameOrIndex);
    if (!layer) {
      const names = this.layers.map(({ name }) => name);
      throw new ValueError(
        `${this.name}: no layer ${nameOrIndex}, expected one of ${names.join(', ')}${didYouMean(String(nameOrIndex), names)}`,
      );
    }
    return layer;
  }

  /**
   * Print Keras's table of the layers; no weight is allocated for it.
   * @param options `lineLength`, `printFn`, `expandNested`; with `json: true` nothing is printed and the table is
   * returned as data
   * @throws ValueError when an option is unknown, or the model is not built
   */
  summary(options: SummaryOptions & { readonly json: true }): SummaryData;
  summary(options?: SummaryOptions): void;
  summary(options: SummaryOptions & { readonly json?: boolean } = {}): SummaryData | undefined {
    const { json, printFn, ...table } = readOptions('summary', SUMMARY_OPTIONS, options);
    if (json) return summaryData(this, table);
    for (const line of summaryLines(this, table)) printFn(line);
    return undefined;
  }

  /**
   * Write the model to a file: `.keras` or `.h5`, which Keras 3 opens, or `.safetensors`. See `saveModel`.
   * @throws ValueError when a part of the model is a function that no file can hold
   * @throws Error of the file system, with its code: ENOSPC, EACCES, …
   */
  async save(target: SaveTarget, options?: SaveOptions): Promise<void> {
    await savingOf(this).saveModel(this, target, options);
  }

  /** Write the weights alone: `.weights.h5` or `.safetensors`. See `saveWeights`. */
  async saveWeights(target: SaveTarget, options?: SaveOptions): Promise<void> {
    await savingOf(this).saveWeights(this, target, options);
  }

  // Training.

  /**
   * A subclass's own training step, in place of Keras's `train_step`: it computes gradients and updates the variables
   * itself, and returns numbers or scalar tensors for the logs, which are averaged over the epoch. Constraints of
   * weights are applied after it.
   */
  trainStep?(data: StepData): StepLogs | Promise<StepLogs>;

  /** A subclass's own evaluation of a batch, for `evaluate`, `measure` and validation. */
  testStep?(data: StepData): StepLogs | Promise<StepLogs>;

  /** Set it to true, in a callback or elsewhere, to end training after the step that is running. */
  get stopTraining(): boolean {
    return this.trainer.stopTraining;
  }

  set stopTraining(value: boolean) {
    this.trainer.stopTraining = value;
  }

  /** Of the last `fit`, or of the one that is running. */
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

  /** The options of `compile`; null before. */
  get compileOptions(): CompileOptions | null {
    return this.trainer.steps.options;
  }

  /** @throws ValueError before `compile` */
  get optimizer(): Optimizer {
    return this.trainer.steps.optimizer;
  }

  /** Names of the numbers that `evaluate` and `trainOnBatch` return, in their order. */
  get metricsNames(): string[] {
    return this.trainer.steps.metricsNames;
  }

  /** @internal Whether larger or smaller numbers under a name of the logs are better; null when nothing says so. */
  directionOf(logName: string): Direction | null {
    return this.trainer.steps.directionOf(logName);
  }

  /**
   * Train on samples in memory.
   * @param x samples for the input, or a list or record of them for several inputs
   * @param y labels for the output, or for several; null when the model's own `trainStep` needs none
   * @returns loss and metrics of each epoch, under Keras's names
   * @throws ValueError @throws ShapeError before anything is trained, when the data do not fit the model and its loss
   * @example const { history } = await model.fit(images, labels, { epochs: 3, validationSplit: 0.1 });
   */
  fit(x: ModelData, y?: ModelData | null, options: FitOptions = {}): Promise<History> {
    return this.trainer.fit(x, y, options);
  }

  /**
   * Train on batches of a data set, which are freed after their step.
   * @param dataset gives `{ xs, ys }` or `[x, y]` of tensors, the batch first
   * @throws ValueError when the data set is empty or has no end and stepsPerEpoch is not given, or a label is NaN or
   * out of range
   * @example await model.fitDataset(data.zip({ xs, ys }).shuffle(1000).batch(32), { epochs: 3 });
   */
  fitDataset(dataset: Dataset<unknown>, options: FitDatasetOptions = {}): Promise<History> {
    return this.trainer.fitDataset(dataset, options);
  }

  /**
   * Loss and metrics, without waiting, as scalars that are the caller's to dispose. `measure` returns numbers.
   * @returns the loss, or with metrics (or several outputs) a list in the order of `metricsNames`
   * @throws ValueError @throws ShapeError when the data do not fit
   * @throws BackendError where memory is not visible to the host
   */
  evaluate(x: ModelData, y: ModelData, options: EvaluateOptions = {}): Tensor | Tensor[] {
    return this.trainer.evaluate(x, y, options);
  }

  /** Loss and metrics of batches of a data set, as scalars. @param options `batches`: how many, default all */
  evaluateDataset(dataset: Dataset<unknown>, options: EvaluateDatasetOptions = {}): Promise<Tensor | Tensor[]> {
    return this.trainer.evaluateDataset(dataset, options);
  }

  /**
   * Loss and metrics by name; yields to the event loop meanwhile.
   * @param x samples, or a data set, which brings the labels
   * @example const { loss, accuracy } = await model.measure(images, labels);
   */
  measure(x: ModelData | Dataset<unknown>, y?: ModelData, options: MeasureOptions = {}): Promise<Logs> {
    return this.trainer.measure(x, y, options);
  }

  /**
   * The model's outputs, computed in batches, in inference mode.
   * @returns one tensor, or one for each output; they are the caller's
   * @throws ShapeError when x does not fit
   * @example const probabilities = model.predict(images);
   */
  predict(x: ModelData, options: PredictOptions = {}): Tensor | Tensor[] {
    return predict(this, x, options);
  }

  /** The model's outputs for one batch. See `predict`. */
  predictOnBatch(x: ModelData, options: Readonly<Record<never, never>> = {}): Tensor | Tensor[] {
    readOptions('predictOnBatch', {}, options);
    return predictOnBatch(this, x);
  }

  /**
   * One update on one batch.
   * @param options `sampleWeight`, `classWeight`; or the weights of the samples themselves
   * @returns the loss before the update, or with metrics a list in the order of `metricsNames`
   */
  trainOnBatch(x: ModelData, y?: ModelData, options: TrainOnBatchOptions | Samples = {}): Promise<number | number[]> {
    return this.trainer.trainOnBatch(x, y, options);
  }

  /** Loss and metrics of one batch. See `trainOnBatch`. */
  testOnBatch(x: ModelData, y?: ModelData, options: TestOnBatchOptions | Samples = {}): Promise<number | number[]> {
    return this.trainer.testOnBatch(x, y, options);
  }

  /**
   * The loss of `compile` with the penalties of the regularizers, a scalar, for a `trainStep`.
   * @param y labels, or a list for several outputs @param predictions outputs of the model for the same samples
   * @param sampleWeight [batch] @throws ValueError before `compile({ loss })`
   */
  computeLoss(y: Tensor | readonly Tensor[], predictions: Tensor | readonly Tensor[], sampleWeight?: Tensor): Tensor {
    return this.trainer.steps.loss(asList(y), asList(predictions), sampleWeight);
  }

  /**
   * Add a batch to the metrics of `compile`, in a `trainStep` or `testStep`; the logs then carry them. See
   * `computeLoss`.
   */
  updateMetrics(y: Tensor | readonly Tensor[], predictions: Tensor | readonly Tensor[], sampleWeight?: Tensor): void {
    this.trainer.steps.updateMetrics(asList(y), asList(predictions), sampleWeight);
  }

  /** @internal */
  assertAlive(caller: string): void {
    if (this.isDisposed) throw new DisposedError(`${caller}: ${this.name} is used after dispose()`);
  }

  /** @internal `Sequential { name: 'sequential', layers: [ 'dense' ], parameters: 10, … }` */
  override [INSPECT](...args: InspectArguments): string {
    return inspected(this.className, inspectedFields(this), args);
  }

  /** Free the weights and the state of the optimizers, those in the properties of a subclass included. */
  override dispose(): void {
    this.isDisposed = true;
    this.trainer.steps.dispose();
    for (const value of Object.values(this)) if (value instanceof Optimizer) value.dispose();
    super.dispose();
  }
}

/**
 * A functional model.
 * @throws ValueError when inputs or outputs are missing, or the outputs cannot be computed from the inputs
 * @example const m = model({ inputs: x, outputs: y });
 */
export function model(options: ModelOptions): Model {
  for (const end of ['inputs', 'outputs'] as const) {
    const given = options?.[end];
    if (given === undefined || given === null) {
      throw new ValueError(`model: ${end} is ${given}, expected what input() or layer.apply gives`);
    }
  }
  return new Model(options);
}
