import { ShapeError } from '../../base/errors.js';
import { formatShape } from '../../base/shape.js';
import { add, mul, sub } from '../../ops/arithmetic.js';
import { cast } from '../../ops/cast.js';
import { greaterEqual, logicalAnd } from '../../ops/comparison.js';
import { range } from '../../ops/creation.js';
import { reshape } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { asList, type CallOptions } from '../base/layer.js';
import type { Masks } from '../base/masks.js';

/** Keras's replacement for −∞: a row that is masked completely remains unchanged. */
const FAR = 1e9;

/** scores − 1e9 where a mask is false. @param mask bool, broadcasts to the scores */
export const maskedScores = (scores: Tensor, mask: Tensor | null): Tensor =>
  mask ? sub(scores, mul(sub(1, cast(mask, scores.dtype)), FAR)) : scores;

/** bool [1, queries, keys]: a query sees its own place and those before it. */
export function causalMask(queries: number, keys: number): Tensor {
  const rows = reshape(range(0, queries, 1, 'int32'), [1, queries, 1]);
  const columns = reshape(range(0, keys, 1, 'int32'), [1, 1, keys]);
  return greaterEqual(add(rows, 0), columns);
}

/** Both masks where both are given. */
export const bothMasks = (a: Tensor | null, b: Tensor | null): Tensor | null => (a && b ? logicalAnd(a, b) : (a ?? b));

/** Attention mask of a call: bool, broadcasts to [batch, queries, keys]; null without a mask. */
export function attentionMaskOf(query: Tensor, key: Tensor, options: CallOptions): Tensor | null {
  const masks = asList<Tensor | null>((options.mask as Masks | undefined) ?? null);
  const [queryMask, valueMask = queryMask, keyMask = null] = masks;
  const rows = (mask: Tensor | null) => mask && reshape(mask, [...mask.shape, 1]);
  const columns = (mask: Tensor | null) => mask && reshape(mask, [mask.shape[0], 1, mask.shape[1]]);
  const causal = options.useCausalMask ? causalMask(query.shape[1], key.shape[1]) : null;
  const all = [rows(queryMask), columns(valueMask), columns(keyMask), causal, givenMask(options)];
  return all.reduce(bothMasks, null);
}

function givenMask({ attentionMask }: CallOptions): Tensor | null {
  const mask = (attentionMask as Tensor | null | undefined) ?? null;
  if (!mask) return null;
  if (mask.rank !== 3)
    throw new ShapeError(`attentionMask is ${formatShape(mask.shape)}, expected [batch, queries, keys]`);
  return mask.dtype === 'bool' ? mask : cast(mask, 'bool');
}
