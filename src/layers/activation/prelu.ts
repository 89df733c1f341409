import { ValueError } from '../../base/errors.js';
import { prelu } from '../../ops/activations.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerOptions, onlyTensor } from '../base/layer.js';
import { singleShape } from '../base/options.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { settingsConfig, type WeightChoices, type WeightSettings, weightSettings } from '../base/weight-settings.js';

export interface PReLUOptions extends LayerOptions, WeightChoices<'alpha'> {
  /** Axes along which one slope serves all, counted from 1: [1, 2] for a slope a channel; default none. */
  readonly sharedAxes?: readonly number[] | null;
}

/**
 * x right of zero, alpha · x left of it, the slope learnt.
 * Output shaped as the input [batch, ...]; weight alpha [...], 1 along shared axes.
 * @see He et al., arXiv:1502.01852
 */
export class PReLU extends Layer {
  static override readonly className = 'PReLU';

  private readonly sharedAxes: readonly number[] | null;
  private readonly settings: WeightSettings;
  private alpha!: Weight;

  constructor(options: PReLUOptions = {}) {
    super(options);
    const caller = this.describe();
    const shared = options.sharedAxes ?? null;
    this.sharedAxes = typeof shared === 'number' ? [shared] : shared;
    if (this.sharedAxes?.some((axis) => !Number.isInteger(axis) || axis < 1)) {
      throw new ValueError(`${caller}: sharedAxes is [${this.sharedAxes}], expected integers ≥ 1`);
    }
    this.settings = weightSettings(caller, 'alpha', options, 'zeros');
  }

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    const [, ...shape] = singleShape(this.describe(), inputShape);
    for (const axis of this.sharedAxes ?? []) {
      if (axis > shape.length) {
        throw new ValueError(`${this.describe()}: sharedAxes has ${axis}, the input's last axis is ${shape.length}`);
      }
      shape[axis - 1] = 1;
    }
    this.alpha = this.addWeight('alpha', shape, this.settings.initializer, this.settings);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    return prelu(onlyTensor(inputs), this.alpha.read());
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), ...settingsConfig('alpha', this.settings), sharedAxes: this.sharedAxes };
  }
}
