import type { Tensor } from '../../tensor/tensor.js';
import { type CallOptions, Layer, type LayerOptions, onlyTensor } from '../base/layer.js';
import { SeedSequence } from '../base/seed-sequence.js';

export interface NoiseLayerOptions extends LayerOptions {
  /** A seed of the layer's own; default: the stream of `setSeed`. */
  readonly seed?: number | null;
}

/** What dropout and the noises share: in training they alter their input by random draws, else they pass it on. */
export abstract class NoiseLayer extends Layer {
  protected readonly seeds: SeedSequence;

  constructor(options: NoiseLayerOptions) {
    super(options);
    this.seeds = new SeedSequence(this.describe(), options.seed);
  }

  /** How much is altered; at 0 nothing. */
  protected abstract get strength(): number;

  /** @param x the input, in training */
  protected abstract alter(x: Tensor): Tensor;

  override call(inputs: Tensor | readonly Tensor[], { training }: CallOptions): Tensor {
    const x = onlyTensor(inputs);
    return training && this.strength > 0 ? this.alter(x) : x;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), seed: this.seeds.seed };
  }
}
