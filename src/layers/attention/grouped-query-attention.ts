import { ValueError } from '../../base/errors.js';
import { positiveInteger } from '../../base/options.js';
import { broadcastTo } from '../../ops/broadcast.js';
import { reshape } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type CallOptions, Layer, type OneOrMany } from '../base/layer.js';
import { firstMask, type Masks } from '../base/masks.js';
import { SeedSequence } from '../base/seed-sequence.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { EinsumDense } from '../core/einsum-dense.js';
import { attend, HEADS, headProjection, headsFirst, inputShapes, inputsOf } from './attention-heads.js';
import { attentionMaskOf } from './attention-scores.js';

const OPTIONS = {
  /** Size of each head. */
  headDim: positiveInteger(),
  /** How many heads of queries attend. */
  numQueryHeads: positiveInteger(),
  /** How many heads of keys and values they share; divides numQueryHeads. */
  numKeyValueHeads: positiveInteger(),
  ...HEADS,
};

/**
 * Attention whose heads of queries share heads of keys and values: one each is `MultiHeadAttention`, one for all is
 * multi-query attention. Called with [query, value] or [query, value, key], each [batch, places, features]. Options of
 * `apply` as `MultiHeadAttention`. Weights kernels [features, heads, headDim] and biases [heads, headDim] of query, key
 * and value; kernel [numQueryHeads, headDim, features] and bias [features] of the output.
 * @see Ainslie et al., "GQA", arXiv:2305.13245
 */
export class GroupedQueryAttention extends Layer<typeof OPTIONS> {
  static override readonly className = 'GroupedQueryAttention';
  static override readonly options = OPTIONS;
  override readonly supportsMasking = true;
  override readonly callOptionNames = ['attentionMask', 'useCausalMask', 'returnAttentionScores'];

  private queryDense!: EinsumDense;
  private keyDense!: EinsumDense;
  private valueDense!: EinsumDense;
  private outputDense!: EinsumDense;
  private readonly seeds = new SeedSequence(this.options.seed);

  protected override checkOptions(): void {
    const { numQueryHeads, numKeyValueHeads } = this.options;
    if (numQueryHeads % numKeyValueHeads === 0) return;
    throw new ValueError(
      `${this.describe()}: numQueryHeads is ${numQueryHeads}, expected a multiple of numKeyValueHeads, ${numKeyValueHeads}`,
    );
  }

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    const [query, value, key] = inputShapes(this.describe(), inputShape);
    const { numQueryHeads, numKeyValueHeads, headDim } = this.options;
    this.queryDense = this.projection('query', 'bqm,muh->bquh', [null, numQueryHeads, headDim], 'uh');
    this.keyDense = this.projection('key', 'bkm,mvh->bkvh', [null, numKeyValueHeads, headDim], 'vh');
    this.valueDense = this.projection('value', 'bkm,mvh->bkvh', [null, numKeyValueHeads, headDim], 'vh');
    this.outputDense = this.projection('attention_output', 'bquh,uhm->bqm', [null, query[2]], 'm');
    this.queryDense.buildFor(query);
    this.keyDense.buildFor(key);
    this.valueDense.buildFor(value);
    this.outputDense.buildFor([query[0], query[1], numQueryHeads, headDim]);
  }

  private projection(name: string, equation: string, outputShape: (number | null)[], axes: string): EinsumDense {
    return headProjection(this, this.options, name, equation, outputShape, axes);
  }

  /** [batch, places, heads, size] with each head as often as queries share it: [batch, query heads, places, size]. */
  private shared(x: Tensor): Tensor {
    const [batch, places, heads, size] = x.shape;
    const { numQueryHeads } = this.options;
    const turned = headsFirst(x);
    if (heads === numQueryHeads) return turned;
    const times = numQueryHeads / heads;
    const open = reshape(turned, [batch, heads, 1, places, size]);
    return reshape(broadcastTo(open, [batch, heads, times, places, size]), [batch, numQueryHeads, places, size]);
  }

  override call(inputs: OneOrMany<Tensor>, options: CallOptions): Tensor | Tensor[] {
    const [query, value, key] = inputsOf(inputs);
    const queries = headsFirst(this.queryDense.apply(query));
    const keys = this.shared(this.keyDense.apply(key));
    const mask = attentionMaskOf(query, key, options);
    const values = this.shared(this.valueDense.apply(value));
    const { found, weights } = attend([queries, keys, values], mask, this.options.dropout, this.seeds, options);
    const output = this.outputDense.apply(found);
    return options.returnAttentionScores ? [output, weights] : output;
  }

  /** The query's mask is the output's. */
  override computeMask(_inputs: OneOrMany<Tensor>, masks: Masks): Masks {
    return firstMask(masks);
  }
}
