import { ShapeError, ValueError } from '../../base/errors.js';
import { boolean, number, type Options } from '../../base/options.js';
import { mul } from '../../ops/arithmetic.js';
import { dropout } from '../../ops/dropout.js';
import { matMul } from '../../ops/matmul.js';
import { reshape } from '../../ops/reshape.js';
import { softmax } from '../../ops/softmax.js';
import { transpose } from '../../ops/transpose.js';
import type { Tensor } from '../../tensor/tensor.js';
import { seed } from '../base/common-options.js';
import { asList, type CallOptions, type Layer, type OneOrMany } from '../base/layer.js';
import type { SeedSequence } from '../base/seed-sequence.js';
import type { SymbolicShape } from '../base/symbolic.js';
import { weight } from '../base/weight-options.js';
import { EinsumDense } from '../core/einsum-dense.js';
import { maskedScores } from './attention-scores.js';

/* Shared parts of multi-head attention layers: options, projections, and the attention itself. */

/** Options of attention by heads. */
export const HEADS = {
  /** Fraction of the attention weights that training drops; default 0. */
  dropout: number({ min: 0, below: 1 }).default(0),
  /** Default true. */
  useBias: boolean().default(true),
  ...weight('kernel', 'glorotUniform'),
  ...weight('bias', 'zeros'),
  /** Of the dropout; default: the stream of `setSeed`. */
  seed: seed(),
};

type Three<T> = readonly [query: T, value: T, key: T];

/** The value is the query by default, the key the value. */
const three = <T>([query, value = query, key = value]: readonly T[]): Three<T> => [query, value, key];

/** @throws ShapeError when an input is not [batch, places, features] */
export function inputShapes(
  caller: string,
  inputShape: SymbolicShape | readonly SymbolicShape[],
): Three<SymbolicShape> {
  const shapes = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as readonly SymbolicShape[];
  for (const shape of shapes) {
    if (shape.length !== 3)
      throw new ShapeError(`${caller}: an input is [${shape}], expected [batch, places, features]`);
  }
  return three(shapes);
}

/** @throws ValueError when there are more than three */
export function inputsOf(inputs: OneOrMany<Tensor>): Three<Tensor> {
  const list = asList(inputs);
  if (list.length > 3) throw new ValueError(`${list.length} inputs given, expected [query, value, key] at most`);
  return three(list);
}

/** A projection of the features to heads, or of the heads to features. @param axes of the bias, in the equation */
export function headProjection(
  { dtype, trainable }: Layer,
  options: Options<typeof HEADS>,
  name: string,
  equation: string,
  outputShape: (number | null)[],
  axes: string,
): EinsumDense {
  const { kernelInitializer, kernelRegularizer, kernelConstraint } = options;
  const { biasInitializer, biasRegularizer, biasConstraint, useBias } = options;
  return new EinsumDense({
    ...{ name, equation, outputShape, biasAxes: useBias ? axes : null },
    ...{ kernelInitializer, kernelRegularizer, kernelConstraint },
    ...{ biasInitializer, biasRegularizer, biasConstraint },
    ...{ dtype, trainable },
  });
}

/** [batch, places, heads, size] ↔ [batch, heads, places, size]. */
export const headsFirst = (x: Tensor): Tensor => transpose(x, [0, 2, 1, 3]);

/**
 * softmax(queries · keysᵀ / √size) · values, with the mask of a call and dropout in training.
 * @param queries, keys, values [batch, heads, places, size]
 * @returns [batch, places, heads, size], and the weights [batch, heads, queries, keys]
 */
export function attend(
  [queries, keys, values]: readonly [Tensor, Tensor, Tensor],
  mask: Tensor | null,
  rate: number,
  seeds: SeedSequence,
  { training }: CallOptions,
): { readonly found: Tensor; readonly weights: Tensor } {
  const scores = matMul(mul(queries, 1 / Math.sqrt(queries.shape[3])), keys, false, true);
  const weights = softmax(maskedScores(scores, mask && reshape(mask, [mask.shape[0], 1, ...mask.shape.slice(1)])));
  const kept = training && rate > 0 ? dropout(weights, rate, null, seeds.next()) : weights;
  return { found: headsFirst(matMul(kept, values)), weights };
}
