import { ValueError } from '../base/errors.js';
import { factoryOf } from '../base/factory.js';
import { integer, number } from '../base/options.js';
import * as ops from '../ops/random.js';
import type { Initializer } from './initializer.js';

const initializer = /* @__PURE__ */ factoryOf<Initializer>();

/** Options of every random initializer. */
export const seedOption = () => integer().nullable().default(null);

const NORMAL_OPTIONS = {
  /** Default 0. */
  mean: number().default(0),
  /** Standard deviation; default 0.05. */
  stddev: number({ min: 0 }).default(0.05),
  /** Default one drawn from the stream of `setSeed` for each weight. */
  seed: seedOption(),
};

/**
 * Normally distributed values.
 * @throws ValueError
 * @example layers.dense({ units: 10, kernelInitializer: initializers.randomNormal({ stddev: 0.01 }) })
 */
export const randomNormal = /* @__PURE__ */ initializer({
  className: 'RandomNormal',
  options: NORMAL_OPTIONS,
  apply: ({ mean, stddev, seed }, shape, dtype, weightSeed) =>
    ops.randomNormal(shape, mean, stddev, dtype, seed ?? weightSeed),
});

/**
 * Normally distributed values within two standard deviations of the mean.
 * @throws ValueError
 * @example layers.dense({ units: 10, kernelInitializer: initializers.truncatedNormal({ stddev: 0.01 }) })
 */
export const truncatedNormal = /* @__PURE__ */ initializer({
  className: 'TruncatedNormal',
  options: NORMAL_OPTIONS,
  apply: ({ mean, stddev, seed }, shape, dtype, weightSeed) =>
    ops.truncatedNormal(shape, mean, stddev, dtype, seed ?? weightSeed),
});

/**
 * Uniformly distributed values in [minval, maxval).
 * @throws ValueError
 * @example layers.dense({ units: 10, kernelInitializer: initializers.randomUniform({ minval: -0.1, maxval: 0.1 }) })
 */
export const randomUniform = /* @__PURE__ */ initializer({
  className: 'RandomUniform',
  options: {
    /** Default −0.05. */
    minval: number().default(-0.05),
    /** Default 0.05. */
    maxval: number().default(0.05),
    /** Default one drawn from the stream of `setSeed` for each weight. */
    seed: seedOption(),
  },
  validate: ({ minval, maxval }) => {
    if (minval <= maxval) return;
    throw new ValueError(`RandomUniform: minval is ${minval} and maxval is ${maxval}, expected minval ≤ maxval`);
  },
  apply: ({ minval, maxval, seed }, shape, dtype, weightSeed) =>
    ops.randomUniform(shape, minval, maxval, dtype, seed ?? weightSeed),
});
