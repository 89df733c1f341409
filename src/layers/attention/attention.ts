import { ShapeError, ValueError } from '../../base/errors.js';
import { boolean, number, type OptionTable, oneOf } from '../../base/options.js';
import { formatShape } from '../../base/shape.js';
import { tanh } from '../../ops/activations.js';
import { add, mul } from '../../ops/arithmetic.js';
import { sum } from '../../ops/broadcast.js';
import { cast } from '../../ops/cast.js';
import { dropout } from '../../ops/dropout.js';
import { matMul } from '../../ops/matmul.js';
import { reshape } from '../../ops/reshape.js';
import { softmax } from '../../ops/softmax.js';
import type { Tensor } from '../../tensor/tensor.js';
import { seed } from '../base/common-options.js';
import { asList, type CallOptions, Layer, type OneOrMany } from '../base/layer.js';
import { firstMask, type Masks } from '../base/masks.js';
import { SeedSequence } from '../base/seed-sequence.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { bothMasks, causalMask, maskedScores } from './attention-scores.js';

const ATTENTION = {
  /** Fraction of the attention weights that training drops; default 0. */
  dropout: number({ min: 0, below: 1 }).default(0),
  /** Of the dropout; default: the stream of `setSeed`. */
  seed: seed(),
};

/**
 * Attention without projections. Called with [query, value] or [query, value, key], each [batch, places, features];
 * the key is the value by default. `useCausalMask` of `apply` lets a query attend to its own position and those before
 * it;
 * `returnAttentionScores` returns the weights [batch, queries, keys] behind the output.
 */
abstract class BaseAttention<Own extends OptionTable> extends Layer<typeof ATTENTION & Own> {
  static override readonly options: OptionTable = ATTENTION;
  override readonly supportsMasking = true;
  override readonly callOptionNames = ['useCausalMask', 'returnAttentionScores'];

  private readonly seeds = new SeedSequence(this.options.seed);

  protected abstract scoresOf(query: Tensor, key: Tensor): Tensor;

  override call(inputs: OneOrMany<Tensor>, options: CallOptions): Tensor | Tensor[] {
    const list = asList(inputs);
    if (list.length < 2 || list.length > 3) {
      throw new ValueError(`${list.length} inputs given, expected [query, value] or [query, value, key]`);
    }
    for (const x of list) {
      if (x.rank !== 3) throw new ShapeError(`an input is ${formatShape(x.shape)}, expected [batch, places, features]`);
    }
    const [query, value, key = value] = list;
    const [queryMask, valueMask] = asList<Tensor | null>((options.mask as Masks | undefined) ?? null);
    const causal = options.useCausalMask ? causalMask(query.shape[1], key.shape[1]) : null;
    const seen = valueMask ? reshape(valueMask, [valueMask.shape[0], 1, valueMask.shape[1]]) : null;
    const weights = softmax(maskedScores(this.scoresOf(query, key), bothMasks(seen, causal)));
    const { dropout: rate } = this.options;
    const kept = options.training && rate > 0 ? dropout(weights, rate, null, this.seeds.next()) : weights;
    const found = matMul(kept, value);
    const output = queryMask ? mul(found, cast(reshape(queryMask, [...queryMask.shape, 1]), found.dtype)) : found;
    return options.returnAttentionScores ? [output, weights] : output;
  }

  /** The query's mask is the output's. */
  override computeMask(_inputs: OneOrMany<Tensor>, masks: Masks): Masks {
    return firstMask(masks);
  }
}

const DOT = {
  /** Whether a learned number scales the scores; default false. */
  useScale: boolean().default(false),
  /** `'dot'`: query · key; `'concat'`: a learned number times Σ tanh(query + key). Default `'dot'`. */
  scoreMode: oneOf(['dot', 'concat']).default('dot'),
};

/** Attention by inner products. See Luong et al., arXiv:1508.04025, for the scores. */
export class Attention extends BaseAttention<typeof DOT> {
  static override readonly className = 'Attention';
  static override readonly options = DOT;

  private scale: Weight | null = null;
  private concatWeight: Weight | null = null;

  override build(): void {
    if (this.options.useScale) this.scale = this.addWeight('scale', [], 'ones');
    if (this.options.scoreMode === 'concat') this.concatWeight = this.addWeight('concat_score_weight', [], 'ones');
  }

  protected override scoresOf(query: Tensor, key: Tensor): Tensor {
    const scaled = (x: Tensor) => (this.scale ? mul(x, this.scale.read()) : x);
    if (!this.concatWeight) return scaled(matMul(query, key, false, true));
    return mul(sum(tanh(scaled(pairSums(query, key))), -1), this.concatWeight.read());
  }
}

const ADDITIVE = {
  /** Whether learned numbers weigh the features; default true. */
  useScale: boolean().default(true),
};

/**
 * Attention by sums: Σ scale · tanh(query + key). Weights scale [features].
 * @see Bahdanau et al., arXiv:1409.0473
 */
export class AdditiveAttention extends BaseAttention<typeof ADDITIVE> {
  static override readonly className = 'AdditiveAttention';
  static override readonly options = ADDITIVE;

  private scale: Weight | null = null;

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    const [query] = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as readonly SymbolicShape[];
    if (this.options.useScale) this.scale = this.addWeight('scale', [query.at(-1)!], 'glorotUniform');
  }

  protected override scoresOf(query: Tensor, key: Tensor): Tensor {
    const sums = tanh(pairSums(query, key));
    return sum(this.scale ? mul(sums, this.scale.read()) : sums, -1);
  }
}

/** query + key for each pair of places: [batch, queries, keys, features]. */
function pairSums(query: Tensor, key: Tensor): Tensor {
  const [batch, queries, features] = query.shape;
  return add(reshape(query, [batch, queries, 1, features]), reshape(key, [batch, 1, key.shape[1], features]));
}
