import type { DType } from '../base/dtype.js';
import { factoryOf } from '../base/factory.js';
import { number, type Option, oneOf } from '../base/options.js';
import type { Shape } from '../base/shape.js';
import * as ops from '../ops/random.js';
import type { Tensor } from '../tensor/tensor.js';
import { fansOf } from './fans.js';
import type { Initializer } from './initializer.js';
import { seedOption } from './random.js';

type Mode = 'fan_in' | 'fan_out' | 'fan_avg';
type Distribution = 'truncated_normal' | 'normal' | 'untruncated_normal' | 'uniform';

interface Scaling {
  readonly scale: number;
  readonly mode: Mode;
  readonly distribution: Distribution;
}

const initializer = /* @__PURE__ */ factoryOf<Initializer>();

/** Standard deviation of a standard normal cut at ±2: a cut sample is widened by its inverse. */
const TRUNCATED_DEVIATION = 0.87962566103423978;

/** Values of mean 0 and variance scale / fan. */
function scaled({ scale, mode, distribution }: Scaling, shape: Shape, dtype: DType, seed: number): Tensor {
  const { fanIn, fanOut } = fansOf(shape);
  const fan = { fan_in: fanIn, fan_out: fanOut, fan_avg: (fanIn + fanOut) / 2 }[mode];
  const variance = scale / Math.max(1, fan);
  if (distribution === 'uniform') {
    const limit = Math.sqrt(3 * variance);
    return ops.randomUniform(shape, -limit, limit, dtype, seed);
  }
  const deviation = Math.sqrt(variance);
  return distribution === 'untruncated_normal'
    ? ops.randomNormal(shape, 0, deviation, dtype, seed)
    : ops.truncatedNormal(shape, 0, deviation / TRUNCATED_DEVIATION, dtype, seed);
}

/** Keras's spelling, and tfjs's. */
type Spellings<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? Name | `${Head}${Capitalize<Tail>}`
  : Name;

const spelled = <Name extends string>(names: readonly Name[]): Option<Name, Spellings<Name>> => oneOf(names) as never;

/**
 * Values whose variance is scale / fan: signals keep their size from layer to layer.
 * @throws ValueError when the scale is not positive, or a name is unknown
 * @example layers.dense({ units: 10, kernelInitializer: initializers.varianceScaling({ scale: 2, mode: 'fanOut' }) })
 */
export const varianceScaling = /* @__PURE__ */ initializer({
  className: 'VarianceScaling',
  options: {
    /** Default 1. */
    scale: number({ above: 0 }).default(1),
    /** Divisor of the variance; default `'fanIn'`. */
    mode: spelled<Mode>(['fan_in', 'fan_out', 'fan_avg']).default('fanIn'),
    /** Default `'truncatedNormal'`; `'normal'` is the same. */
    distribution: spelled<Distribution>(['truncated_normal', 'normal', 'untruncated_normal', 'uniform']).default(
      'truncatedNormal',
    ),
    /** Default one drawn from the stream of `setSeed` for each weight. */
    seed: seedOption(),
  },
  alone: 'scale',
  apply: ({ seed, ...scaling }, shape, dtype, weightSeed) => scaled(scaling, shape, dtype, seed ?? weightSeed),
});

const preset = (className: string, scale: number, mode: Mode, distribution: Distribution) =>
  initializer({
    className,
    options: {
      /** Default one drawn from the stream of `setSeed` for each weight. */
      seed: seedOption(),
    },
    alone: 'seed',
    apply: ({ seed }, shape, dtype, weightSeed) =>
      scaled({ scale, mode, distribution }, shape, dtype, seed ?? weightSeed),
  });

/**
 * Uniform, variance 2 / (fanIn + fanOut): Keras's default for kernels.
 * @see Glorot and Bengio, AISTATS 2010
 * @example layers.dense({ units: 10, kernelInitializer: initializers.glorotUniform({ seed: 1 }) })
 */
export const glorotUniform = /* @__PURE__ */ preset('GlorotUniform', 1, 'fan_avg', 'uniform');
/**
 * Truncated normal, variance 2 / (fanIn + fanOut).
 * @see Glorot and Bengio, AISTATS 2010
 * @example layers.dense({ units: 10, kernelInitializer: initializers.glorotNormal({ seed: 1 }) })
 */
export const glorotNormal = /* @__PURE__ */ preset('GlorotNormal', 1, 'fan_avg', 'truncated_normal');
/**
 * Uniform, variance 2 / fanIn: for relu.
 * @see He et al., arXiv:1502.01852
 * @example layers.dense({ units: 10, kernelInitializer: initializers.heUniform({ seed: 1 }) })
 */
export const heUniform = /* @__PURE__ */ preset('HeUniform', 2, 'fan_in', 'uniform');
/**
 * Truncated normal, variance 2 / fanIn: for relu.
 * @see He et al., arXiv:1502.01852
 * @example layers.dense({ units: 10, kernelInitializer: initializers.heNormal({ seed: 1 }) })
 */
export const heNormal = /* @__PURE__ */ preset('HeNormal', 2, 'fan_in', 'truncated_normal');
/**
 * Uniform, variance 1 / fanIn: for selu.
 * @see LeCun et al., "Efficient BackProp", 1998
 * @example layers.dense({ units: 10, kernelInitializer: initializers.leCunUniform({ seed: 1 }) })
 */
export const leCunUniform = /* @__PURE__ */ preset('LecunUniform', 1, 'fan_in', 'uniform');
/**
 * Truncated normal, variance 1 / fanIn: for selu.
 * @see LeCun et al., "Efficient BackProp", 1998
 * @example layers.dense({ units: 10, kernelInitializer: initializers.leCunNormal({ seed: 1 }) })
 */
export const leCunNormal = /* @__PURE__ */ preset('LecunNormal', 1, 'fan_in', 'truncated_normal');
