import { ShapeError, ValueError } from '../../base/errors.js';
import { anyOf, boolean, listOf, number, positiveInteger } from '../../base/options.js';
import { mul } from '../../ops/arithmetic.js';
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
  /** How many heads attend. */
  numHeads: positiveInteger(),
  /** Size of each head of query and key. */
  keyDim: positiveInteger(),
  /** Size of each head of value; default keyDim. */
  valueDim: positiveInteger().nullable().default(null),
  /** Fraction of the attention weights that training drops; default 0. */
  dropout: number({ min: 0, below: 1 }).default(0),
  /** Default true. */
  useBias: boolean().default(true),
  /** Size of the output's last axis; default the query's. */
  outputShape: anyOf(positiveInteger(), listOf(positiveInteger(), 1)).nullable().default(null),
  ...weight('kernel', 'glorotUniform'),
  ...weight('bias', 'zeros'),
  /** Of the dropout; default: the stream of `setSeed`. */
  seed: seed(),
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
    const shapes = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as readonly SymbolicShape[];
    const [query, value = query, key = value] = shapes;
    for (const shape of shapes) {
      if (shape.length !== 3)
        throw new ShapeError(`${this.describe()}: an input is [${shape}], expected [batch, places, features]`);
    }
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
    const { kernelInitializer, kernelRegularizer, kernelConstraint } = this.options;
    const { biasInitializer, biasRegularizer, biasConstraint, useBias } = this.options;
    return new EinsumDense({
      ...{ name, equation, outputShape, biasAxes: useBias ? axes : null },
      ...{ kernelInitializer, kernelRegularizer, kernelConstraint },
      ...{ biasInitializer, biasRegularizer, biasConstraint },
      ...{ dtype: this.dtype, trainable: this.trainable },
    });
  }

  override call(inputs: OneOrMany<Tensor>, options: CallOptions): Tensor | Tensor[] {
    const list = asList(inputs);
    if (list.length > 3) throw new ValueError(`${list.length} inputs given, expected [query, value, key] at most`);
    const [query, value = query, key = value] = list;
    const heads = (x: Tensor) => transpose(x, [0, 2, 1, 3]);
    const queries = mul(heads(this.queryDense.apply(query)), 1 / Math.sqrt(this.options.keyDim));
    const scores = matMul(queries, heads(this.keyDense.apply(key)), false, true);
    const mask = attentionMaskOf(query, key, options);
    const weights = softmax(maskedScores(scores, mask && reshape(mask, [mask.shape[0], 1, ...mask.shape.slice(1)])));
    const { dropout: rate } = this.options;
    const kept = options.training && rate > 0 ? dropout(weights, rate, null, this.seeds.next()) : weights;
    const found = heads(matMul(kept, heads(this.valueDense.apply(value))));
    const output = this.outputDense.apply(found);
    return options.returnAttentionScores ? [output, weights] : output;
  }

  /** The query's mask is the output's. */
  override computeMask(_inputs: OneOrMany<Tensor>, masks: Masks): Masks {
    return asList<Tensor | null>(masks)[0] ?? null;
  }
}
