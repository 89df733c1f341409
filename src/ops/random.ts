import type { RandomState } from '../backends/kernels.js';
import { assertDType, type DType } from '../base/dtype.js';
import { ValueError } from '../base/errors.js';
import { assertShape, type Shape, sizeOf } from '../base/shape.js';
import { drawState, normalValues, truncatedNormalValues } from '../tensor/random.js';
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
 * @param seed a stream of its own; without it the stream of `setSeed` goes on
 * @throws ValueError when the interval is empty
 * @example randomUniform([2, 3], -1, 1)
 */
export function randomUniform(shape: Shape, minval = 0, maxval = 1, dtype: DType = 'float32', seed?: number): Tensor {
  assertShape('randomUniform', shape);
  assertDType(dtype, 'randomUniform');
  if (!(minval <= maxval)) {
    throw new ValueError(`randomUniform: minval is ${minval} and maxval is ${maxval}, expected minval ≤ maxval`);
  }
  const state = drawState(sizeOf(shape), seed, shape[0]);
  return runOp(randomUniformOp, {}, { shape: [...shape], dtype, state, low: minval, high: maxval });
}

/** Integers drawn evenly from [minval, maxval). @throws ValueError @example randomUniformInt([5], 0, 10) */
export const randomUniformInt = (shape: Shape, minval: number, maxval: number, seed?: number): Tensor =>
  randomUniform(shape, minval, maxval, 'int32', seed);

function scaled(values: Float64Array, mean: number, deviation: number): Float64Array {
  return values.map((value) => value * deviation + mean);
}

/** Normally distributed numbers. @param seed see `randomUniform` @example randomNormal([2, 3]) */
export function randomNormal(shape: Shape, mean = 0, stdDev = 1, dtype: DType = 'float32', seed?: number): Tensor {
  assertShape('randomNormal', shape);
  assertDType(dtype, 'randomNormal');
  return upload(scaled(normalValues(sizeOf(shape), seed, shape[0]), mean, stdDev), [...shape], dtype);
}

/** Numbers of mean 0 and deviation 1. @example randomStandardNormal([2, 3]) */
export const randomStandardNormal = (shape: Shape, dtype: DType = 'float32', seed?: number): Tensor =>
  randomNormal(shape, 0, 1, dtype, seed);

/**
 * Normally distributed numbers, none further than two deviations from the mean.
 * @param seed see `randomUniform`
 * @example truncatedNormal([2, 3], 0, 0.1)
 */
export function truncatedNormal(shape: Shape, mean = 0, stdDev = 1, dtype: DType = 'float32', seed?: number): Tensor {
  assertShape('truncatedNormal', shape);
  assertDType(dtype, 'truncatedNormal');
  return upload(scaled(truncatedNormalValues(sizeOf(shape), seed), mean, stdDev), [...shape], dtype);
}
