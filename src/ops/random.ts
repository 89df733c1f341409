import type { RandomState } from '../backends/kernels.js';
import { assertNumber } from '../base/arguments.js';
import { assertDType, type DType } from '../base/dtype.js';
import { DTypeError, ValueError } from '../base/errors.js';
import { assertShape, type Shape, sizeOf } from '../base/shape.js';
import { drawState, normalValues, type Seed, truncatedNormalValues } from '../tensor/random.js';
import { type Tensor, upload } from '../tensor/tensor.js';
import { type Op, runOp, type Spec } from './op.js';

const randomUniformOp: Op<Record<never, never>, Spec & { state: RandomState; low: number; high: number }> = {
  name: 'randomUniform',
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  forward: (kernels, _, out, { state, low, high }) => kernels.randomUniform(out, state, low, high),
  gradient: () => ({}),
};

/**
 * Numbers drawn evenly from [minval, maxval).
 * @param minval default 0 @param maxval default 1
 * @param dtype default float32; int32 rounds down
 * @param seed an integer or a string that starts a separate stream; without it the numbers are the next of the stream
 * of `setSeed`
 * @throws ValueError when the interval is empty
 * @example randomUniform([2, 3], -1, 1)
 */
export function randomUniform(
  shape: Shape,
  minval?: number | null,
  maxval?: number | null,
  dtype?: DType | null,
  seed?: Seed | null,
): Tensor {
  assertShape('randomUniform', shape);
  const type = dtype ?? 'float32';
  assertDType(type, 'randomUniform');
  const [low, high] = [minval ?? 0, maxval ?? 1];
  if (!(low <= high)) {
    throw new ValueError(`randomUniform: minval is ${low} and maxval is ${high}, expected minval ≤ maxval`);
  }
  const state = drawState(sizeOf(shape), seed, shape[0]);
  return runOp(randomUniformOp, {}, { shape: [...shape], dtype: type, state, low, high });
}

/** Integers drawn evenly from [minval, maxval). @throws ValueError @example randomUniformInt([5], 0, 10) */
export const randomUniformInt = (shape: Shape, minval: number, maxval: number, seed?: Seed | null): Tensor =>
  randomUniform(shape, minval, maxval, 'int32', seed);

interface Normal {
  readonly mean?: number | null;
  readonly stdDev?: number | null;
  readonly dtype?: DType | null;
  readonly seed?: Seed | null;
}

/** Uploads standard normal values, scaled; integers are the nearest, as in tfjs. */
function normal(
  caller: string,
  draw: (count: number, seed?: Seed | null, rows?: number) => Float64Array,
  shape: Shape,
  { mean, stdDev, dtype, seed }: Normal,
): Tensor {
  assertShape(caller, shape);
  const type = dtype ?? 'float32';
  assertDType(type, caller);
  if (type === 'bool') throw new DTypeError(`${caller}: dtype is bool, expected a dtype of numbers`);
  assertNumber(caller, 'mean', mean ?? 0);
  assertNumber(caller, 'stdDev', stdDev ?? 1);
  const round = type === 'int32' ? Math.round : (value: number) => value;
  const values = draw(sizeOf(shape), seed, shape[0]).map((value) => round(value * (stdDev ?? 1) + (mean ?? 0)));
  return upload(values, [...shape], type);
}

/**
 * Normally distributed numbers.
 * @param mean default 0 @param stdDev default 1
 * @param dtype default float32; int32 rounds to the nearest integer
 * @param seed see `randomUniform`
 * @throws DTypeError for bool
 * @example randomNormal([2, 3])
 */
export const randomNormal = (
  shape: Shape,
  mean?: number | null,
  stdDev?: number | null,
  dtype?: DType | null,
  seed?: Seed | null,
): Tensor => normal('randomNormal', normalValues, shape, { mean, stdDev, dtype, seed });

/** Numbers of mean 0 and deviation 1. @example randomStandardNormal([2, 3]) */
export const randomStandardNormal = (shape: Shape, dtype?: DType | null, seed?: Seed | null): Tensor =>
  normal('randomStandardNormal', normalValues, shape, { dtype, seed });

/**
 * Normally distributed numbers, none further than two deviations from the mean. See `randomNormal`.
 * @example truncatedNormal([2, 3], 0, 0.1)
 */
export const truncatedNormal = (
  shape: Shape,
  mean?: number | null,
  stdDev?: number | null,
  dtype?: DType | null,
  seed?: Seed | null,
): Tensor => normal('truncatedNormal', truncatedNormalValues, shape, { mean, stdDev, dtype, seed });
