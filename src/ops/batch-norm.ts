import type { Rectifier } from '../backends/kernels.js';
import { assertNumber } from '../base/arguments.js';
import { assertFloat, type DType } from '../base/dtype.js';
import { DTypeError, ShapeError } from '../base/errors.js';
import { formatShape, type Shape, sameShape } from '../base/shape.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { activationGradient } from './activation-gradient.js';
import { add, div, mul, sub } from './arithmetic.js';
import { batchNormInputGradient, batchNormSums } from './batch-norm-gradient.js';
import { stack, unstack } from './concat.js';
import { onesLike, zerosLike } from './creation.js';
import { type Op, runOp, type Spec } from './op.js';
import { once } from './shared/once.js';
import { sqrt } from './unary.js';

/*
 * Batch normalization over the last axis, as in Ioffe and Szegedy (arXiv:1502.03167), with n = x.size / channels:
 *   normalized = (x − mean) / deviation,   deviation = √(variance + epsilon),   y = normalized · gamma + beta
 * In training mean and variance come from x. They travel as one tensor, moments [2, channels].
 */

const channelsOf = (x: Spec): number => x.shape.at(-1) ?? 1;

const countOf = (x: Tensor): number => x.size / channelsOf(x);

function assertLike(argument: string, given: Spec, expected: Shape, dtype: DType): void {
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

type Inputs = { x: Tensor; moments: Tensor; gamma: Tensor; beta: Tensor; residual: Tensor | undefined };

interface Options {
  readonly epsilon: number;
  /** The moments are those of x: the gradient of x then includes the way through them. */
  readonly training: boolean;
  readonly activation: Rectifier | null;
  readonly hasResidual: boolean;
}

/** Whether the gradient finds the slope of the activation in its passes over x, and does not read the output. */
const isRectifiedInside = ({ training, activation, hasResidual }: Options): boolean =>
  training && activation !== null && !hasResidual;

/** y = activation(normalized · gamma + beta + residual). */
const batchNormOp: Op<Inputs, Options> = {
  name: 'batchNorm',
  infer: ({ x, moments, gamma, beta, residual }) => {
    assertFloat('batchNorm', 'x', x.dtype);
    const channels = channelsOf(x);
    assertLike('moments', moments, [2, channels], x.dtype);
    assertLike('gamma', gamma, [channels], x.dtype);
    assertLike('beta', beta, [channels], x.dtype);
    if (residual) assertLike('residual', residual, x.shape, x.dtype);
    return { shape: x.shape, dtype: x.dtype };
  },
  forward: (kernels, { x, moments, gamma, beta, residual = null }, out, { epsilon, activation }) =>
    kernels.batchNorm(x, moments, gamma, beta, out, epsilon, { residual, activation }),
  reads: (options) => {
    const isInside = isRectifiedInside(options);
    const slope = options.activation && !isInside ? (['output'] as const) : [];
    const sums = isInside ? (['x', 'moments', 'gamma', 'beta'] as const) : (['x', 'moments', ...slope] as const);
    return {
      x: options.training ? [...new Set([...sums, 'gamma'] as const)] : ['moments', 'gamma', ...slope],
      moments: options.training ? [] : [...sums, 'gamma'],
      gamma: sums,
      beta: sums,
      residual: slope,
    };
  },
  recompute: (inputs, options) => runOp(batchNormOp, inputs, options),
  gradient: (outputGradient, { inputs: { x, moments, gamma, beta, residual }, output, options }) => {
    const { epsilon, training, activation } = options;
    const rectified = isRectifiedInside(options) ? { activation: activation!, gamma, beta } : null;
    // In training without a residual the slope of the activation is recomputed from x, in the passes over x.
    const dy = once(() =>
      activation && !rectified ? activationGradient(activation, outputGradient, output, 0) : outputGradient,
    );
    const settings = { epsilon, training };
    const sums = once(() => batchNormSums(dy(), x, moments, settings, rectified));
    const eachSum = once(() => unstack(sums()));
    const deviation = () => sqrt(add(unstack(moments)[1], epsilon));
    return {
      x: () =>
        training
          ? batchNormInputGradient(dy(), x, moments, gamma, sums(), epsilon, rectified)
          : mul(dy(), div(gamma, deviation())),
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
      residual: residual ? () => dy() : null,
    };
  },
};

const DEFAULT_EPSILON = 1e-3;

/** @internal What follows a normalization in its own pass: y = activation(normalized · gamma + beta + residual). */
export interface BatchNormTail {
  readonly activation: Rectifier | null;
  /** Shaped as x. */
  readonly residual?: Tensor;
}

const NO_TAIL: BatchNormTail = { activation: null };

function normalize(
  { x, moments, gamma, beta }: Omit<Inputs, 'residual'>,
  epsilon: number,
  training: boolean,
  { activation, residual }: BatchNormTail,
): Tensor {
  const options = { epsilon, training, activation, hasResidual: residual !== undefined };
  return runOp(batchNormOp, { x, moments, gamma, beta, residual }, options);
}

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
  return batchNormTrainingWithTail(x, gamma, beta, epsilon ?? DEFAULT_EPSILON, NO_TAIL);
}

/** @internal `batchNormTraining`, and what follows it. */
export function batchNormTrainingWithTail(
  x: TensorLike,
  gamma: TensorLike,
  beta: TensorLike,
  epsilon: number,
  tail: BatchNormTail,
): { y: Tensor; moments: Tensor } {
  assertNumber('batchNormTraining', 'epsilon', epsilon);
  return tidy(() => {
    const value = toTensor('batchNormTraining', 'x', x);
    const channels = (name: string, values: TensorLike) => toTensor('batchNormTraining', name, values, value.dtype);
    const moments = batchMoments(value);
    const inputs = { x: value, moments, gamma: channels('gamma', gamma), beta: channels('beta', beta) };
    return { y: normalize(inputs, epsilon, true, tail), moments };
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
  return batchNormWithTail(x, mean, variance, offset, scale, varianceEpsilon ?? DEFAULT_EPSILON, NO_TAIL);
}

/** @internal `batchNorm`, and what follows it. */
export function batchNormWithTail(
  x: TensorLike,
  mean: TensorLike,
  variance: TensorLike,
  offset: TensorLike | null | undefined,
  scale: TensorLike | null | undefined,
  epsilon: number,
  tail: BatchNormTail,
): Tensor {
  assertNumber('batchNorm', 'varianceEpsilon', epsilon);
  return tidy(() => {
    const value = toTensor('batchNorm', 'x', x);
    const channels = (name: string, values: TensorLike) => toTensor('batchNorm', name, values, value.dtype);
    const means = channels('mean', mean);
    const moments = stack([means, channels('variance', variance)]);
    // tfjs's names and order; from here on gamma is the scale and beta the offset, as in the article.
    const gamma = channels('scale', scale ?? onesLike(means));
    const beta = channels('offset', offset ?? zerosLike(means));
    return normalize({ x: value, moments, gamma, beta }, epsilon, false, tail);
  });
}
