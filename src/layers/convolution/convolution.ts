import { boolean, type OptionTable } from '../../base/options.js';
import { add } from '../../ops/arithmetic.js';
import type { Tensor } from '../../tensor/tensor.js';
import { activation, padding, pair } from '../base/common-options.js';
import { ImageLayer } from '../base/image-layer.js';
import type { Weight } from '../base/weight.js';
import { weight } from '../base/weight-options.js';

/** Options of every convolution. */
export const CONVOLUTION = {
  /** Size of the window: one number, or [height, width]. */
  kernelSize: pair(),
  /** Pixels from one window to the next; default 1. */
  strides: pair().default(1),
  /** Default `'valid'`. */
  padding: padding().default('valid'),
  /** Pixels from one cell of the window to the next; default 1. */
  dilationRate: pair().default(1),
  /** Default none. */
  activation: activation().default('linear'),
  /** Default true. */
  useBias: boolean().default(true),
  ...weight('bias', 'zeros'),
};

/** Bias and activation of a convolution. */
export abstract class Convolution<Own extends OptionTable> extends ImageLayer<typeof CONVOLUTION & Own> {
  static override readonly options: OptionTable = CONVOLUTION;

  protected override get takesFloats(): boolean {
    return true;
  }

  private bias: Weight | null = null;

  protected addBias(channels: number): void {
    if (this.options.useBias) this.bias = this.addWeightFrom('bias', [channels]);
  }

  /** Bias and activation for a fused kernel. */
  protected get epilogue() {
    const { fused } = this.options.activation;
    return { bias: this.bias?.read(), activation: fused?.activation ?? null, alpha: fused?.alpha ?? 0 };
  }

  /** Apply the activation, unless the kernel did. */
  protected activateRest(y: Tensor): Tensor {
    const { fused, apply } = this.options.activation;
    return fused ? y : apply(y);
  }

  /** Apply bias and activation as ops, after kernels without an epilogue. */
  protected finish(y: Tensor): Tensor {
    return this.options.activation.apply(this.bias ? add(y, this.bias.read()) : y);
  }
}
