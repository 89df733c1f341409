import { boolean, integer, type OptionTable, positiveInteger } from '../../base/options.js';
import { add } from '../../ops/arithmetic.js';
import type { Tensor } from '../../tensor/tensor.js';
import { activation, padding } from '../base/common-options.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { weight } from '../base/weight-options.js';
import { assertChannelGroups, assertFilterGroups, GROUPED } from '../convolution/groups.js';
import { assertOutputPadding, transposedLength } from '../convolution/transposed-length.js';
import { triple, VolumeLayer, volumeChannels, volumes } from './volume-layer.js';
import { conv3d, conv3dTranspose, type Triple } from './volume-ops.js';

const CONVOLUTION = {
  /** Channels of the output. */
  filters: positiveInteger(),
  /** Size of the window: one number, or [depth, height, width]. */
  kernelSize: triple(),
  /** Voxels from one window to the next; default 1. */
  strides: triple().default(1),
  /** Default `'valid'`. */
  padding: padding().default('valid'),
  /** Voxels from one cell of the window to the next; default 1. */
  dilationRate: triple().default(1),
  /** Default none. */
  activation: activation().default('linear'),
  /** Default true. */
  useBias: boolean().default(true),
  ...weight('kernel', 'glorotUniform'),
  ...weight('bias', 'zeros'),
};

abstract class Convolution3D<Own extends OptionTable> extends VolumeLayer<typeof CONVOLUTION & Own> {
  static override readonly options: OptionTable = CONVOLUTION;

  protected kernel!: Weight;
  private bias: Weight | null = null;

  /** Declare kernel and bias. @param ends the last two axes of the kernel */
  protected addWeights(ends: readonly number[]): void {
    const { kernelSize, useBias, filters } = this.options;
    this.kernel = this.addWeightFrom('kernel', [...kernelSize, ...ends]);
    if (useBias) this.bias = this.addWeightFrom('bias', [filters]);
  }

  protected finish(y: Tensor): Tensor {
    return this.options.activation.apply(this.bias ? add(y, this.bias.read()) : y);
  }
}

/**
 * 3-D convolution with bias and activation. Input [batch, depth, height, width, channels], output [batch, outDepth,
 * outHeight, outWidth, filters]; weights kernel [depth, height, width, channels / groups, filters], bias [filters].
 */
export class Conv3D extends Convolution3D<typeof GROUPED> {
  static override readonly className = 'Conv3D';
  static override readonly options = GROUPED;

  protected override checkOptions(): void {
    assertFilterGroups(this.describe(), this.options);
  }

  override build(shape: SymbolicShape): void {
    const { filters, groups } = this.options;
    const channels = volumeChannels(this.describe(), shape);
    assertChannelGroups(this.describe(), channels, this.options);
    this.addWeights([channels / groups, filters]);
  }

  override call(x: Tensor): Tensor {
    const { padding, strides, dilationRate: dilations, groups } = this.options;
    return this.finish(conv3d(volumes(x), this.kernel.read(), padding, groups, { strides, dilations }));
  }
}

const TRANSPOSED = {
  /** Voxels added after the output, fewer than strides; default the number that makes input and output match. */
  outputPadding: triple(integer({ min: 0 }))
    .nullable()
    .default(null),
};

/**
 * The adjoint of a 3-D convolution: stretches volumes by the strides. Input [batch, depth, height, width, channels];
 * weights kernel [depth, height, width, filters, channels], bias [filters].
 */
export class Conv3DTranspose extends Convolution3D<typeof TRANSPOSED> {
  static override readonly className = 'Conv3DTranspose';
  static override readonly options = TRANSPOSED;

  protected override checkOptions(): void {
    assertOutputPadding(this.describe(), this.options.outputPadding, this.options.strides);
  }

  override build(shape: SymbolicShape): void {
    this.addWeights([this.options.filters, volumeChannels(this.describe(), shape)]);
  }

  override call(x: Tensor): Tensor {
    const { padding, strides, dilationRate: dilations, kernelSize, outputPadding } = this.options;
    const axes = volumes(x)
      .shape.slice(1, 4)
      .map((length, axis) =>
        transposedLength(length, {
          size: kernelSize[axis],
          stride: strides[axis],
          dilation: dilations[axis],
          padding,
          outputPadding: outputPadding ? outputPadding[axis] : null,
        }),
      );
    const [lengths, before, after] = (['length', 'before', 'after'] as const).map(
      (name) => axes.map((axis) => axis[name]) as unknown as Triple,
    );
    return this.finish(conv3dTranspose(x, this.kernel.read(), { lengths, before, after }, { strides, dilations }));
  }
}
