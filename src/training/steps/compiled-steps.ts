import { differentiate } from '../../autograd/differentiate.js';
import { ValueError } from '../../base/errors.js';
import { collectingLosses } from '../../layers/base/added-losses.js';
import { asList } from '../../layers/base/layer.js';
import type { Direction } from '../../metrics/metric.js';
import type { Optimizer } from '../../optim/optimizer.js';
import { retaining } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Variable } from '../../tensor/variable.js';
import { Compiled, type CompiledOutput, type CompileOptions } from '../model/compile.js';
import type { PerOutput } from '../model/per-output.js';
import type { StepData, StepLogs } from '../model/step-data.js';
import type { TrainableModel } from '../model/trained-model.js';
import { type ClassWeight, classWeightsOf } from './class-weight.js';
import { TestStep, TrainStep } from './compiled-step.js';
import type { CountedStep } from './counted-step.js';
import { CustomStep, MetricUpdates } from './custom-step.js';
import { lossNames, OutputLosses } from './output-losses.js';
import type { SummedGradients } from './summed-gradients.js';
import { Totals } from './totals.js';

/** The options of `compile` and the resulting steps: compiled or custom ones. */
export class CompiledSteps {
  private compiled: Compiled | null = null;
  private updates: MetricUpdates | null = null;

  constructor(private readonly model: TrainableModel) {}

  compile(options: CompileOptions): void {
    const compiled = new Compiled(options, this.model.hasOwnTrainStep);
    if (this.model.built) compiled.outputs(this.model);
    if (compiled.optimizer !== this.compiled?.optimizer) this.compiled?.optimizer?.dispose();
    this.compiled = compiled;
  }

  get options(): CompileOptions | null {
    return this.compiled?.options ?? null;
  }

  get optimizer(): Optimizer {
    const { optimizer } = this.compiledFor('optimizer');
    if (!optimizer) throw new ValueError(`${this.model.name}: compile was given no optimizer`);
    return optimizer;
  }

  /** The optimizer of `compile`; null before it, and where a model with its own `trainStep` was given none. */
  get optimizerOrNull(): Optimizer | null {
    return this.compiled?.optimizer ?? null;
  }

  get metricsNames(): string[] {
    return Object.keys(new Totals(this.compiledFor('metricsNames').outputs(this.model)).logs);
  }

  /** Whether larger or smaller values of a log are better; null if unknown. */
  directionOf(name: string): Direction | null {
    if (name === 'loss') return 'min';
    const outputs = this.compiled?.outputs(this.model) ?? [];
    if (lossNames(outputs).includes(name)) return 'min';
    const labelled = outputs.flatMap(({ metrics }) => metrics);
    return labelled.find(({ label, metric }) => metric.logNames(label).includes(name))?.metric.direction ?? null;
  }

  /** @throws ValueError before `compile`, for a model without its own `trainStep` */
  assertCompiled(caller: string): void {
    if (!this.model.hasOwnTrainStep) this.compiledFor(caller);
  }

  private compiledFor(caller: string): Compiled {
    if (this.compiled) return this.compiled;
    throw new ValueError(`${this.model.name}: ${caller} asked before compile({ optimizer, loss })`);
  }

  /** The compiled outputs; none for a model that trains by its own step alone. */
  outputs(caller: string): readonly CompiledOutput[] {
    if (!this.compiled && this.model.hasOwnTrainStep) return [];
    return this.compiledFor(caller).outputs(this.model);
  }

  /** @param summedGradients sums the gradients of a step over all processes; default this one is alone */
  trainStep(
    caller: string,
    classWeight: ClassWeight | PerOutput<ClassWeight> | undefined,
    summedGradients: (() => SummedGradients) | null = null,
  ): CountedStep {
    const { model } = this;
    const outputs = this.outputs(caller);
    if (model.hasOwnTrainStep) {
      if (classWeight) {
        throw new ValueError(`${caller}: classWeight is given, but ${model.name} weights losses in its own trainStep`);
      }
      return this.ownStep('trainStep', outputs);
    }
    const weights = classWeightsOf(caller, classWeight, model);
    const step = new TrainStep(model, new OutputLosses(model, outputs, weights), this.optimizer, summedGradients);
    return { step, totals: new Totals(outputs) };
  }

  testStep(caller: string): CountedStep {
    const { model } = this;
    const outputs = this.outputs(caller);
    if (model.hasOwnTestStep) return this.ownStep('testStep', outputs);
    if (outputs.length === 0) {
      throw new ValueError(`${model.name}: ${caller} needs a loss in compile, or a testStep of the model's`);
    }
    return { step: new TestStep(model, new OutputLosses(model, outputs)), totals: new Totals(outputs) };
  }

  private ownStep(method: 'trainStep' | 'testStep', outputs: readonly CompiledOutput[]): CountedStep {
    if (this.updates?.outputs !== outputs) this.updates = new MetricUpdates(outputs);
    return { step: new CustomStep(this.model, method, this.updates), totals: new Totals(outputs, true) };
  }

  /** The step that follows from `compile`, as a part of a model's own. */
  trainOn(data: StepData): StepLogs {
    const { model } = this;
    const losses = this.lossesFor('trainStep');
    const variables = model.trainableWeights.map(({ variable }) => variable);
    const loss = (): Tensor => {
      const predictions = asList(model.apply(data.xs, { training: true }));
      const { total } = losses.of(predictions, data.batch);
      this.updateFor(data, predictions);
      return total;
    };
    const { value, gradients } = collectingLosses(() => differentiate(loss, variables));
    this.optimizer.build(variables);
    this.optimizer.applyGradients(
      gradients.flatMap((gradient, index): [Tensor, Variable][] => (gradient ? [[gradient, variables[index]]] : [])),
    );
    return { loss: value };
  }

  /** The evaluation that follows from `compile`, as a part of a model's own. */
  testOn(data: StepData): StepLogs {
    const losses = this.lossesFor('testStep');
    return retaining(() =>
      collectingLosses(() => {
        const predictions = asList(this.model.apply(data.xs, { training: false }));
        const { total } = losses.of(predictions, data.batch);
        this.updateFor(data, predictions);
        return { loss: total };
      }),
    );
  }

  private lossesFor(caller: string): OutputLosses {
    const outputs = this.compiledFor(caller).outputs(this.model);
    if (outputs.length > 0) return new OutputLosses(this.model, outputs);
    throw new ValueError(`${this.model.name}: ${caller} needs a loss in compile, or a ${caller} of the model's`);
  }

  private updateFor({ ys, batch: { weights } }: StepData, predictions: readonly Tensor[]): void {
    this.updates?.add(ys, predictions, weights);
  }

  loss(ys: readonly Tensor[], predictions: readonly Tensor[], sampleWeight: Tensor | undefined): Tensor {
    const outputs = this.compiledFor('computeLoss').outputs(this.model);
    if (outputs.length === 0) throw new ValueError(`${this.model.name}: computeLoss needs a loss in compile`);
    const weights = outputs.map(() => sampleWeight);
    const batch = { xs: [], ys: labelsOf(outputs, ys), weights, size: predictions[0].shape[0] };
    return new OutputLosses(this.model, outputs).of(predictions, batch).total;
  }

  updateMetrics(ys: readonly Tensor[], predictions: readonly Tensor[], sampleWeight: Tensor | undefined): void {
    if (!this.updates) {
      throw new ValueError(`${this.model.name}: updateMetrics is for trainStep and testStep, which nothing has called`);
    }
    const weights = this.updates.outputs.map(() => sampleWeight);
    this.updates.add(labelsOf(this.updates.outputs, ys), predictions, weights);
  }

  dispose(): void {
    this.compiled?.optimizer?.dispose();
  }
}

/** Labels of the outputs with a loss or metrics, from those for all outputs or for these. */
const labelsOf = (outputs: readonly CompiledOutput[], ys: readonly Tensor[]): readonly Tensor[] =>
  ys.length > outputs.length ? outputs.map(({ index }) => ys[index]) : ys;
