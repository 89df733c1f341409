import { variableGrads } from '../autograd/gradients.js';
import { DTypeError, ShapeError, ValueError } from '../base/errors.js';
import { assertKnownOptions } from '../base/names.js';
import { formatShape, sameShape } from '../base/shape.js';
import { fill, scalar } from '../ops/creation.js';
import { clone } from '../ops/reshape.js';
import { dispose, keep, tidy } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { trainableVariables, type Variable, variable } from '../tensor/variable.js';
import { assertClipping, type Clipping, clipGradients } from './clipping.js';
import { type Schedule, scheduleFromConfig } from './schedules.js';

/** What every optimizer takes. */
export interface OptimizerOptions extends Clipping {
  /** A number > 0, or a function of the number of updates so far. */
  readonly learningRate?: number | Schedule | SavedSchedule;
  /** Divides the rate by 1 + decay · updates, as Keras 2 did; default 0. */
  readonly decay?: number;
}

const COMMON_OPTIONS = [
  'learningRate',
  'decay',
  'clipNorm',
  'clipValue',
  'globalClipNorm',
] as const satisfies readonly (keyof OptimizerOptions)[];

interface SavedSchedule {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** What one update is computed from. */
export interface UpdateStep {
  readonly learningRate: number;
  /** 1 in the first update. */
  readonly time: number;
}

type GradientAndVariable = readonly [gradient: Tensor, variable: Variable];

/** Gradients by variable name, in a list with names, or beside their variables. */
export type Gradients = Readonly<Record<string, Tensor>> | readonly NamedTensor[] | readonly GradientAndVariable[];

/**
 * Changes variables against their gradients. State that goes with a variable ("slots": moments, velocities) is made
 * when the variable is first seen, on its dtype, and freed by `dispose`.
 * @example train.sgd(0.1).minimize(() => w.mul(x).sub(y).square().mean())
 */
export abstract class Optimizer {
  /** Keras's class name. */
  static readonly className: string = 'Optimizer';
  /** Names of options beside those of every optimizer; a class that says nothing takes any. */
  protected static readonly ownOptions: readonly string[] | undefined = undefined;

  /** Updates so far. */
  iterations = 0;
  private rate: number | Schedule;
  private readonly slots = new Map<Variable, readonly Variable[]>();
  /** Slot values that were set before the slots were made. */
  private pending: NamedTensor[] = [];

  constructor(
    private readonly options: OptimizerOptions,
    defaultLearningRate: number,
  ) {
    const { ownOptions } = this.constructor as typeof Optimizer;
    if (ownOptions && Object.hasOwn(this.constructor, 'ownOptions')) {
      assertKnownOptions(this.className, options, [...COMMON_OPTIONS, ...ownOptions]);
    }
    assertClipping(this.className, options);
    if (options.decay !== undefined && !(options.decay >= 0)) {
      throw new ValueError(`${this.className}: decay is ${options.decay}, expected a number ≥ 0`);
    }
    this.rate = this.asRate(options.learningRate ?? defaultLearningRate);
  }

  get className(): string {
    return (this.constructor as typeof Optimizer).className;
  }

  /** Keras's names of the state that goes with each variable. */
  protected abstract readonly slotNames: readonly string[];
  /** What slots are filled with at first. */
  protected readonly initialSlotValue: number = 0;
  /** Whether the slots of one name come together in `getWeights`, as Keras has it for some; else those of one variable. */
  protected readonly slotsByName: boolean = false;

  /** Changes one variable and its slots. */
  protected abstract update(weight: Variable, gradient: Tensor, slots: readonly Variable[], step: UpdateStep): void;

  /** The rate of the next update. */
  get learningRate(): number {
    const rate = typeof this.rate === 'function' ? this.rate(this.iterations) : this.rate;
    return rate / (1 + (this.options.decay ?? 0) * this.iterations);
  }

  /** A number or a schedule from now on. @throws ValueError when it is neither a number > 0 nor a function */
  set learningRate(value: number | Schedule) {
    this.rate = this.asRate(value);
  }

  /** tfjs's name for setting `learningRate`. */
  setLearningRate(value: number | Schedule): void {
    this.learningRate = value;
  }

  private asRate(value: number | Schedule | SavedSchedule): number | Schedule {
    if (typeof value === 'function') return value;
    if (typeof value === 'object' && value?.className !== undefined) {
      return scheduleFromConfig(value.className, value.config);
    }
    if (!(typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY)) {
      const given = typeof value === 'number' ? value : JSON.stringify(value);
      throw new ValueError(`${this.className}: learningRate is ${given}, expected a number ≥ 0 or a schedule`);
    }
    return value;
  }

  /** Makes the slots of variables that have none yet. */
  build(variables: Iterable<Variable>): void {
    for (const weight of variables) {
      if (this.slots.has(weight)) continue;
      const made = this.slotNames.map(() =>
        tidy(() => variable(fill(weight.shape, this.initialSlotValue, weight.dtype), false)),
      );
      this.slots.set(weight, made);
    }
    const pending = this.pending.splice(0);
    if (pending.length > 0) this.setWeights(pending);
    dispose(pending);
  }

  /**
   * One update. The gradients stay the caller's.
   * @throws ValueError when a name is not that of a trainable variable
   * @throws ShapeError @throws DTypeError when a gradient does not fit its variable
   * @example optimizer.applyGradients(variableGrads(loss).grads)
   */
  applyGradients(gradients: Gradients): void {
    if (!Array.isArray(gradients)) this.applyNamed(Object.entries(gradients));
    else if (gradients.every(Array.isArray)) this.applyPairs(gradients as unknown as GradientAndVariable[]);
    else this.applyNamed((gradients as NamedTensor[]).map(({ name, tensor }) => [name, tensor]));
  }

  private applyNamed(gradients: readonly [string, Tensor][], variables: readonly Variable[] = trainableVariables()) {
    const byName = new Map(variables.map((each) => [each.name, each]));
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
        this.update(weight, clipped[index], this.slots.get(weight)!, step);
      }
    });
    this.iterations++;
  }

  private assertFits(gradient: Tensor, weight: Variable): void {
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

  /** The value of a function and its gradients by variable name; both are the caller's. */
  computeGradients(f: () => Tensor, varList?: readonly Variable[]): { value: Tensor; grads: Record<string, Tensor> } {
    return variableGrads(f, varList);
  }

  /**
   * Computes a scalar and moves the variables one step down its gradient.
   * @param returnCost default false; true returns the scalar, which is the caller's
   * @param varList default all trainable variables
   * @throws ValueError when the scalar depends on none of them
   * @example optimizer.minimize(() => model.predict(x).sub(y).square().mean())
   */
  minimize(f: () => Tensor, returnCost = false, varList?: readonly Variable[]): Tensor | null {
    const { value, grads } = this.computeGradients(f, varList);
    try {
      this.applyNamed(Object.entries(grads), varList);
    } finally {
      dispose(grads);
      if (!returnCost) value.dispose();
    }
    return returnCost ? value : null;
  }

  /** Slots in Keras's order, with the names of their variables. */
  private orderedSlots(): { name: string; slot: Variable }[] {
    const all = [...this.slots].flatMap(([weight, slots]) =>
      slots.map((slot, index) => ({ name: `${weight.name}/${this.slotNames[index]}`, slot, index })),
    );
    return this.slotsByName ? all.sort((a, b) => a.index - b.index) : all;
  }

  /**
   * The whole state, in Keras's order: iteration, learning_rate, then the slots. The tensors are the caller's.
   * @example const state = optimizer.getWeights(); other.setWeights(state)
   */
  getWeights(): NamedTensor[] {
    return [
      { name: 'iteration', tensor: scalar(this.iterations, 'int32') },
      { name: 'learning_rate', tensor: scalar(this.learningRate) },
      ...this.orderedSlots().map(({ name, slot }) => ({ name, tensor: clone(slot) })),
    ];
  }

  /**
   * Goes back to a state that `getWeights` gave; the tensors stay the caller's. Slots are matched by their order.
   * Before the first update they wait, copied, until `build` has made the slots.
   * @throws ValueError when the count differs @throws ShapeError
   */
  setWeights(weights: readonly NamedTensor[]): void {
    const [iteration, learningRate, ...values] = weights.map(({ tensor }) => tensor);
    if (!iteration || !learningRate) {
      throw new ValueError(`${this.className}: ${weights.length} weights given, expected iteration, learning_rate, …`);
    }
    const slots = this.orderedSlots();
    if (this.slots.size === 0 && values.length > 0) {
      dispose(this.pending);
      this.pending = weights.map(({ name, tensor }) => ({ name, tensor: keep(clone(tensor)) }));
    } else if (values.length !== slots.length) {
      throw new ValueError(`${this.className}: ${values.length} slots given, expected ${slots.length}`);
    } else {
      for (const [index, { slot }] of slots.entries()) slot.assign(values[index]);
    }
    this.iterations = iteration.dataSync()[0];
    const rate = learningRate.dataSync()[0];
    // float32 has rounded the saved rate; the exact one is kept where it is the same.
    if (typeof this.rate === 'number' && !this.options.decay && Math.fround(this.rate) !== rate) this.rate = rate;
  }

  /** Options that make an equal optimizer, JSON alone. @throws ValueError when the schedule is a function of your own */
  getConfig(): Record<string, unknown> {
    const { learningRate: _, ...rest } = this.options;
    if (typeof this.rate === 'number') return { ...rest, learningRate: this.rate };
    const { className, config } = this.rate;
    if (!className) throw new ValueError(`${this.className}: a learning rate of your own function cannot be saved`);
    return { ...rest, learningRate: { className, config } };
  }

  /** Frees the slots; the next update starts anew. */
  dispose(): void {
    for (const slots of this.slots.values()) for (const slot of slots) slot.dispose();
    this.slots.clear();
    dispose(this.pending);
    this.pending = [];
  }
}
