import { ValueError } from '../../base/errors.js';
import { convGeometry } from '../../base/geometry.js';
import { positiveInteger } from '../../base/options.js';
import type { Shape } from '../../base/shape.js';
import { add, mul } from '../../ops/arithmetic.js';
import { concat } from '../../ops/concat.js';
import { type Conv2dOptions, conv2dWithEpilogue } from '../../ops/conv2d.js';
import { ones, zeros } from '../../ops/creation.js';
import { dropout } from '../../ops/dropout.js';
import { lstmStep } from '../../ops/recurrent/lstm.js';
import type { Tensor } from '../../tensor/tensor.js';
import { padding, pair } from '../base/common-options.js';
import { IMAGE_LAYOUT } from '../base/image-layer.js';
import { channelsOf } from '../base/input-checks.js';
import { type CallOptions, Layer } from '../base/layer.js';
import { SeedSequence } from '../base/seed-sequence.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { type Drops, STEP } from './cell.js';
import { LSTM, withForgetBias } from './lstm-cell.js';

/** Options of ConvLSTM2D and of its cell. */
export const CONV_LSTM = {
  /** Channels of the state and of the output. */
  filters: positiveInteger(),
  /** Size of the windows of both convolutions: one number, or [height, width]. */
  kernelSize: pair(),
  /** Pixels from one window of the input to the next; default 1. */
  strides: pair().default(1),
  /** Of the input; that of the state is `'same'`. Default `'valid'`. */
  padding: padding().default('valid'),
  /** Pixels from one cell of the input's window to the next; default 1. */
  dilationRate: pair().default(1),
  ...IMAGE_LAYOUT,
  ...STEP,
  ...LSTM,
};

const GATES = 4;

type Windows = Pick<Conv2dOptions, 'strides' | 'padding' | 'dilations'>;

/** The convolution of the state, whose size it keeps. */
const RECURRENT: Windows = { strides: 1, padding: 'same', dilations: 1 };

/**
 * One step of a convolutional LSTM: an LSTM whose two products are convolutions. Called with [x, h, c], x [batch,
 * height, width, channels], h and c [batch, outHeight, outWidth, filters]; returns [h', h', c']. Weights kernel
 * [height, width, channels, 4 · filters] for the gates i, f, c, o, recurrent_kernel [height, width, filters,
 * 4 · filters], bias [4 · filters].
 * @see Shi et al., arXiv:1506.04214, without the products of the gates with c, as in Keras
 */
export class ConvLSTM2DCell extends Layer<typeof CONV_LSTM> {
  static override readonly className = 'ConvLSTM2DCell';
  static override readonly options = CONV_LSTM;

  private kernel!: Weight;
  private recurrentKernel!: Weight;
  private bias: Weight | null = null;
  private readonly seeds = new SeedSequence(this.options.seed);

  get stateSize(): readonly number[] {
    return [this.options.filters, this.options.filters];
  }

  protected override checkOptions(): void {
    const { strides, dilationRate } = this.options;
    if (Math.max(...strides) === 1 || Math.max(...dilationRate) === 1) return;
    throw new ValueError(
      `${this.describe()}: strides is [${strides}] and dilationRate [${dilationRate}], expected 1 of either`,
    );
  }

  override build(shape: SymbolicShape | readonly SymbolicShape[]): void {
    const [input] = Array.isArray(shape[0]) ? (shape as readonly SymbolicShape[]) : [shape as SymbolicShape];
    const { kernelSize, filters, useBias, unitForgetBias } = this.options;
    const columns = filters * GATES;
    this.kernel = this.addWeightFrom('kernel', [...kernelSize, channelsOf(this.describe(), input), columns]);
    this.recurrentKernel = this.addWeightFrom('recurrent', [...kernelSize, filters, columns], 'recurrent_kernel');
    if (!useBias) return;
    if (!unitForgetBias) this.bias = this.addWeightFrom('bias', [columns]);
    else {
      const { biasInitializer, biasRegularizer: regularizer, biasConstraint: constraint } = this.options;
      this.bias = this.addWeight('bias', [columns], withForgetBias(biasInitializer, filters), {
        regularizer,
        constraint,
      });
    }
  }

  private get windows(): Windows {
    const { strides, padding, dilationRate: dilations } = this.options;
    return { strides, padding, dilations };
  }

  /** The shape of the state for the input of one step. */
  private stateShape(x: Shape): Shape {
    const { outHeight, outWidth } = convGeometry(this.describe(), x, this.kernel.shape, this.windows);
    return [x[0], outHeight, outWidth, this.options.filters];
  }

  initialStates(x: Tensor): Tensor[] {
    const shape = this.stateShape(x.shape);
    return [zeros(shape, x.dtype), zeros(shape, x.dtype)];
  }

  /** Draw the dropout of one sequence, for each gate its own. @param step the shape of the input of one step */
  drawDrops(step: Shape, training: boolean): Drops {
    const { dropout: rate, recurrentDropout } = this.options;
    const draw = (fraction: number, shape: () => Shape) => {
      if (!training || fraction === 0) return null;
      const [channels, ...outer] = [...shape()].reverse();
      const size = [...outer.reverse(), channels * GATES];
      return dropout(ones(size, this.dtype), fraction, null, this.seeds.next());
    };
    return { input: draw(rate, () => step), state: draw(recurrentDropout, () => this.stateShape(step)) };
  }

  override call(inputs: readonly Tensor[], options: CallOptions): Tensor[] {
    const [x, hidden, cell] = inputs;
    const drops = (options.drops as Drops | undefined) ?? this.drawDrops(x.shape, options.training === true);
    const { activation, recurrentActivation } = this.options;
    const z = add(
      convolve(x, this.kernel.read(), drops.input, this.windows, this.bias?.read()),
      convolve(hidden, this.recurrentKernel.read(), drops.state, RECURRENT),
    );
    const next = lstmStep(z, cell, activation.apply, recurrentActivation.apply);
    return [next.hidden, next.hidden, next.cell];
  }
}

/** A convolution for all gates; with dropout each gate reads its own copy of x, as a group of channels. */
function convolve(x: Tensor, kernel: Tensor, drop: Tensor | null, windows: Windows, bias?: Tensor): Tensor {
  const read = drop ? mul(concat(Array<Tensor>(GATES).fill(x), -1), drop) : x;
  return conv2dWithEpilogue(read, kernel, bias, { ...windows, groups: drop ? GATES : 1, activation: null, alpha: 0 });
}
