import { ShapeError, ValueError } from '../../base/errors.js';
import { boolean, number, positiveInteger } from '../../base/options.js';
import { mul } from '../../ops/arithmetic.js';
import { broadcastTo } from '../../ops/broadcast.js';
import { dropout } from '../../ops/dropout.js';
import { matMul } from '../../ops/matmul.js';
import { reshape } from '../../ops/reshape.js';
import { softmax } from '../../ops/softmax.js';
import { transpose } from '../../ops/transpose.js';
import type { Tensor } from '../../tensor/tensor.js';
import { seed } from '../base/common-options.js';
import { asList, type CallOptions, Layer, type OneOrMany } from '../base/layer.js';
import type { Masks } from '../base/masks.js';
import { SeedSequence } from '../base/seed-sequence.js';
import type { SymbolicShape } from '../base/symbolic.js';
import { weight } from '../base/weight-options.js';
import { EinsumDense } from '../core/einsum-dense.js';
import { attentionMaskOf, maskedScores } from './attention-scores.js';

const OPTIONS = {
  /** Size of each head. */
  headDim: positiveInteger(),
  /** How many heads of queries attend. */
  numQueryHeads: positiveInteger(),
  /** How many heads of keys and values they share; divides numQueryHeads. */
  numKeyValueHeads: positiveInteger(),
  /** Fraction of the attention weights that training drops; default 0. */
  dropout: number({ min: 0, below: 1 }).default(0),
  /** Default true. */
  useBias: boolean().default(true),
  ...weight('kernel', 'glorotUniform'),
  ...weight('bias', 'zeros'),
  /** Of the dropout; default: the stream of `setSeed`. */
  seed: seed(),
};

/**
 * Attention whose heads of queries share heads of keys and values: one each is `MultiHeadAttention`, one for all is
 * multi-query attention. Called with [query, value] or [query, value, key], each [batch, places, features]. Options of
 * `apply` as `MultiHeadAttention`. Weights kernels [features, heads, headDim] and biases [heads, headDim] of query, key and
 * value; kernel [numQueryHeads, headDim, features] and bias [features] of the output.
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
    const shapes = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as readonly SymbolicShape[];
    for (const shape of shapes) {
      if (shape.length !== 3)
        throw new ShapeError(`${this.describe()}: an input is [${shape}], expected [batch, places, features]`);
    }
    const [query, value = query, key = value] = shapes;
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
    const { kernelInitializer, kernelRegularizer, kernelConstraint } = this.options;
    const { biasInitializer, biasRegularizer, biasConstraint, useBias } = this.options;
    return new EinsumDense({
      ...{ name, equation, outputShape, biasAxes: useBias ? axes : null },
      ...{ kernelInitializer, kernelRegularizer, kernelConstraint },
      ...{ biasInitializer, biasRegularizer, biasConstraint },
      ...{ dtype: this.dtype, trainable: this.trainable },
    });
  }

  /** [batch, places, heads, size] with each head as often as queries share it: [batch, query heads, places, size]. */
  private shared(x: Tensor): Tensor {
    const [batch, places, heads, size] = x.shape;
    const { numQueryHeads } = this.options;
    const turned = transpose(x, [0, 2, 1, 3]);
    if (heads === numQueryHeads) return turned;
    const times = numQueryHeads / heads;
    const open = reshape(turned, [batch, heads, 1, places, size]);
    return reshape(broadcastTo(open, [batch, heads, times, places, size]), [batch, numQueryHeads, places, size]);
  }

  override call(inputs: OneOrMany<Tensor>, options: CallOptions): Tensor | Tensor[] {
    const list = asList(inputs);
    if (list.length > 3) throw new ValueError(`${list.length} inputs given, expected [query, value, key] at most`);
    const [query, value = query, key = value] = list;
    const { headDim, dropout: rate } = this.options;
    const queries = mul(transpose(this.queryDense.apply(query), [0, 2, 1, 3]), 1 / Math.sqrt(headDim));
    const scores = matMul(queries, this.shared(this.keyDense.apply(key)), false, true);
    const mask = attentionMaskOf(query, key, options);
    const weights = softmax(maskedScores(scores, mask && reshape(mask, [mask.shape[0], 1, ...mask.shape.slice(1)])));
    const kept = options.training && rate > 0 ? dropout(weights, rate, null, this.seeds.next()) : weights;
    const found = transpose(matMul(kept, this.shared(this.valueDense.apply(value))), [0, 2, 1, 3]);
    const output = this.outputDense.apply(found);
    return options.returnAttentionScores ? [output, weights] : output;
  }

  /** The query's mask is the output's. */
  override computeMask(_inputs: OneOrMany<Tensor>, masks: Masks): Masks {
    return asList<Tensor | null>(masks)[0] ?? null;
  }
}
