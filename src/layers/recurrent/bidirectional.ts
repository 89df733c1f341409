import { ValueError } from '../../base/errors.js';
import type { Options } from '../../base/options.js';
import { oneOf } from '../../base/options.js';
import { add, mul } from '../../ops/arithmetic.js';
import { concat } from '../../ops/concat.js';
import { reverse } from '../../ops/reverse.js';
import type { Tensor } from '../../tensor/tensor.js';
import { innerLayer } from '../base/inner-layer.js';
import { asList, type CallOptions, Layer, type OneOrMany } from '../base/layer.js';
import { firstMask, type Masks } from '../base/masks.js';
import type { SymbolicShape } from '../base/symbolic.js';
import { type RECURRENT, Recurrent } from './recurrent.js';

type Inner = Recurrent<Readonly<Record<never, never>>>;

const isRecurrent = (value: unknown): boolean => value instanceof Recurrent;

const OPTIONS = {
  /** The layer that goes forwards: LSTM, GRU, SimpleRNN or RNN. A copy with its own weights is used. */
  layer: innerLayer<Inner>('a recurrent layer', isRecurrent),
  /** The layer that goes backwards; default a copy of `layer`. */
  backwardLayer: innerLayer<Inner | null>(
    'a recurrent layer or null',
    (value) => value === null || isRecurrent(value),
  ).default(null),
  /** How the two outputs are joined; null returns both. Default `'concat'`, along the last axis. */
  mergeMode: oneOf(['concat', 'sum', 'mul', 'ave']).nullable().default('concat'),
};

const MERGES = {
  concat: (a: Tensor, b: Tensor) => concat([a, b], -1),
  sum: add,
  mul,
  ave: (a: Tensor, b: Tensor) => mul(add(a, b), 0.5),
};

/**
 * A recurrent layer in both directions. Input as the layer's; output as the layer's, the last axis twice as long for
 * `'concat'`. With `returnState` the states of the forward layer, then of the backward layer, follow; initial states
 * are given in that order.
 */
export class Bidirectional extends Layer<typeof OPTIONS> {
  static override readonly className = 'Bidirectional';
  static override readonly options = OPTIONS;
  override readonly supportsMasking = true;
  override readonly callOptionNames = ['initialState'];

  readonly forwardLayer: Inner = this.options.layer.twin({ name: prefixed('forward', this.options.layer.name) });
  readonly backwardLayer: Inner =
    this.options.backwardLayer ??
    this.options.layer.twin({
      name: prefixed('backward', this.options.layer.name),
      goBackwards: !flagsOf(this.options.layer).goBackwards,
    });

  protected override checkOptions(): void {
    const { layer, backwardLayer } = this.options;
    if (!backwardLayer) return;
    const [forward, backward] = [flagsOf(layer), flagsOf(backwardLayer)];
    if (forward.goBackwards === backward.goBackwards) {
      throw new ValueError(
        `${this.describe()}: both layers have goBackwards ${forward.goBackwards}, expected one of them`,
      );
    }
    for (const name of ['returnSequences', 'returnState', 'stateful'] as const) {
      if (forward[name] === backward[name]) continue;
      throw new ValueError(
        `${this.describe()}: ${name} is ${backward[name]} of backwardLayer, expected that of layer, ${forward[name]}`,
      );
    }
  }

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    for (const layer of [this.forwardLayer, this.backwardLayer]) {
      layer.forcesZeros = flagsOf(layer).returnSequences;
      layer.buildFor(inputShape);
    }
  }

  override call(inputs: OneOrMany<Tensor>, options: CallOptions): Tensor | Tensor[] {
    const { initialState, ...rest } = options;
    const [x, ...listed] = asList(inputs);
    const given = initialState ? asList(initialState as OneOrMany<Tensor>) : listed;
    if (given.length % 2 === 1) {
      throw new ValueError(`${given.length} initial states given, expected the same number for both directions`);
    }
    const half = given.length / 2;
    const [forward, ...states] = asList(
      this.forwardLayer.apply([x, ...given.slice(0, half)], rest) as Tensor | Tensor[],
    );
    const [backward, ...others] = asList(
      this.backwardLayer.apply([x, ...given.slice(half)], rest) as Tensor | Tensor[],
    );
    const turned = flagsOf(this.forwardLayer).returnSequences ? reverse(backward, 1) : backward;
    const { mergeMode } = this.options;
    const merged = mergeMode ? [MERGES[mergeMode](forward, turned)] : [forward, turned];
    const all = [...merged, ...states, ...others];
    return all.length === 1 ? all[0] : all;
  }

  override computeMask(_inputs: OneOrMany<Tensor>, masks: Masks): Masks {
    const mask = flagsOf(this.forwardLayer).returnSequences ? firstMask(masks) : null;
    return this.options.mergeMode ? [mask] : [mask, mask];
  }

  /** See `resetStates` of the layers inside. */
  resetStates(): void {
    this.forwardLayer.resetStates();
    this.backwardLayer.resetStates();
  }
}

const flagsOf = (layer: Inner): Options<typeof RECURRENT> => layer.options as Options<typeof RECURRENT>;

const prefixed = (prefix: string, name: string): string => (name.startsWith(`${prefix}_`) ? name : `${prefix}_${name}`);
