import { anyOf, listOf, positiveInteger } from '../../base/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type CallOptions, Layer, type OneOrMany } from '../base/layer.js';
import { firstMask, type Masks } from '../base/masks.js';
import { SeedSequence } from '../base/seed-sequence.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { EinsumDense } from '../core/einsum-dense.js';
import { attend, HEADS, headProjection, headsFirst, inputShapes, inputsOf } from './attention-heads.js';
import { attentionMaskOf } from './attention-scores.js';

const OPTIONS = {
  /** How many heads attend. */
  numHeads: positiveInteger(),
  /** Size of each head of query and key. */
  keyDim: positiveInteger(),
  /** Size of each head of value; default keyDim. */
  valueDim: positiveInteger().nullable().default(null),
  /** Size of the output's last axis; default the query's. */
  outputShape: anyOf(positiveInteger(), listOf(positiveInteger(), 1)).nullable().default(null),
  ...HEADS,
};

/**
 * Attention of several heads. Called with [query, value] or [query, value, key], each [batch, places, features]; the
 * key is the value by default, and one tensor attends to itself. Options of `apply`: `attentionMask` bool [batch,
 * queries, keys], `useCausalMask`, `returnAttentionScores` for the weights [batch, heads, queries, keys]. Weights as
 * Keras's: kernels [features, heads, size] and biases [heads, size] of query, key, value; kernel [heads, size, output]
 * and bias [output] of the output.
 * @see Vaswani et al., "Attention is all you need", arXiv:1706.03762
 */
export class MultiHeadAttention extends Layer<typeof OPTIONS> {
  static override readonly className = 'MultiHeadAttention';
  static override readonly options = OPTIONS;
  override readonly supportsMasking = true;
  override readonly callOptionNames = ['attentionMask', 'useCausalMask', 'returnAttentionScores'];

  private queryDense!: EinsumDense;
  private keyDense!: EinsumDense;
  private valueDense!: EinsumDense;
  private outputDense!: EinsumDense;
  private readonly seeds = new SeedSequence(this.options.seed);

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    const [query, value, key] = inputShapes(this.describe(), inputShape);
    const { numHeads, keyDim, valueDim, outputShape } = this.options;
    const inner = valueDim ?? keyDim;
    const features = [outputShape ?? query[2]].flat()[0];
    this.queryDense = this.projection('query', 'abc,cde->abde', [null, numHeads, keyDim], 'de');
    this.keyDense = this.projection('key', 'abc,cde->abde', [null, numHeads, keyDim], 'de');
    this.valueDense = this.projection('value', 'abc,cde->abde', [null, numHeads, inner], 'de');
    this.outputDense = this.projection('attention_output', 'abcd,cde->abe', [null, features], 'e');
    this.queryDense.buildFor(query);
    this.keyDense.buildFor(key);
    this.valueDense.buildFor(value);
    this.outputDense.buildFor([query[0], query[1], numHeads, inner]);
  }

  private projection(name: string, equation: string, outputShape: (number | null)[], axes: string): EinsumDense {
    return headProjection(this, this.options, name, equation, outputShape, axes);
  }

  override call(inputs: OneOrMany<Tensor>, options: CallOptions): Tensor | Tensor[] {
    const [query, value, key] = inputsOf(inputs);
    const queries = headsFirst(this.queryDense.apply(query));
    const keys = headsFirst(this.keyDense.apply(key));
    const values = headsFirst(this.valueDense.apply(value));
    const mask = attentionMaskOf(query, key, options);
    const { found, weights } = attend([queries, keys, values], mask, this.options.dropout, this.seeds, options);
    const output = this.outputDense.apply(found);
    return options.returnAttentionScores ? [output, weights] : output;
  }

  /** The query's mask is the output's. */
  override computeMask(_inputs: OneOrMany<Tensor>, masks: Masks): Masks {
    return firstMask(masks);
  }
}
