import { isFloat } from '../../base/dtype.js';
import { boolean, integer, positiveInteger } from '../../base/options.js';
import { cast } from '../../ops/cast.js';
import { notEqual } from '../../ops/comparison.js';
import { gather } from '../../ops/gather.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Masks } from '../base/masks.js';
import { UnaryLayer } from '../base/unary-layer.js';
import type { Weight } from '../base/weight.js';
import { weight } from '../base/weight-options.js';

const OPTIONS = {
  /** How many indices there are: the largest plus one. */
  inputDim: positiveInteger(),
  /** Size of each vector. */
  outputDim: positiveInteger(),
  /** Whether index 0 is padding: such steps are masked. Default false. */
  maskZero: boolean().default(false),
  /** Steps of the input, as Keras 2 writes; the shape of the input says it. */
  inputLength: integer({ min: 1 })
    .nullable()
    .default(null)
    .inConfig(() => undefined),
  ...weight('embeddings', 'uniform'),
};

/**
 * A vector for each index. Input [batch, ...] of indices, integers or floats without a fraction; output
 * [batch, ..., outputDim]; weights embeddings [inputDim, outputDim]. Its gradient adds only to the rows that were read.
 * @throws ValueError for an index that is not in [0, inputDim)
 */
export class Embedding extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'Embedding';
  static override readonly options = OPTIONS;
  override readonly supportsMasking = true;
  protected override readonly makesMasks = this.options.maskZero;

  private embeddings!: Weight;

  override build(): void {
    const { inputDim, outputDim } = this.options;
    this.embeddings = this.addWeightFrom('embeddings', [inputDim, outputDim]);
  }

  override call(x: Tensor): Tensor {
    const indices = isFloat(x.dtype) ? cast(x, 'int32') : x;
    return gather(this.embeddings.read(), indices);
  }

  override computeMask(x: Tensor): Masks {
    return this.options.maskZero ? notEqual(x, 0) : null;
  }
}
