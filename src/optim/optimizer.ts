import { type GradientAndVariable, valueAndVariableGrads, variableGrads } from '../autograd/gradients.js';
import { COPY } from '../base/copy.js';
import { ValueError } from '../base/errors.js';
import { INSPECT, type InspectArguments, inspected } from '../base/inspect.js';
import { configOf, type OptionTable } from '../base/options.js';
import { inPhase } from '../base/place.js';
import { mul } from '../ops/arithmetic.js';
import { fill, scalar } from '../ops/creation.js';
import { clone } from '../ops/reshape.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { ACCUMULATOR, accumulate, clear, meanGradients } from './accumulation.js';
import { AVERAGE, moveAverages, takeAverages } from './averaging.js';
import { clipGradients } from './clipping.js';
import { LearningRate } from './learning-rate.js';
import { type Gradients, pairsOf, type VariableOrWeight, variableOf } from './named-gradients.js';
import { type OptionsOf, type OptionsOrRate, printed, readOptimizerOptions } from './optimizer-options.js';
import type { Schedule } from './schedules.js';
import { type NamedTensor, type Slot, type SlotReport, Slots } from './slots.js';
import { isExcluded } from './weight-decay.js';

/** Whether a class has replaced `update` since `updateAll` was written, which then does not know of it. */
function replacesUpdate(optimizer: object): boolean {
  let owner = Object.getPrototypeOf(optimizer);
  while (!Object.hasOwn(owner, 'updateAll') && !Object.hasOwn(owner, 'update')) owner = Object.getPrototypeOf(owner);
  return !Object.hasOwn(owner, 'updateAll');
}

/** The settings of one update. */
export interface UpdateStep {
  readonly learningRate: number;
  /** 1 in the first update. */
  readonly time: number;
}

/** A variable, its gradient after clipping, and its slots. */
export interface VariableUpdate {
  readonly weight: Variable;
  readonly state: readonly Variable[];
  readonly gradient: Tensor;
}

const ITERATION = 'iteration';
const LEARNING_RATE = 'learning_rate';

/**
 * Updates variables against their gradients. State that belongs to a variable (its slots: moments, velocities) is made
 * when the variable is first seen, on its dtype, stays with it while it is frozen, and is freed by `dispose`.
 * @example train.sgd(0.1).minimize(() => w.mul(x).sub(y).square().mean())
 */
export abstract class Optimizer<Own extends OptionTable = Record<never, never>> {
  /** Keras's class name. */
  static readonly className: string = 'Optimizer';
  /** @internal the copy of the package that the class belongs to */
  static readonly copyOfNabla = COPY;
  /** The table of options that the class has in addition to those of every optimizer. */
  protected static readonly ownOptions: OptionTable = {};

  /** Calls of `applyGradients` so far, which schedules follow. With gradientAccumulationSteps not each is an update. */
  steps = 0;
  protected readonly options: OptionsOf<Own>;
  private readonly table: OptionTable;
  private readonly rate: LearningRate;
  /** The decay that precedes `update`: 0 where a class has an option of that name and applies it itself. */
  private readonly decayRate: number;
  /** Keras's names of the slots that options of every optimizer ask for. */
  private readonly commonSlots: readonly string[];
  private readonly state = new Slots(this.className, () => ({
    common: this.commonSlots,
    names: this.slotNames,
    initial: (slot, weight) => {
      if (slot === AVERAGE) return clone(weight);
      return slot === ACCUMULATOR ? fill(weight.shape, 0, weight.dtype) : this.initialSlot(slot, weight);
    },
    byKind: this.slotsByKind,
  }));

  /**
   * @param given options, or only the learning rate; a class without a table of options accepts any
   * @throws ValueError for an unknown option, an invalid value, or several kinds of clipping
   */
  constructor(given: OptionsOrRate<Own> | null | undefined, defaultLearningRate: number) {
    const { ownOptions } = this.constructor as typeof Optimizer;
    const isComplete = Object.hasOwn(this.constructor, 'ownOptions');
    const { options, table } = readOptimizerOptions(
      this.className,
      { defaultLearningRate, ownOptions, isComplete },
      given,
    );
    this.options = options as OptionsOf<Own>;
    this.table = table;
    this.decayRate = ownOptions === Optimizer.ownOptions || 'weightDecay' in ownOptions ? 0 : options.weightDecay;
    this.rate = new LearningRate(this.className, options.learningRate, options.decay);
    this.commonSlots = [...(options.useEma ? [AVERAGE] : []), ...(this.stepsOfUpdate > 1 ? [ACCUMULATOR] : [])];
  }

  get className(): string {
    return (this.constructor as typeof Optimizer).className;
  }

  /** Keras's names of the slots of each variable. */
  protected abstract readonly slotNames: readonly string[];
  /** The initial value of slots. */
  protected readonly initialSlotValue: number = 0;
  /** The initial value of the slot of this name, where they differ. */
  protected initialValueOf(_slot: string): number {
    return this.initialSlotValue;
  }

  /** The initial value of a slot of a weight; by default it has the shape of the weight. */
  protected initialSlot(slot: string, weight: Variable): Tensor {
    return fill(weight.shape, this.initialValueOf(slot), weight.dtype);
  }

  /** Whether Keras 3 lists the slots of this optimizer by kind instead of by variable. */
  protected readonly slotsByKind: boolean = false;

  /** Update one variable and its slots. */
  protected abstract update(weight: Variable, gradient: Tensor, slots: readonly Variable[], step: UpdateStep): void;

  /**
   * Update all variables; by default one after the other. Optimizers with a kernel of their own run it once for all. A
   * subclass that replaces only `update` has that called for each variable.
   */
  protected updateAll(updates: readonly VariableUpdate[], step: UpdateStep): void {
    for (const { weight, state, gradient } of updates) this.update(weight, gradient, state, step);
  }

  /** Updates so far. */
  get iterations(): number {
    return Math.floor(this.steps / this.stepsOfUpdate);
  }

  set iterations(updates: number) {
    this.steps = updates * this.stepsOfUpdate;
  }

  private get stepsOfUpdate(): number {
    return this.options.gradientAccumulationSteps ?? 1;
  }

  /** Whether moving averages of the weights are kept. */
  get useEma(): boolean {
    return this.options.useEma;
  }

  /** The rate of the next update, after decay. */
  get learningRate(): number {
    return this.rate.at(this.steps);
  }

  /**
   * Set the rate of the next update, from which decay continues; a schedule replaces the rate.
   * @throws ValueError when it is neither a number ≥ 0 nor a function, or a number while the rate follows a schedule
   */
  set learningRate(value: number | Schedule) {
    this.rate.set(value, this.steps);
  }

  /** The rate before decay, which Keras 2's callbacks read and set. */
  get baseLearningRate(): number {
    return this.rate.base(this.steps);
  }

  /** @throws ValueError as `learningRate` */
  set baseLearningRate(value: number | Schedule) {
    this.rate.setBase(value);
  }

  /** Whether the rate follows a schedule and cannot be set. */
  get hasSchedule(): boolean {
    return this.rate.isScheduled;
  }

  /** tfjs's name for setting `learningRate`. */
  setLearningRate(value: number | Schedule): void {
    this.learningRate = value;
  }

  /** Create the slots of variables that have none yet. */
  build(variables: Iterable<Variable>): void {
    this.state.build(variables);
  }

  /**
   * Apply one update. The caller still owns the gradients.
   * @throws ValueError when a name is not that of a trainable variable
   * @throws ShapeError @throws DTypeError when a gradient does not fit its variable
   * @example optimizer.applyGradients(variableGrads(loss).grads)
   */
  applyGradients(gradients: Gradients): void {
    this.apply(pairsOf(gradients));
  }

  private apply(pairs: readonly GradientAndVariable[]): void {
    const weights = pairs.map(([, weight]) => weight);
    this.build(weights);
    const step = () => {
      const gradients = this.gradientsOfUpdate(pairs);
      if (gradients) this.updateWeights(weights, gradients);
      if (this.useEma) this.average(weights);
    };
    inPhase('update', '', () => tidy(step));
    this.steps++;
  }

  /** The gradients to update by; null in a step that only adds its own to those of the steps before. */
  private gradientsOfUpdate(pairs: readonly GradientAndVariable[]): readonly Tensor[] | null {
    const { stepsOfUpdate } = this;
    const gradients = pairs.map(([gradient]) => gradient);
    if (stepsOfUpdate === 1) return gradients;
    const sums = pairs.map(([, weight]) => this.state.named(weight, ACCUMULATOR)!);
    if ((this.steps + 1) % stepsOfUpdate > 0) {
      accumulate(gradients, sums);
      return null;
    }
    const means = meanGradients(gradients, sums, stepsOfUpdate);
    clear(this.state.pairs(ACCUMULATOR).map(([, sum]) => sum));
    return means;
  }

  private updateWeights(weights: readonly Variable[], gradients: readonly Tensor[]): void {
    const step: UpdateStep = { learningRate: this.learningRate, time: this.iterations + 1 };
    const clipped = clipGradients(gradients, this.options);
    const updates = weights.map((weight, i) => ({ weight, state: this.state.of(weight), gradient: clipped[i] }));
    for (const weight of weights) this.decay(weight, step.learningRate);
    if (replacesUpdate(this)) Optimizer.prototype.updateAll.call(this, updates, step);
    else this.updateAll(updates, step);
  }

  /** Move all averages, those of weights that this step does not update too, as Keras does. */
  private average(updated: readonly Variable[]): void {
    const { iterations } = this;
    const { emaMomentum, emaOverwriteFrequency } = this.options;
    moveAverages(this.state.pairs(AVERAGE), iterations === 0 ? 0 : emaMomentum);
    if (emaOverwriteFrequency && (iterations + 1) % emaOverwriteFrequency === 0) this.finalizeVariableValues(updated);
  }

  /**
   * Assign the moving averages of `useEma` to their weights, as `fit` does at its end; without `useEma` do nothing.
   * @param weights default all that the optimizer has seen
   * @example optimizer.finalizeVariableValues(model.trainableVariables)
   */
  finalizeVariableValues(weights?: Iterable<Variable>): void {
    takeAverages(this.state.pairs(AVERAGE, weights));
  }

  private decay(weight: Variable, learningRate: number): void {
    if (this.decayRate === 0 || isExcluded(weight, this.options.excludeFromWeightDecay)) return;
    weight.assign(mul(weight, 1 - learningRate * this.decayRate));
  }

  /** Compute a scalar and its gradients by variable name; the caller owns both. */
  computeGradients(
    f: () => Tensor,
    varList?: readonly VariableOrWeight[],
  ): { value: Tensor; grads: Record<string, Tensor> } {
    return variableGrads(f, varList?.map(variableOf));
  }

  /**
   * Compute a scalar and move the variables one step down its gradient.
   * @param returnCost default false; true returns the scalar, which is the caller's
   * @param varList variables or weights, default all trainable variables
   * @throws ValueError when the scalar depends on none of them
   * @example optimizer.minimize(() => model.apply(x).sub(y).square().mean(), false, model.trainableWeights)
   */
  minimize(f: () => Tensor, returnCost = false, varList?: readonly VariableOrWeight[]): Tensor | null {
    return tidy(() => {
      const { value, pairs } = valueAndVariableGrads('minimize', f, varList?.map(variableOf));
      this.applyGradients(pairs);
      return returnCost ? value : null;
    });
  }

  /**
   * List the slots in Keras 3's order. The optimizer owns their values, and changes them with the next update.
   * @param weights default all weights that the optimizer has updated
   * @example for (const { weight, slot, value } of optimizer.slots()) console.log(weight.name, slot, value.shape)
   */
  slots(weights?: Iterable<Variable>): Slot[] {
    return this.state.list(weights);
  }

  /**
   * Set slots, each by its weight and its name. Values that do not fit are skipped and reported.
   * @returns the names of loaded and missing slots, and why others were skipped
   * @example console.log(optimizer.restore(optimizer.slots()).missing)
   */
  restore(slots: readonly Slot[]): SlotReport {
    return this.state.restore(slots);
  }

  /**
   * Return the whole state in Keras 3's order: iteration, learning_rate without a schedule, then the slots. The
   * caller owns the tensors.
   * @example const state = optimizer.getWeights(); other.setWeights(state)
   */
  getWeights(): NamedTensor[] {
    const rate = this.hasSchedule ? [] : [{ name: LEARNING_RATE, tensor: scalar(this.baseLearningRate) }];
    const slots = this.state.list().map(({ weight, slot, value }) => {
      return { name: `${weight.name}/${slot}`, tensor: clone(value) };
    });
    return [{ name: ITERATION, tensor: scalar(this.steps, 'int32') }, ...rate, ...slots];
  }

  /**
   * Restore a state of `getWeights`; the caller still owns the tensors. Slots are matched by name, or
   * by order if no name is known, as from another model. Before the first update copies wait for
   * their weights.
   * @throws ValueError when the iteration, the rate or slots are missing, or slots are unknown @throws ShapeError
   */
  setWeights(weights: readonly NamedTensor[]): void {
    const values = new Map(weights.map(({ name, tensor }) => [name, tensor]));
    const iteration = values.get(ITERATION);
    const rate = values.get(LEARNING_RATE);
    if (!iteration || !(rate || this.hasSchedule)) {
      throw new ValueError(`${this.className}: ${weights.length} weights given, expected iteration, learning_rate, …`);
    }
    this.state.assign(weights.filter(({ name }) => name !== ITERATION && name !== LEARNING_RATE));
    this.steps = iteration.dataSync()[0];
    if (!rate || this.hasSchedule) return;
    const [saved] = rate.dataSync();
    // float32 has rounded the saved rate: keep the exact one if both are equal in float32.
    if (Math.fround(this.baseLearningRate) !== saved) this.baseLearningRate = saved;
  }

  /** @internal Scalars that Keras 3's files have after the slots; they follow from options and `iterations`. */
  get derivedScalars(): readonly { readonly name: string; readonly value: number }[] {
    return [];
  }

  /**
   * Return the options that recreate the optimizer, as JSON.
   * @throws ValueError when the schedule is a custom function
   */
  getConfig(): Record<string, unknown> {
    return { ...configOf(this.table, this.options, this.className), learningRate: this.rate.getConfig() };
  }

  /** @internal */
  [INSPECT](...args: InspectArguments): string {
    const { rate, iterations, options } = this;
    return inspected(this.className, { ...printed(options), learningRate: rate.value, iterations }, args);
  }

  /** Free the slots; the next update creates new ones. */
  dispose(): void {
    this.state.dispose();
  }
}
