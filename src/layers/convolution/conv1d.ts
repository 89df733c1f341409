import { conv2dWithEpilogue } from '../../ops/conv2d.js';
import type { Tensor } from '../../tensor/tensor.js';
import { sequenceChannels } from '../base/sequences.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { weight } from '../base/weight-options.js';
import { Convolution1D } from './convolution1d.js';
import { assertChannelGroups, assertFilterGroups, GROUPED } from './groups.js';

const OPTIONS = {
  ...GROUPED,
  ...weight('kernel', 'glorotUniform'),
};

/**
 * Convolution along one axis with bias and activation. Input [batch, steps, channels], output [batch, outSteps,
 * filters]; weights kernel [steps, channels / groups, filters], bias [filters].
 */
export class Conv1D extends Convolution1D<typeof OPTIONS> {
  static override readonly className = 'Conv1D';
  static override readonly options = OPTIONS;

  private kernel!: Weight;

  protected override checkOptions(): void {
    assertFilterGroups(this.describe(), this.options);
  }

  override build(shape: SymbolicShape): void {
    const { kernelSize, filters, groups } = this.options;
    const channels = sequenceChannels(this.describe(), shape);
    assertChannelGroups(this.describe(), channels, this.options);
    this.kernel = this.addWeightFrom('kernel', [kernelSize, channels / groups, filters]);
    this.addBias(filters);
  }

  override call(x: Tensor): Tensor {
    const { strides, dilationRate, groups } = this.options;
    return this.finish(
      conv2dWithEpilogue(this.rowsOf(x), this.rowKernel(this.kernel), undefined, {
        strides: [1, strides],
        padding: this.rowPadding,
        dilations: [1, dilationRate],
        groups,
        activation: null,
        alpha: 0,
      }),
    );
  }
}
