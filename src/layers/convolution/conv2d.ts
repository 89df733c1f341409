import { conv2dWithEpilogue } from '../../ops/conv2d.js';
import type { Tensor } from '../../tensor/tensor.js';
import { channelsOf } from '../base/input-checks.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { weight } from '../base/weight-options.js';
import { Convolution } from './convolution.js';
import { assertChannelGroups, assertFilterGroups, GROUPED } from './groups.js';

const OPTIONS = {
  ...GROUPED,
  ...weight('kernel', 'glorotUniform'),
};

/**
 * 2-D convolution with bias and activation.
 * Input [batch, height, width, channels], output [batch, outHeight, outWidth, filters];
 * weights kernel [height, width, channels / groups, filters], bias [filters].
 */
export class Conv2D extends Convolution<typeof OPTIONS> {
  static override readonly className = 'Conv2D';
  static override readonly options = OPTIONS;

  private kernel!: Weight;

  protected override checkOptions(): void {
    assertFilterGroups(this.describe(), this.options);
  }

  override build(shape: SymbolicShape): void {
    const { kernelSize, filters, groups } = this.options;
    const channels = channelsOf(this.describe(), shape);
    assertChannelGroups(this.describe(), channels, this.options);
    this.kernel = this.addWeightFrom('kernel', [...kernelSize, channels / groups, filters]);
    this.addBias(filters);
  }

  override call(x: Tensor): Tensor {
    const { strides, padding, dilationRate: dilations, groups } = this.options;
    const { bias, ...activation } = this.epilogue;
    const options = { strides, padding, dilations, groups, ...activation };
    return this.activateRest(conv2dWithEpilogue(x, this.kernel.read(), bias, options));
  }
}
