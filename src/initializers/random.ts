import { ValueError } from '../base/errors.js';
import * as ops from '../ops/random.js';
import type { Initializer } from './initializer.js';

export interface SeedOptions {
  /** A seed of the initializer's own; default one drawn from the stream of `setSeed` for each weight. */
  readonly seed?: number | null;
}

export interface NormalOptions extends SeedOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Default 0.05. */
  readonly stddev?: number;
}

function assertNormal(name: string, mean: number, stddev: number): void {
  if (!Number.isFinite(mean)) throw new ValueError(`${name}: mean is ${mean}, expected a finite number`);
  if (!(stddev >= 0)) throw new ValueError(`${name}: stddev is ${stddev}, expected a number ≥ 0`);
}

/**
 * Normally distributed values.
 * @throws ValueError
 * @example layers.dense({ units: 10, kernelInitializer: initializers.randomNormal({ stddev: 0.01 }) })
 */
export function randomNormal({ mean = 0, stddev = 0.05, seed = null }: NormalOptions = {}): Initializer {
  assertNormal('randomNormal', mean, stddev);
  return {
    className: 'RandomNormal',
    apply: (shape, dtype, weightSeed) => ops.randomNormal(shape, mean, stddev, dtype, seed ?? weightSeed),
    getConfig: () => ({ mean, stddev, seed }),
  };
}

/**
 * Normally distributed values, none further than two deviations from the mean.
 * @throws ValueError
 * @example layers.dense({ units: 10, kernelInitializer: initializers.truncatedNormal({ stddev: 0.01 }) })
 */
export function truncatedNormal({ mean = 0, stddev = 0.05, seed = null }: NormalOptions = {}): Initializer {
  assertNormal('truncatedNormal', mean, stddev);
  return {
    className: 'TruncatedNormal',
    apply: (shape, dtype, weightSeed) => ops.truncatedNormal(shape, mean, stddev, dtype, seed ?? weightSeed),
    getConfig: () => ({ mean, stddev, seed }),
  };
}

export interface UniformOptions extends SeedOptions {
  /** Default −0.05. */
  readonly minval?: number;
  /** Default 0.05. */
  readonly maxval?: number;
}

/**
 * Values spread evenly over [minval, maxval).
 * @throws ValueError
 * @example layers.dense({ units: 10, kernelInitializer: initializers.randomUniform({ minval: -0.1, maxval: 0.1 }) })
 */
export function randomUniform({ minval = -0.05, maxval = 0.05, seed = null }: UniformOptions = {}): Initializer {
  if (!(minval <= maxval)) {
    throw new ValueError(`randomUniform: minval is ${minval} and maxval is ${maxval}, expected minval ≤ maxval`);
  }
  return {
    className: 'RandomUniform',
    apply: (shape, dtype, weightSeed) => ops.randomUniform(shape, minval, maxval, dtype, seed ?? weightSeed),
    getConfig: () => ({ minval, maxval, seed }),
  };
}
