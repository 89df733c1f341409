import { isFloat } from '../../base/dtype.js';
import { ShapeError, ValueError } from '../../base/errors.js';
import { option, positiveInteger } from '../../base/options.js';
import { formatShape } from '../../base/shape.js';
import { denseBincount } from '../../ops/bincount.js';
import { cast } from '../../ops/cast.js';
import { reshape } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { CallOptions } from '../base/layer.js';
import { UnaryLayer } from '../base/unary-layer.js';

/** Modes in the spelling of files, by all that users write; `binary` is Keras 2's. */
const MODES = {
  multiHot: 'multi_hot',
  multi_hot: 'multi_hot',
  binary: 'multi_hot',
  oneHot: 'one_hot',
  one_hot: 'one_hot',
  count: 'count',
} as const;

type Mode = keyof typeof MODES;

const OPTIONS = {
  /** How many categories there are: the largest number plus one. */
  numTokens: positiveInteger(),
  /**
   * `'multiHot'`: 1 for each category that is among the last axis; `'count'`: how often it is; `'oneHot'`: 1 for each
   * number of its own. Default `'multiHot'`.
   */
  outputMode: option<(typeof MODES)[Mode], Mode>({
    expected: "'multiHot', 'oneHot' or 'count'",
    choices: ['multiHot', 'oneHot', 'count'],
    read: (value) => (typeof value === 'string' && Object.hasOwn(MODES, value) ? MODES[value as Mode] : undefined),
  }).default('multiHot'),
};

/**
 * Categories as vectors. Input [batch, …, count] of integers, or of floats without a fraction; output [batch, …,
 * numTokens], of `'oneHot'` [batch, …, count, numTokens], where count is not 1. The option `countWeights` of `apply`,
 * shaped as the input, has `'count'` add these in place of ones.
 * @throws ValueError for a number that is not in [0, numTokens), where the host sees it; elsewhere it has no category
 */
export class CategoryEncoding extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'CategoryEncoding';
  static override readonly options = OPTIONS;
  override readonly callOptionNames = ['countWeights'];

  override call(x: Tensor, options: CallOptions): Tensor {
    const { numTokens, outputMode } = this.options;
    const indices = isFloat(x.dtype) || x.dtype === 'bool' ? cast(x, 'int32') : x;
    assertCategories(indices, numTokens);
    const isOneHot = outputMode === 'one_hot';
    const weights = this.weightsOf(x, options);
    const count = isOneHot ? 1 : (x.shape.at(-1) ?? 1);
    const outer = isOneHot && x.shape.at(-1) !== 1 ? x.shape : x.shape.slice(0, -1);
    const rows = [x.size / Math.max(count, 1), count];
    const encoded = denseBincount(
      reshape(indices, rows),
      weights && reshape(weights, rows),
      numTokens,
      outputMode !== 'count',
    );
    return reshape(cast(encoded, this.dtype), [...outer, numTokens]);
  }

  private weightsOf(x: Tensor, { countWeights }: CallOptions): Tensor | null {
    const weights = (countWeights as Tensor | null | undefined) ?? null;
    if (!weights) return null;
    const { outputMode } = this.options;
    if (outputMode !== 'count') {
      throw new ValueError(
        `${this.describe()}: countWeights are given with outputMode '${outputMode}', expected 'count'`,
      );
    }
    if (formatShape(weights.shape) !== formatShape(x.shape)) {
      throw new ShapeError(
        `${this.describe()}: countWeights are ${formatShape(weights.shape)}, expected ${formatShape(x.shape)}`,
      );
    }
    return weights;
  }
}

function assertCategories({ storage, size, dtype }: Tensor, numTokens: number): void {
  const values = storage.backend.view?.(storage.buffer, dtype, size);
  const wrong = values?.find((value) => value < 0 || value >= numTokens);
  if (wrong !== undefined) throw new ValueError(`the input has ${wrong}, expected integers in [0, ${numTokens})`);
}
