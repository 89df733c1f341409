import type { Dataset } from '../../data/dataset.js';
import type { CallOptions, Layer } from '../../layers/base/layer.js';
import type { SymbolicShape, SymbolicTensor } from '../../layers/base/symbolic.js';
import type { Weight } from '../../layers/base/weight.js';
import type { Direction } from '../../metrics/metric.js';
import type { Optimizer } from '../../optim/optimizer.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Variable } from '../../tensor/variable.js';
import type { EvaluateOptions, PredictOptions } from '../options/evaluate-options.js';
import type { SaveOptions, SaveTarget } from '../options/save-options.js';
import type { ModelData } from '../samples/samples.js';
import type { EpochHistory, Logs } from './logs.js';
import type { StepData, StepLogs } from './step-data.js';

/** The interface of models for training. */
export interface TrainableModel {
  readonly name: string;
  /** Whether the inputs' shapes are known and the weights declared. */
  readonly built: boolean;
  /** False for a subclass that trains by its own `trainStep` and has no `call`. */
  readonly isCallable: boolean;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly trainableWeights: readonly Weight[];
  /** Penalties of regularizers, scalars. */
  readonly losses: readonly Tensor[];
  /** @throws DisposedError after `dispose` */
  assertAlive(caller: string): void;
  build(inputShape: SymbolicShape | readonly SymbolicShape[]): void;
  apply(inputs: readonly Tensor[], options?: CallOptions): Tensor | Tensor[];
  /** Whether a subclass has custom steps in place of those derived from `compile`. */
  readonly hasOwnTrainStep: boolean;
  readonly hasOwnTestStep: boolean;
  trainStep(data: StepData): StepLogs | Promise<StepLogs>;
  testStep(data: StepData): StepLogs | Promise<StepLogs>;
  predictStep(data: StepData): Tensor | Tensor[];
}

/** The interface of models for callbacks, which `Model` implements. */
export interface TrainedModel extends TrainableModel {
  /** Set it to true to end training after the step that is running. */
  stopTraining: boolean;
  readonly history: EpochHistory | null;
  readonly optimizer: Optimizer;
  /** The same; null where there is none. */
  readonly compiledOptimizer: Optimizer | null;
  readonly metricsNames: readonly string[];
  /** Whether larger or smaller values of a log are better; null if unknown. */
  directionOf(logName: string): Direction | null;
  readonly layers: readonly Layer[];
  readonly weights: readonly Weight[];
  readonly trainableVariables: readonly Variable[];
  getLayer(nameOrIndex: string | number): Layer;
  getWeights(trainableOnly?: boolean): Tensor[];
  setWeights(values: readonly Tensor[]): void;
  countParams(): number;
  predict(x: ModelData, options?: PredictOptions): Tensor | Tensor[];
  evaluate(x: ModelData, y: ModelData, options?: EvaluateOptions): Tensor | Tensor[];
  measure(x: ModelData | Dataset<unknown>, y?: ModelData, options?: EvaluateOptions): Promise<Logs>;
  save(target: SaveTarget, options?: SaveOptions): Promise<unknown>;
  saveWeights(target: SaveTarget, options?: SaveOptions): Promise<void>;
}
