import { currentBackend } from '../../backends/registry.js';
import { ShapeError, ValueError } from '../../base/errors.js';
import { boolean, type Options, type OptionTable } from '../../base/options.js';
import { formatShape, sameShape } from '../../base/shape.js';
import { show } from '../../base/show.js';
import { where } from '../../ops/comparison.js';
import { reshape } from '../../ops/reshape.js';
import { reverse } from '../../ops/reverse.js';
import { transpose } from '../../ops/transpose.js';
import { dispose, keep } from '../../tensor/scope.js';
import { handleOf, Tensor } from '../../tensor/tensor.js';
import { asList, type CallOptions, Layer, type OneOrMany } from '../base/layer.js';
import { firstMask, type Masks } from '../base/masks.js';
import { isSymbolic, type SymbolicShape, type SymbolicTensor } from '../base/symbolic.js';
import type { Steps } from './cell.js';
import { lastStep } from './lstm-cell.js';
import { type Cell, runCell, sizesOf } from './run-cell.js';

/** Options of every recurrent layer. */
export const RECURRENT = {
  /** Whether to return the output of every step, [batch, time, ...], not only of the last; default false. */
  returnSequences: boolean().default(false),
  /** Whether to return the last states after the output; default false. */
  returnState: boolean().default(false),
  /** Whether to go from the last step to the first, and return outputs in that order; default false. */
  goBackwards: boolean().default(false),
  /** Whether each batch begins with the states that the one before ended with; see `resetStates`. Default false. */
  stateful: boolean().default(false),
  /** Whether to go step by step through ops: slower, but with derivatives of every order. Default false. */
  unroll: boolean().default(false),
  /** Whether outputs of masked steps are zeros, not those of the step before; default false. */
  zeroOutputForMask: boolean().default(false),
};

/**
 * A cell run along axis 1 of its input. Called with a sequence, or with [sequence, ...initial states]; the option
 * `initialState` of `apply` says the same.
 */
export abstract class Recurrent<Own extends OptionTable> extends Layer<typeof RECURRENT & Own> {
  static override readonly options: OptionTable = RECURRENT;
  override readonly supportsMasking = true;
  override readonly callOptionNames = ['initialState'];

  abstract readonly cell: Cell;
  private kept: Tensor[] | null = null;

  /** The options that all recurrent layers have. */
  private get flags(): Options<typeof RECURRENT> {
    return this.options as Options<typeof RECURRENT>;
  }

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    const [shape] = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as readonly SymbolicShape[];
    if (shape.length < 3) {
      throw new ShapeError(`${this.describe()}: the input is [${shape}], expected [batch, time, features, ...]`);
    }
    this.cell.buildFor([shape[0], ...shape.slice(2)]);
  }

  override apply(inputs: Tensor, options?: CallOptions): Tensor;
  override apply(inputs: readonly Tensor[], options?: CallOptions): Tensor;
  override apply(inputs: SymbolicTensor, options?: CallOptions): SymbolicTensor;
  override apply(inputs: readonly SymbolicTensor[], options?: CallOptions): SymbolicTensor;
  override apply(
    inputs: OneOrMany<Tensor> | OneOrMany<SymbolicTensor>,
    options?: CallOptions,
  ): Tensor | Tensor[] | SymbolicTensor | SymbolicTensor[];
  override apply(
    inputs: OneOrMany<Tensor> | OneOrMany<SymbolicTensor>,
    options?: CallOptions | null,
  ): Tensor | Tensor[] | SymbolicTensor | SymbolicTensor[] {
    const { initialState, ...rest } = options ?? {};
    if (initialState === undefined || initialState === null) return super.apply(inputs, options ?? undefined);
    const states = asList(initialState as OneOrMany<Tensor>);
    for (const state of states) {
      if (state instanceof Tensor || isSymbolic(state)) continue;
      throw new ValueError(`${this.describe()}: initialState contains ${show(state)}, expected one tensor per state`);
    }
    return super.apply([...asList(inputs as OneOrMany<Tensor>), ...states] as Tensor[], rest);
  }

  override call(inputs: OneOrMany<Tensor>, options: CallOptions): Tensor | Tensor[] {
    const [x, ...given] = asList(inputs);
    const { goBackwards, returnSequences, returnState, unroll, stateful } = this.flags;
    const mask = firstMask((options.mask as Masks | undefined) ?? null);
    const steps = runCell(this.cell, {
      x: timeMajor(x, goBackwards),
      states: this.initialStates(given),
      mask: mask && timeMajor(mask, goBackwards),
      training: options.training === true,
      unroll,
    });
    if (stateful) this.keepStates(steps.states);
    const output = returnSequences ? this.sequenceOf(steps, mask) : lastStep(steps.outputs);
    return returnState ? [output, ...steps.states] : output;
  }

  private sequenceOf({ outputs }: Steps, mask: Tensor | null): Tensor {
    const sequence = timeMajor(outputs, false);
    if (!mask || !this.zerosMasked) return sequence;
    const ordered = this.flags.goBackwards ? reverse(mask, 1) : mask;
    return where(reshape(ordered, [...mask.shape, ...Array(sequence.rank - 2).fill(1)]), sequence, 0);
  }

  /** @internal set by Bidirectional, whose merged outputs would mix steps that do not count */
  forcesZeros: boolean | null = null;

  private get zerosMasked(): boolean {
    return this.forcesZeros ?? this.flags.zeroOutputForMask;
  }

  /** The states to begin with; null for the cell's own. @throws ValueError when their number is wrong */
  private initialStates(given: readonly Tensor[]): readonly Tensor[] | null {
    if (given.length === 0) return currentBackend().dataless ? null : this.kept;
    const count = sizesOf(this.cell).length;
    if (given.length === count) return given;
    throw new ValueError(`${given.length} initial states given, expected ${count}`);
  }

  private keepStates(states: readonly Tensor[]): void {
    if (currentBackend().dataless) return;
    const before = this.kept;
    this.kept = states.map((state) => keep(handleOf(state)));
    if (before) dispose(before);
  }

  /** The states that the next batch begins with, where `stateful`; null for the cell's own. */
  get states(): readonly Tensor[] | null {
    return this.kept;
  }

  /**
   * Set the states that the next batch begins with. @param states default the cell's own, zeros
   * @throws ValueError when the layer is not stateful, or their number is wrong
   */
  resetStates(states?: OneOrMany<Tensor> | null): void {
    if (!this.flags.stateful) throw new ValueError(`${this.describe()}: resetStates of a layer that is not stateful`);
    const list = states ? this.initialStates(asList(states)) : null;
    for (const [index, state] of (this.kept ?? []).entries()) {
      if (list && !sameShape(state.shape, list[index].shape)) {
        const [given, expected] = [list[index].shape, state.shape].map(formatShape);
        throw new ShapeError(`${this.describe()}: resetStates: state ${index} is ${given}, expected ${expected}`);
      }
    }
    const before = this.kept;
    this.kept = list?.map((state) => keep(handleOf(state))) ?? null;
    if (before) dispose(before);
  }

  override computeMask(_inputs: OneOrMany<Tensor>, masks: Masks): Masks {
    const { returnSequences, returnState } = this.flags;
    const mask = returnSequences ? firstMask(masks) : null;
    return returnState ? [mask, ...sizesOf(this.cell).map(() => null)] : mask;
  }

  /** A layer of the same options and other weights. */
  twin(changes: { readonly name: string; readonly goBackwards?: boolean }): Recurrent<Own> {
    const Class = this.constructor as new (options: object) => Recurrent<Own>;
    return new Class({ ...this.options, dtype: this.dtype, trainable: this.trainable, ...changes });
  }

  override dispose(): void {
    if (this.kept) dispose(this.kept);
    this.kept = null;
    super.dispose();
  }
}

/** [batch, time, ...] ↔ [time, batch, ...] */
function timeMajor(x: Tensor, isReversed: boolean): Tensor {
  const turned = transpose(x, [1, 0, ...x.shape.slice(2).map((_, axis) => axis + 2)]);
  return isReversed ? reverse(turned, 0) : turned;
}

/** The options of a cell out of those of a layer around it. */
export function cellOptions<Table extends OptionTable>(
  layer: { readonly options: object; readonly dtype: Layer['dtype']; readonly trainable: boolean },
  table: Table,
  name: string,
): never {
  const own = Object.entries(layer.options).filter(([option]) => Object.hasOwn(table, option));
  return { ...Object.fromEntries(own), name, dtype: layer.dtype, trainable: layer.trainable } as never;
}
