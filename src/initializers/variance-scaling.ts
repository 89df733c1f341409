import { ValueError } from '../base/errors.js';
import * as ops from '../ops/random.js';
import { fansOf } from './fans.js';
import type { Initializer } from './initializer.js';
import type { SeedOptions } from './random.js';

/** What the variance is divided by. */
type Mode = 'fan_in' | 'fan_out' | 'fan_avg';
type Distribution = 'truncated_normal' | 'untruncated_normal' | 'uniform';

export interface VarianceScalingOptions extends SeedOptions {
  /** Default 1. */
  readonly scale?: number;
  /** Default `'fanIn'`; Keras's spellings too. */
  readonly mode?: Mode | 'fanIn' | 'fanOut' | 'fanAvg';
  /** Default `'truncatedNormal'`; `'normal'` means it too. */
  readonly distribution?: Distribution | 'truncatedNormal' | 'untruncatedNormal' | 'normal';
}

const MODES: Readonly<Record<string, Mode>> = {
  fanIn: 'fan_in',
  fanOut: 'fan_out',
  fanAvg: 'fan_avg',
  fan_in: 'fan_in',
  fan_out: 'fan_out',
  fan_avg: 'fan_avg',
};

const DISTRIBUTIONS: Readonly<Record<string, Distribution>> = {
  normal: 'truncated_normal',
  truncatedNormal: 'truncated_normal',
  truncated_normal: 'truncated_normal',
  untruncatedNormal: 'untruncated_normal',
  untruncated_normal: 'untruncated_normal',
  uniform: 'uniform',
};

/** Deviation of a standard normal cut at ±2: a cut sample is widened by its inverse. */
const TRUNCATED_DEVIATION = 0.87962566103423978;

function lookUp<T>(name: string, table: Readonly<Record<string, T>>, value: string): T {
  if (!Object.hasOwn(table, value)) {
    throw new ValueError(`varianceScaling: ${name} is ${value}, expected one of ${Object.keys(table).join(', ')}`);
  }
  return table[value];
}

interface Scaling {
  readonly scale: number;
  readonly mode: Mode;
  readonly distribution: Distribution;
}

function scaling(
  className: string,
  { scale, mode, distribution }: Scaling,
  seed: number | null,
  config: Record<string, unknown>,
): Initializer {
  return {
    className,
    getConfig: () => ({ ...config, seed }),
    apply: (shape, dtype, weightSeed) => {
      const { fanIn, fanOut } = fansOf(shape);
      const fan = { fan_in: fanIn, fan_out: fanOut, fan_avg: (fanIn + fanOut) / 2 }[mode];
      const variance = scale / Math.max(1, fan);
      const ownSeed = seed ?? weightSeed;
      if (distribution === 'uniform') {
        const limit = Math.sqrt(3 * variance);
        return ops.randomUniform(shape, -limit, limit, dtype, ownSeed);
      }
      const deviation = Math.sqrt(variance);
      return distribution === 'truncated_normal'
        ? ops.truncatedNormal(shape, 0, deviation / TRUNCATED_DEVIATION, dtype, ownSeed)
        : ops.randomNormal(shape, 0, deviation, dtype, ownSeed);
    },
  };
}

/**
 * Values whose variance is scale / fan: signals keep their size from layer to layer.
 * @throws ValueError when the scale is not positive, or a name is unknown
 * @example layers.dense({ units: 10, kernelInitializer: initializers.varianceScaling({ scale: 2, mode: 'fanOut' }) })
 */
export function varianceScaling(options: VarianceScalingOptions = {}): Initializer {
  const scale = options.scale ?? 1;
  if (!(scale > 0)) throw new ValueError(`varianceScaling: scale is ${scale}, expected a number > 0`);
  const mode = lookUp('mode', MODES, options.mode ?? 'fanIn');
  const distribution = lookUp('distribution', DISTRIBUTIONS, options.distribution ?? 'truncatedNormal');
  const settings = { scale, mode, distribution };
  return scaling('VarianceScaling', settings, options.seed ?? null, settings);
}

const preset =
  (className: string, scale: number, mode: Mode, distribution: Distribution) =>
  ({ seed = null }: SeedOptions = {}): Initializer =>
    scaling(className, { scale, mode, distribution }, seed, {});

/**
 * Uniform, variance 2 / (fanIn + fanOut): Keras's default for kernels.
 * @see Glorot and Bengio, AISTATS 2010
 * @example layers.dense({ units: 10, kernelInitializer: initializers.glorotUniform({ seed: 1 }) })
 */
export const glorotUniform = preset('GlorotUniform', 1, 'fan_avg', 'uniform');
/**
 * Truncated normal, variance 2 / (fanIn + fanOut).
 * @see Glorot and Bengio, AISTATS 2010
 * @example layers.dense({ units: 10, kernelInitializer: initializers.glorotNormal({ seed: 1 }) })
 */
export const glorotNormal = preset('GlorotNormal', 1, 'fan_avg', 'truncated_normal');
/**
 * Uniform, variance 2 / fanIn: for relu.
 * @see He et al., arXiv:1502.01852
 * @example layers.dense({ units: 10, kernelInitializer: initializers.heUniform({ seed: 1 }) })
 */
export const heUniform = preset('HeUniform', 2, 'fan_in', 'uniform');
/**
 * Truncated normal, variance 2 / fanIn: for relu.
 * @see He et al., arXiv:1502.01852
 * @example layers.dense({ units: 10, kernelInitializer: initializers.heNormal({ seed: 1 }) })
 */
export const heNormal = preset('HeNormal', 2, 'fan_in', 'truncated_normal');
/**
 * Uniform, variance 1 / fanIn: for selu.
 * @see LeCun et al., "Efficient BackProp", 1998
 * @example layers.dense({ units: 10, kernelInitializer: initializers.leCunUniform({ seed: 1 }) })
 */
export const leCunUniform = preset('LecunUniform', 1, 'fan_in', 'uniform');
/**
 * Truncated normal, variance 1 / fanIn: for selu.
 * @see LeCun et al., "Efficient BackProp", 1998
 * @example layers.dense({ units: 10, kernelInitializer: initializers.leCunNormal({ seed: 1 }) })
 */
export const leCunNormal = preset('LecunNormal', 1, 'fan_in', 'truncated_normal');
