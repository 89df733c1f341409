import { add, mul, sub } from '../../ops/arithmetic.js';
import { cast } from '../../ops/cast.js';
import { greaterEqual, logicalAnd } from '../../ops/comparison.js';
import { range } from '../../ops/creation.js';
import { reshape } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Keras's stand-in for −∞: a row whose places are all masked stays as it is. */
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
