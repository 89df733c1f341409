import { type GradientAndVariable, valueAndVariableGrads, variableGrads } from '../autograd/gradients.js';
import { DTypeError, ShapeError, ValueError } from '../base/errors.js';
import { INSPECT, type InspectArguments, inspected } from '../base/inspect.js';
import { nearestName } from '../base/names.js';
import {
  accept,
  configOf,
  type Given,
  number,
  type Option,
  type Options,
  type OptionTable,
  readOptions,
} from '../base/options.js';
import { formatShape, sameShape } from '../base/shape.js';
import { isPlainObject } from '../base/show.js';
import { scalar } from '../ops/creation.js';
import { clone } from '../ops/reshape.js';
import { tidy } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { trainableVariables, Variable } from '../tensor/variable.js';
import { assertOneClipping, CLIPPING, clipGradients } from './clipping.js';
import { LearningRate, learningRate, type SavedSchedule } from './learning-rate.js';
import type { Schedule } from './schedules.js';
import { type NamedTensor, type Slot, type SlotReport, Slots } from './slots.js';

const COMMON = {
  /** A number ≥ 0, or a schedule: a function of the number of updates so far. */
  learningRate: learningRate(),
  /** Divides the rate by 1 + decay · updates, as Keras 2 did; default 0. */
  decay: number({ min: 0 }).default(0),
  ...CLIPPING,
};

type Common = typeof COMMON;

/** Options of every optimizer, and those of a class, of which each optimizer has a table. */
export type OptimizerOptions<Own extends OptionTable = Record<never, never>> = Given<
  Omit<Common, 'learningRate'> & {
    learningRate: Option<number | Schedule, number | Schedule | SavedSchedule, false>;
  } & Own
>;

/** Options, or the learning rate alone. */
export type OptionsOrRate<Own extends OptionTable = Record<never, never>> = OptimizerOptions<Own> | number | Schedule;

/** Options as an optimizer reads them. */
export type OptionsOf<Own extends OptionTable> = Options<Common & Own>;

/** The fraction of a running mean that remains at each update, in [0, 1). */
export const momentumFraction = (): Option<number> => number({ min: 0, below: 1 });

/** The settings of one update. */
export interface UpdateStep {
  readonly learningRate: number;
  /** 1 in the first update. */
  readonly time: number;
}

const ITERATION = 'iteration';
const LEARNING_RATE = 'learning_rate';

/** A variable, or a weight of a layer. */
export type VariableOrWeight = Variable | { readonly variable: Variable };

/** Gradients by variable name, in a list with names, or paired with their variables. */
export type Gradients =
  | Readonly<Record<string, Tensor>>
  | readonly NamedTensor[]
  | readonly (readonly [gradient: Tensor, variable: VariableOrWeight])[];

/** Options of a custom class that declares no table: it reads them itself. A typo in a common option is not one of them. */
function undeclared(given: unknown, declared: OptionTable): OptionTable {
  const names = isPlainObject(given) ? Object.keys(given) : [];
  const own = names.filter(
    (name) => !Object.hasOwn(declared, name) && nearestName(name, Object.keys(declared)) === null,
  );
  return Object.fromEntries(own.map((name) => [name, accept('anything', () => true)]));
}

const variableOf = (given: VariableOrWeight): Variable => (given instanceof Variable ? given : given?.variable);

/**
 * Updates variables against their gradients. State that belongs to a variable (its slots: moments, velocities) is made
 * when the variable is first seen, on its dtype, stays with it while it is frozen, and is freed by `dispose`.
 * @example train.sgd(0.1).minimize(() => w.mul(x).sub(y).square().mean())
 */
export abstract class Optimizer<Own extends OptionTable = Record<never, never>> {
  /** Keras's class name. */
  static readonly className: string = 'Optimizer';
  /** The table of options that the class has in addition to those of every optimizer. */
  protected static readonly ownOptions: OptionTable = {};

  /** Updates so far. */
  iterations = 0;
  protected readonly options: OptionsOf<Own>;
  private readonly table: OptionTable;
  private readonly rate: LearningRate;
  private readonly state = new Slots(this.className, () => ({
    names: this.slotNames,
    initialValue: this.initialSlotValue,
    byKind: this.slotsByKind,
  }));

  /**
   * @param given options, or the learning rate alone; a class without a table of options takes any others
   * @throws ValueError for an unknown option, a value that is refused, or several kinds of clipping
   */
  constructor(given: OptionsOrRate<Own> | null | undefined, defaultLearningRate: number) {
    const { ownOptions } = this.constructor as typeof Optimizer;
    const rate = COMMON.learningRate.default(defaultLearningRate);
    const declared = { ...COMMON, learningRate: rate, ...ownOptions };
    const isComplete = Object.hasOwn(this.constructor, 'ownOptions');
    this.table = isComplete ? declared : { ...declared, ...undeclared(given, declared) };
    this.options = readOptions(this.className, this.table, given as never, 'learningRate') as OptionsOf<Own>;
    assertOneClipping(this.className, this.options);
    this.rate = new LearningRate(this.className, this.options.learningRate, this.options.decay);
  }

  get className(): string {
    return (this.constructor as typeof Optimizer).className;
  }

  /** Keras's names of the slots of each variable. */
  protected abstract readonly slotNames: readonly string[];
  /** The value that slots start at. */
  protected readonly initialSlotValue: number = 0;
  /** Whether Keras 3 lists the slots kind by kind, as those of some optimizers; else variable by variable. */
  protected readonly slotsByKind: boolean = false;

  /** Update one variable and its slots. */
  protected abstract update(weight: Variable, gradient: Tensor, slots: readonly Variable[], step: UpdateStep): void;

  /** The rate of the next update, after decay. */
  get learningRate(): number {
    return this.rate.at(this.iterations);
  }

  /**
   * A number is the rate of the next update, from which decay goes on; a schedule replaces the rate.
   * @throws ValueError when it is neither a number ≥ 0 nor a function, or a number where the rate follows a schedule
   */
  set learningRate(value: number | Schedule) {
    this.rate.set(value, this.iterations);
  }

  /** The rate before decay, which Keras 2's callbacks read and set. */
  get baseLearningRate(): number {
    return this.rate.base(this.iterations);
  }

  /** @throws ValueError as `learningRate` */
  set baseLearningRate(value: number | Schedule) {
    this.rate.setBase(value);
  }

  /** Whether the rate follows a schedule, and is not for others to set. */
  get hasSchedule(): boolean {
    return this.rate.isScheduled;
  }

  /** tfjs's name for setting `learningRate`. */
  setLearningRate(value: number | Schedule): void {
    this.learningRate = value;
  }

  /** Make the slots of variables that have none yet. */
  build(variables: Iterable<Variable>): void {
    this.state.build(variables);
  }

  /**
   * Update once. The gradients stay the caller's.
   * @throws ValueError when a name is not that of a trainable variable
   * @throws ShapeError @throws DTypeError when a gradient does not fit its variable
   * @example optimizer.applyGradients(variableGrads(loss).grads)
   */
  applyGradients(gradients: Gradients): void {
    if (!Array.isArray(gradients)) this.applyNamed(Object.entries(gradients));
    else if (gradients.every(Array.isArray)) {
      const pairs = gradients as unknown as readonly (readonly [Tensor, VariableOrWeight])[];
      this.applyPairs(pairs.map(([gradient, weight]) => [gradient, variableOf(weight)]));
    } else this.applyNamed((gradients as NamedTensor[]).map(({ name, tensor }) => [name, tensor]));
  }

  private applyNamed(gradients: readonly [string, Tensor][]) {
    const byName = new Map(trainableVariables().map((each) => [each.name, each]));
    this.applyPairs(
      gradients.map(([name, gradient]) => {
        const weight = byName.get(name);
        if (!weight) throw new ValueError(`applyGradients: no trainable variable is named ${name}`);
        return [gradient, weight];
      }),
    );
  }

  private applyPairs(pairs: readonly GradientAndVariable[]): void {
    for (const [gradient, weight] of pairs) this.assertFits(gradient, weight);
    this.build(pairs.map(([, weight]) => weight));
    const step: UpdateStep = { learningRate: this.learningRate, time: this.iterations + 1 };
    tidy(() => {
      const clipped = clipGradients(
        pairs.map(([gradient]) => gradient),
        this.options,
      );
      for (const [index, [, weight]] of pairs.entries()) {
        this.update(weight, clipped[index], this.state.of(weight), step);
      }
    });
    this.iterations++;
  }

  private assertFits(gradient: Tensor, weight: Variable): void {
    if (!(weight instanceof Variable)) {
      throw new ValueError(
        `applyGradients: given a gradient of ${String(weight)}, expected one of a variable or a weight`,
      );
    }
    if (!(gradient instanceof Tensor)) {
      throw new ValueError(`applyGradients: the gradient of ${weight.name} is ${String(gradient)}, expected a tensor`);
    }
    gradient.assertAlive(`applyGradients: the gradient of ${weight.name}`);
    weight.assertAlive(`applyGradients: ${weight.name}`);
    if (!sameShape(gradient.shape, weight.shape)) {
      throw new ShapeError(
        `applyGradients: the gradient of ${weight.name} is ${formatShape(gradient.shape)}, expected ${formatShape(weight.shape)}`,
      );
    }
    if (gradient.dtype !== weight.dtype) {
      throw new DTypeError(
        `applyGradients: the gradient of ${weight.name} is ${gradient.dtype}, expected ${weight.dtype}`,
      );
    }
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
      this.applyPairs(pairs);
      return returnCost ? value : null;
    });
  }

  /**
   * The slots in Keras 3's order. Their values are the optimizer's own, and change with the next update.
   * @param weights default all that the optimizer has seen
   * @example for (const { weight, slot, value } of optimizer.slots()) console.log(weight.name, slot, value.shape)
   */
  slots(weights?: Iterable<Variable>): Slot[] {
    return this.state.list(weights);
  }

  /**
   * Set slots, each by its weight and its name. Values that do not fit are left out and reported.
   * @returns the names of slots that were loaded, and missing, and why others were skipped
   * @example console.log(optimizer.restore(optimizer.slots()).missing)
   */
  restore(slots: readonly Slot[]): SlotReport {
    return this.state.restore(slots);
  }

  /**
   * The whole state, in Keras 3's order: iteration, learning_rate unless a schedule gives it, then the slots. The caller
   * owns the tensors.
   * @example const state = optimizer.getWeights(); other.setWeights(state)
   */
  getWeights(): NamedTensor[] {
    const rate = this.hasSchedule ? [] : [{ name: LEARNING_RATE, tensor: scalar(this.baseLearningRate) }];
    const slots = this.state.list().map(({ weight, slot, value }) => {
      return { name: `${weight.name}/${slot}`, tensor: clone(value) };
    });
    return [{ name: ITERATION, tensor: scalar(this.iterations, 'int32') }, ...rate, ...slots];
  }

  /**
   * Return to a state that `getWeights` gave; the tensors stay the caller's. Slots are matched by their names, and where
   * none of them is known, as from another model, by their order. Before the first update they wait, copied, for their
   * weights.
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
    this.iterations = iteration.dataSync()[0];
    if (!rate || this.hasSchedule) return;
    const [saved] = rate.dataSync();
    // float32 has rounded the saved rate: keep the exact one where it is the same.
    if (Math.fround(this.baseLearningRate) !== saved) this.baseLearningRate = saved;
  }

  /** Options that make an equal optimizer, JSON alone. @throws ValueError when the schedule is a custom function */
  getConfig(): Record<string, unknown> {
    return { ...configOf(this.table, this.options, this.className), learningRate: this.rate.getConfig() };
  }

  /** @internal */
  [INSPECT](...args: InspectArguments): string {
    const { rate, iterations, options } = this;
    return inspected(this.className, { ...options, learningRate: rate.value, iterations }, args);
  }

  /** Free the slots; the next update starts anew. */
  dispose(): void {
    this.state.dispose();
  }
}
