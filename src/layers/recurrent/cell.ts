import { boolean, number, type OptionTable, positiveInteger } from '../../base/options.js';
import type { Shape } from '../../base/shape.js';
import { mul } from '../../ops/arithmetic.js';
import { ones } from '../../ops/creation.js';
import { dropout } from '../../ops/dropout.js';
import { matMulWithEpilogue } from '../../ops/matmul.js';
import { reshape } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { activation, seed } from '../base/common-options.js';
import { type CallOptions, Layer } from '../base/layer.js';
import { SeedSequence } from '../base/seed-sequence.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { weight } from '../base/weight-options.js';

/** Options of every cell with a kernel for its input and one for its state, and of the layers around them. */
export const STEP = {
  /** Default tanh. */
  activation: activation().default('tanh'),
  /** Default true. */
  useBias: boolean().default(true),
  ...weight('kernel', 'glorotUniform'),
  ...weight('recurrent', 'orthogonal'),
  ...weight('bias', 'zeros'),
  /** Fraction of the inputs that training drops, the same at every step; default 0. */
  dropout: number({ min: 0, below: 1 }).default(0),
  /** Fraction of the state that training drops before the products with it, the same at every step; default 0. */
  recurrentDropout: number({ min: 0, below: 1 }).default(0),
  /** Of the dropout; default: the stream of `setSeed`. */
  seed: seed(),
};

/** Options of SimpleRNN, LSTM and GRU, and of their cells. */
export const CELL = {
  /** Size of the state and of the output. */
  units: positiveInteger(),
  ...STEP,
};

/** Dropout factors of inputs and states, the same at every step; null where nothing is dropped. */
export interface Drops {
  /** [batch, features]; of images for each gate, [batch, height, width, 4 · channels] */
  readonly input: Tensor | null;
  /** [batch, units], or the same of the state of images */
  readonly state: Tensor | null;
}

/** How all steps of a sequence are to be run. */
export interface Sequence {
  /** [time, batch, features] */
  readonly x: Tensor;
  /** One for each state of the cell; null for zeros. */
  readonly states: readonly Tensor[] | null;
  /** bool [time, batch]; null where every step counts */
  readonly mask: Tensor | null;
  readonly drops: Drops;
}

/** All steps of a sequence, done. */
export interface Steps {
  /** [time, batch, units] */
  readonly outputs: Tensor;
  readonly states: readonly Tensor[];
}

/**
 * One step of a recurrence with a kernel for its input and one for its state. Called with [x, ...states], x [batch,
 * features] and states [batch, units]; returns [output, ...new states].
 */
export abstract class KernelCell<Own extends OptionTable> extends Layer<typeof CELL & Own> {
  static override readonly options: OptionTable = CELL;

  /** How many blocks of `units` columns the kernels have. */
  protected abstract readonly gates: number;
  protected kernel!: Weight;
  protected recurrentKernel!: Weight;
  protected bias: Weight | null = null;
  private readonly seeds = new SeedSequence(this.options.seed);

  /** Size of each state. */
  get stateSize(): readonly number[] {
    return [this.options.units];
  }

  override build(shape: SymbolicShape | readonly SymbolicShape[]): void {
    const [input] = Array.isArray(shape[0]) ? (shape as readonly SymbolicShape[]) : [shape as SymbolicShape];
    const columns = this.options.units * this.gates;
    this.kernel = this.addWeightFrom('kernel', [input.at(-1)!, columns]);
    this.recurrentKernel = this.addWeightFrom('recurrent', [this.options.units, columns], 'recurrent_kernel');
    if (this.options.useBias) this.bias = this.addBias(columns);
  }

  protected addBias(columns: number): Weight {
    return this.addWeightFrom('bias', [columns]);
  }

  /** Draw the dropout of one sequence. @param step the shape of the input of one step */
  drawDrops([batch, features]: Shape, training: boolean): Drops {
    const { dropout: rate, recurrentDropout, units } = this.options;
    const draw = (fraction: number, size: number) =>
      training && fraction > 0 ? dropout(ones([batch, size], this.dtype), fraction, null, this.seeds.next()) : null;
    return { input: draw(rate, features), state: draw(recurrentDropout, units) };
  }

  override call(inputs: readonly Tensor[], options: CallOptions): Tensor[] {
    const [x, ...states] = inputs;
    const drops = (options.drops as Drops | undefined) ?? this.drawDrops(x.shape, options.training === true);
    return this.step(drops.input ? mul(x, drops.input) : x, states, drops.state);
  }

  /** @param x with its dropout @param drop of the state */
  protected abstract step(x: Tensor, states: readonly Tensor[], drop: Tensor | null): Tensor[];

  /** Run all steps in one kernel; null if there is none for these options. */
  sequence(_sequence: Sequence): Steps | null {
    return null;
  }

  /** The input's part of the gates at every step: [time, batch, features] → [time, batch, gates · units]. */
  protected inputProduct({ x, drops }: Sequence, bias: Tensor | undefined): Tensor {
    const [time, batch, features] = x.shape;
    const rows = reshape(drops.input ? mul(x, drops.input) : x, [time * batch, features]);
    return reshape(linear(rows, this.kernel.read(), bias), [time, batch, this.kernel.shape[1]]);
  }
}

/** x · kernel + bias of matrices. */
export const linear = (x: Tensor, kernel: Tensor, bias?: Tensor): Tensor =>
  matMulWithEpilogue(x, kernel, bias, { transposeA: false, transposeB: false, activation: null, alpha: 0 });
