import {
  type ActivationIdentifier,
  activationId,
  type ResolvedActivation,
  resolveActivation,
} from '../../activations/index.js';
import { ShapeError } from '../../base/errors.js';
import { fusedMatMul } from '../../ops/matmul.js';
import { reshape } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerOptions, onlyTensor } from '../base/layer.js';
import { positiveInteger, singleShape } from '../base/options.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { settingsConfig, type WeightChoices, type WeightSettings, weightSettings } from '../base/weight-settings.js';

export interface DenseOptions extends LayerOptions, WeightChoices<'kernel' | 'bias'> {
  /** Size of the output's last axis. */
  readonly units: number;
  /** Default none. */
  readonly activation?: ActivationIdentifier | null;
  /** Default true. */
  readonly useBias?: boolean;
}

/**
 * activation(x · kernel + bias).
 * Input [batch, ..., inputs], output [batch, ..., units]; weights kernel [inputs, units], bias [units].
 */
export class Dense extends Layer {
  static override readonly className = 'Dense';

  private readonly units: number;
  private readonly activation: ResolvedActivation;
  private readonly useBias: boolean;
  private readonly kernelSettings: WeightSettings;
  private readonly biasSettings: WeightSettings;
  private kernel!: Weight;
  private bias: Weight | null = null;

  constructor(options: DenseOptions) {
    super(options);
    const caller = this.describe();
    this.units = positiveInteger(caller, 'units', options.units);
    this.activation = resolveActivation(options.activation, caller);
    this.useBias = options.useBias ?? true;
    this.kernelSettings = weightSettings(caller, 'kernel', options, 'glorotUniform');
    this.biasSettings = weightSettings(caller, 'bias', options, 'zeros');
  }

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    const shape = singleShape(this.describe(), inputShape);
    if (shape.length < 2) {
      throw new ShapeError(`${this.describe()}: the input is [${shape}], expected [batch, ..., inputs]`);
    }
    this.kernel = this.addWeight(
      'kernel',
      [shape.at(-1)!, this.units],
      this.kernelSettings.initializer,
      this.kernelSettings,
    );
    if (this.useBias)
      this.bias = this.addWeight('bias', [this.units], this.biasSettings.initializer, this.biasSettings);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const x = onlyTensor(inputs);
    const { fused, apply } = this.activation;
    const rows = x.rank === 2 ? x : reshape(x, [-1, x.shape.at(-1)!]);
    const product = fusedMatMul({
      a: rows,
      b: this.kernel.read(),
      bias: this.bias?.read(),
      activation: fused?.activation,
      alpha: fused?.alpha,
    });
    const y = x.rank === 2 ? product : reshape(product, [...x.shape.slice(0, -1), this.units]);
    return fused ? y : apply(y);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      units: this.units,
      activation: activationId(this.activation, this.describe()),
      useBias: this.useBias,
      ...settingsConfig('kernel', this.kernelSettings),
      ...settingsConfig('bias', this.biasSettings),
    };
  }
}
