import { assertFloat, type DType } from '../base/dtype.js';
import { DTypeError, ShapeError } from '../base/errors.js';
import { formatShape, type Shape, sameShape } from '../base/shape.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { add, div, mul, sub } from './arithmetic.js';
import { sum } from './broadcast.js';
import { stack, unstack } from './concat.js';
import { onesLike, zerosLike } from './creation.js';
import { type Op, runOp, type Spec } from './op.js';
import { mean } from './reductions.js';
import { once } from './shared/once.js';
import { rsqrt, sqrt, square } from './unary.js';

/*
 * Batch normalization over the last axis, as in Ioffe and Szegedy (arXiv:1502.03167), with n = x.size / channels:
 *   normalized = (x − mean) / deviation,   deviation = √(variance + epsilon),   y = normalized · gamma + beta
 * In training mean and variance come from x. They travel as one tensor, moments [2, channels].
 */

const channelAxes = (x: Tensor): number[] => x.shape.slice(0, -1).map((_, axis) => axis);

const channelsOf = (x: Spec): number => x.shape.at(-1) ?? 1;

const countOf = (x: Tensor): number => x.size / channelsOf(x);

function assertChannels(argument: string, given: Spec, expected: Shape, dtype: DType): void {
  if (!sameShape(given.shape, expected)) {
    throw new ShapeError(`batchNorm: ${argument} is ${formatShape(given.shape)}, expected ${formatShape(expected)}`);
  }
  if (given.dtype !== dtype) throw new DTypeError(`batchNorm: ${argument} is ${given.dtype}, expected ${dtype}, as x`);
}

const batchMomentsOp: Op<{ x: Tensor }, null> = {
  name: 'batchMoments',
  infer: ({ x }) => {
    assertFloat('batchMoments', 'x', x.dtype);
    if (x.shape.length < 2) throw new ShapeError(`batchMoments: x is ${formatShape(x.shape)}, expected rank 2 or more`);
    return { shape: [2, channelsOf(x)], dtype: x.dtype };
  },
  forward: (kernels, { x }, out) => kernels.batchMoments(x, out),
  reads: () => ({ x: ['x', 'output'] }),
  gradient: (dm, { inputs: { x }, output: moments }) => ({
    x: () => {
      const [meanGradient, varianceGradient] = unstack(dm);
      const centered = sub(x, unstack(moments)[0]);
      const total = add(mul(mul(centered, 2), varianceGradient), meanGradient);
      return mul(total, 1 / countOf(x));
    },
  }),
};

/** Mean and biased variance of each channel: [..., channels] → [2, channels]. @throws ShapeError @throws DTypeError */
export function batchMoments(x: Tensor): Tensor {
  return runOp(batchMomentsOp, { x }, null);
}

type Inputs = { x: Tensor; moments: Tensor; gamma: Tensor; beta: Tensor };

interface Options {
  readonly epsilon: number;
  /** The moments are those of x: the gradient of x then includes the way through them. */
  readonly training: boolean;
}

const batchNormOp: Op<Inputs, Options> = {
  name: 'batchNorm',
  infer: ({ x, moments, gamma, beta }) => {
    assertFloat('batchNorm', 'x', x.dtype);
    const channels = channelsOf(x);
    assertChannels('moments', moments, [2, channels], x.dtype);
    assertChannels('gamma', gamma, [channels], x.dtype);
    assertChannels('beta', beta, [channels], x.dtype);
    return { shape: x.shape, dtype: x.dtype };
  },
  forward: (kernels, { x, moments, gamma, beta }, out, { epsilon }) =>
    kernels.batchNorm(x, moments, gamma, beta, out, epsilon),
  reads: ({ training }) => {
    const sums = ['x', 'moments'] as const;
    return {
      x: training ? [...sums, 'gamma'] : ['moments', 'gamma'],
      moments: training ? [] : [...sums, 'gamma'],
      gamma: sums,
      beta: sums,
    };
  },
  gradient: (dy, { inputs: { x, moments, gamma }, options: { epsilon, training } }) => {
    const sums = once(() => runOp(batchNormSumsOp, { outputGradient: dy, x, moments }, { epsilon, training }));
    const eachSum = once(() => unstack(sums()));
    const deviation = () => sqrt(add(unstack(moments)[1], epsilon));
    return {
      x: () => (training ? inputGradient(dy, x, moments, gamma, sums(), epsilon) : mul(dy, div(gamma, deviation()))),
      moments: training
        ? null
        : () => {
            const [dySum, dyNormalizedSum] = eachSum();
            const d = deviation();
            const scale = div(gamma, d);
            return stack([mul(mul(dySum, scale), -1), div(mul(mul(dyNormalizedSum, scale), -0.5), d)]);
          },
      gamma: () => eachSum()[1],
      beta: () => eachSum()[0],
    };
  },
};

type SumsInputs = { outputGradient: Tensor; x: Tensor; moments: Tensor };

/** [Σ dy, Σ dy · normalized] over each channel, in one pass over both. */
const batchNormSumsOp: Op<SumsInputs, Options> = {
  name: 'batchNormSums',
  infer: ({ x }) => ({ shape: [2, channelsOf(x)], dtype: x.dtype }),
  forward: (kernels, { outputGradient, x, moments }, out, { epsilon }) =>
    kernels.batchNormSums(outputGradient, x, moments, out, epsilon),
  reads: ({ training }) => ({
    outputGradient: ['x', 'moments'],
    x: training ? ['outputGradient', 'x', 'moments'] : ['outputGradient', 'moments'],
    moments: training ? [] : ['outputGradient', 'x', 'moments'],
  }),
  gradient: (ds, { inputs: { outputGradient, x, moments }, options: { epsilon, training } }) => {
    const { normalized, inverse } = normalize(x, moments, epsilon);
    const [plain, weighted] = unstack(ds);
    const toNormalized = once(() => mul(outputGradient, weighted));
    return {
      outputGradient: () => add(mul(normalized(), weighted), plain),
      x: () => (training ? throughNormalized(toNormalized(), normalized(), inverse()) : mul(toNormalized(), inverse())),
      moments: training
        ? null
        : () => {
            const total = sum(toNormalized(), channelAxes(x));
            const product = sum(mul(toNormalized(), normalized()), channelAxes(x));
            return stack([mul(mul(total, inverse()), -1), mul(mul(product, square(inverse())), -0.5)]);
          },
    };
  },
};

type InputGradientInputs = { outputGradient: Tensor; x: Tensor; moments: Tensor; gamma: Tensor; sums: Tensor };

/**
 * In training: dx = gamma / deviation · (dy − mean(dy) − normalized · mean(dy · normalized)).
 * `moments` and `sums` are functions of x and dy; the rules below are total derivatives, so both are constants there.
 */
const batchNormInputGradientOp: Op<InputGradientInputs, { epsilon: number }> = {
  name: 'batchNormInputGradient',
  infer: ({ x }) => ({ shape: x.shape, dtype: x.dtype }),
  forward: (kernels, { outputGradient, x, moments, gamma, sums }, out, { epsilon }) =>
    kernels.batchNormInputGradient(outputGradient, x, moments, gamma, sums, out, epsilon),
  reads: () => ({
    outputGradient: ['x', 'moments', 'gamma'],
    x: ['outputGradient', 'x', 'moments', 'gamma'],
    gamma: ['outputGradient', 'x', 'moments'],
  }),
  gradient: (g, { inputs: { outputGradient: dy, x, moments, gamma }, options: { epsilon } }) => {
    const { normalized, inverse } = normalize(x, moments, epsilon);
    const axes = channelAxes(x);
    const average = (value: Tensor): Tensor => mean(value, axes);
    return {
      // The map dy → dx is its own adjoint.
      outputGradient: () => throughNormalized(mul(g, gamma), normalized(), inverse()),
      x: () => {
        // With a = g · gamma, L = n / deviation · (cov(a, dy) − mean(a·normalized) · mean(dy·normalized)); the chain
        // rule goes through the deviation and through both means.
        const a = mul(g, gamma);
        const xs = normalized();
        const aProjected = average(mul(a, xs));
        const dyProjected = average(mul(dy, xs));
        const covariance = sub(average(mul(a, dy)), mul(average(a), average(dy)));
        const throughDeviation = mul(mul(xs, square(inverse())), sub(mul(aProjected, dyProjected), covariance));
        const throughMeans = add(
          mul(throughNormalized(dy, xs, inverse()), aProjected),
          mul(throughNormalized(a, xs, inverse()), dyProjected),
        );
        return sub(throughDeviation, mul(throughMeans, inverse()));
      },
      moments: null,
      gamma: () => sum(mul(g, throughNormalized(dy, normalized(), inverse())), axes),
      sums: null,
    };
  },
};

function inputGradient(dy: Tensor, x: Tensor, moments: Tensor, gamma: Tensor, sums: Tensor, epsilon: number): Tensor {
  return runOp(batchNormInputGradientOp, { outputGradient: dy, x, moments, gamma, sums }, { epsilon });
}

/** The normalised x and 1 / deviation, in ops and at most once. */
function normalize(x: Tensor, moments: Tensor, epsilon: number) {
  const inverse = once(() => rsqrt(add(unstack(moments)[1], epsilon)));
  const normalized = once(() => mul(sub(x, unstack(moments)[0]), inverse()));
  return { normalized, inverse };
}

/** The derivative of the normalised x, applied to v: (v − mean(v) − normalized · mean(v · normalized)) / deviation. */
function throughNormalized(v: Tensor, normalized: Tensor, inverse: Tensor): Tensor {
  const axes = channelAxes(normalized);
  const centered = sub(v, mean(v, axes));
  return mul(sub(centered, mul(normalized, mean(mul(v, normalized), axes))), inverse);
}

const DEFAULT_EPSILON = 1e-3;

/**
 * Batch normalization with the batch's own statistics, over all axes but the last.
 * @param x [..., channels]
 * @param gamma [channels] @param beta [channels]
 * @returns y like x, and moments [2, channels]: the batch's mean and biased variance, for running averages
 * @throws ShapeError
 * @see Ioffe and Szegedy, arXiv:1502.03167
 * @example const { y } = batchNormTraining(images, gamma, beta)
 */
export function batchNormTraining(
  x: TensorLike,
  gamma: TensorLike,
  beta: TensorLike,
  epsilon?: number | null,
): { y: Tensor; moments: Tensor } {
  return tidy(() => {
    const value = toTensor('batchNormTraining', 'x', x);
    const channels = (name: string, values: TensorLike) => toTensor('batchNormTraining', name, values, value.dtype);
    const moments = batchMoments(value);
    const inputs = { x: value, moments, gamma: channels('gamma', gamma), beta: channels('beta', beta) };
    return { y: runOp(batchNormOp, inputs, { epsilon: epsilon ?? DEFAULT_EPSILON, training: true }), moments };
  });
}

/**
 * Batch normalization with given statistics: (x − mean) / √(variance + epsilon) · scale + offset.
 * @param mean [channels] @param variance [channels] @param offset default zeros @param scale default ones
 * @param varianceEpsilon default 1e-3
 * @throws ShapeError
 * @example batchNorm(images, mean, variance, beta, gamma)
 */
export function batchNorm(
  x: TensorLike,
  mean: TensorLike,
  variance: TensorLike,
  offset?: TensorLike | null,
  scale?: TensorLike | null,
  varianceEpsilon?: number | null,
): Tensor {
  return tidy(() => {
    const value = toTensor('batchNorm', 'x', x);
    const channels = (name: string, values: TensorLike) => toTensor('batchNorm', name, values, value.dtype);
    const means = channels('mean', mean);
    const moments = stack([means, channels('variance', variance)]);
    // tfjs's names and order; from here on gamma is the scale and beta the offset, as in the article.
    const gamma = channels('scale', scale ?? onesLike(means));
    const beta = channels('offset', offset ?? zerosLike(means));
    const options = { epsilon: varianceEpsilon ?? DEFAULT_EPSILON, training: false };
    return runOp(batchNormOp, { x: value, moments, gamma, beta }, options);
  });
}
