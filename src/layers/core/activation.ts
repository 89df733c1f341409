import {
  type ActivationIdentifier,
  activationId,
  type ResolvedActivation,
  resolveActivation,
} from '../../activations/index.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerOptions, onlyTensor } from '../base/layer.js';

export interface ActivationOptions extends LayerOptions {
  readonly activation: ActivationIdentifier;
}

/** An activation by its name. Output shaped as the input. */
export class ActivationLayer extends Layer {
  static override readonly className = 'Activation';

  private readonly activation: ResolvedActivation;

  constructor(options: ActivationOptions) {
    super(options);
    this.activation = resolveActivation(options.activation, this.describe());
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    return this.activation.apply(onlyTensor(inputs));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), activation: activationId(this.activation, this.describe()) };
  }
}
