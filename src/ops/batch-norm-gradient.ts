import type { Rectifier } from '../backends/kernels.js';
import type { Tensor } from '../tensor/tensor.js';
import { activationGradient } from './activation-gradient.js';
import { add, mul, sub } from './arithmetic.js';
import { sum } from './broadcast.js';
import { stack, unstack } from './concat.js';
import { type Op, runOp } from './op.js';
import { mean } from './reductions.js';
import { once } from './shared/once.js';
import { rsqrt, square } from './unary.js';

/*
 * The gradients of batch norm, see batch-norm.ts, and their gradients. Where an activation follows, dy is the gradient
 * of its output: the kernels compute its slope from x, gamma and beta. The slope is piecewise constant, so it has no
 * separate gradient.
 */

/** The activation after a batch norm. */
interface Rectified {
  readonly activation: Rectifier;
  readonly gamma: Tensor;
  readonly beta: Tensor;
}

interface Options {
  readonly epsilon: number;
  /** The moments are those of x. */
  readonly training: boolean;
  readonly activation: Rectifier | null;
}

type SumsInputs = {
  outputGradient: Tensor;
  x: Tensor;
  moments: Tensor;
  gamma: Tensor | undefined;
  beta: Tensor | undefined;
};

/** Values that the slope of the activation is computed from, if there is one. */
const slopeReads = ({ activation }: Options) => (activation ? (['x', 'moments', 'gamma', 'beta'] as const) : []);

/** [Σ dy, Σ dy · normalized] over each channel, in one pass over both. */
const batchNormSumsOp: Op<SumsInputs, Options> = {
  name: 'batchNormSums',
  infer: ({ x }) => ({ shape: [2, x.shape.at(-1) ?? 1], dtype: x.dtype }),
  forward: (kernels, { outputGradient, x, moments, gamma, beta }, out, { epsilon, activation }) => {
    const rectified = activation && { activation, gamma: gamma!, beta: beta! };
    kernels.batchNormSums(outputGradient, x, moments, out, epsilon, rectified);
  },
  reads: (options) => {
    const slope = slopeReads(options);
    return {
      outputGradient: distinct(['x', 'moments', ...slope]),
      x: distinct(
        options.training ? ['outputGradient', 'x', 'moments', ...slope] : ['outputGradient', 'moments', ...slope],
      ),
      moments: options.training ? [] : distinct(['outputGradient', 'x', 'moments', ...slope]),
    };
  },
  gradient: (
    ds,
    { inputs: { outputGradient, x, moments, gamma, beta }, options: { epsilon, training, activation } },
  ) => {
    const { normalized, inverse } = normalize(x, moments, epsilon);
    const through = throughActivation(normalized, activation && { activation, gamma: gamma!, beta: beta! });
    const [plain, weighted] = unstack(ds);
    const toNormalized = once(() => mul(through(outputGradient), weighted));
    return {
      outputGradient: () => through(add(mul(normalized(), weighted), plain)),
      x: () => (training ? throughNormalized(toNormalized(), normalized(), inverse()) : mul(toNormalized(), inverse())),
      moments: training
        ? null
        : () => {
            const total = sum(toNormalized(), channelAxes(x));
            const product = sum(mul(toNormalized(), normalized()), channelAxes(x));
            return stack([mul(mul(total, inverse()), -1), mul(mul(product, square(inverse())), -0.5)]);
          },
      gamma: null,
      beta: null,
    };
  },
};

type InputGradientInputs = {
  outputGradient: Tensor;
  x: Tensor;
  moments: Tensor;
  gamma: Tensor;
  beta: Tensor | undefined;
  sums: Tensor;
};

/**
 * In training: dx = gamma / deviation · (dy − mean(dy) − normalized · mean(dy · normalized)).
 * `moments` and `sums` are functions of x and dy; the rules below are total derivatives, so both are constants there.
 */
const batchNormInputGradientOp: Op<InputGradientInputs, Options> = {
  name: 'batchNormInputGradient',
  infer: ({ x }) => ({ shape: x.shape, dtype: x.dtype }),
  forward: (kernels, { outputGradient, x, moments, gamma, beta, sums }, out, { epsilon, activation }) => {
    const rectified = activation && { activation, gamma, beta: beta! };
    kernels.batchNormInputGradient(outputGradient, x, moments, gamma, sums, out, epsilon, rectified);
  },
  reads: (options) => {
    const slope = slopeReads(options);
    return {
      outputGradient: distinct(['x', 'moments', 'gamma', ...slope]),
      x: distinct(['outputGradient', 'x', 'moments', 'gamma', ...slope]),
      gamma: distinct(['outputGradient', 'x', 'moments', ...slope]),
    };
  },
  gradient: (g, { inputs: { outputGradient, x, moments, gamma, beta }, options: { epsilon, activation } }) => {
    const { normalized, inverse } = normalize(x, moments, epsilon);
    const through = throughActivation(normalized, activation && { activation, gamma, beta: beta! });
    const dy = once(() => through(outputGradient));
    const axes = channelAxes(x);
    const average = (value: Tensor): Tensor => mean(value, axes);
    return {
      // The map dy → dx is its own adjoint.
      outputGradient: () => through(throughNormalized(mul(g, gamma), normalized(), inverse())),
      x: () => {
        // With a = g · gamma, L = n / deviation · (cov(a, dy) − mean(a·normalized) · mean(dy·normalized)); the chain
        // rule goes through the deviation and through both means.
        const a = mul(g, gamma);
        const xs = normalized();
        const aProjected = average(mul(a, xs));
        const dyProjected = average(mul(dy(), xs));
        const covariance = sub(average(mul(a, dy())), mul(average(a), average(dy())));
        const throughDeviation = mul(mul(xs, square(inverse())), sub(mul(aProjected, dyProjected), covariance));
        const throughMeans = add(
          mul(throughNormalized(dy(), xs, inverse()), aProjected),
          mul(throughNormalized(a, xs, inverse()), dyProjected),
        );
        return sub(throughDeviation, mul(throughMeans, inverse()));
      },
      moments: null,
      gamma: () => sum(mul(g, throughNormalized(dy(), normalized(), inverse())), axes),
      beta: null,
      sums: null,
    };
  },
};

/** @internal The gradients of beta and gamma, [2, channels]. */
export function batchNormSums(
  outputGradient: Tensor,
  x: Tensor,
  moments: Tensor,
  options: Omit<Options, 'activation'>,
  rectified: Rectified | null,
): Tensor {
  const { activation = null, gamma, beta } = rectified ?? {};
  return runOp(batchNormSumsOp, { outputGradient, x, moments, gamma, beta }, { ...options, activation });
}

/** @internal The gradient of x in training; `sums` are those of `batchNormSums`. */
export function batchNormInputGradient(
  outputGradient: Tensor,
  x: Tensor,
  moments: Tensor,
  gamma: Tensor,
  sums: Tensor,
  epsilon: number,
  rectified: Rectified | null,
): Tensor {
  const { activation = null, beta } = rectified ?? {};
  const options = { epsilon, training: true, activation };
  return runOp(batchNormInputGradientOp, { outputGradient, x, moments, gamma, beta, sums }, options);
}

const channelAxes = (x: Tensor): number[] => x.shape.slice(0, -1).map((_, axis) => axis);

const distinct = <T>(names: readonly T[]): readonly T[] => [...new Set(names)];

/** The normalised x and 1 / deviation, in ops and at most once. */
function normalize(x: Tensor, moments: Tensor, epsilon: number) {
  const inverse = once(() => rsqrt(add(unstack(moments)[1], epsilon)));
  const normalized = once(() => mul(sub(x, unstack(moments)[0]), inverse()));
  return { normalized, inverse };
}

/** A function that multiplies by the slope of the activation; without one, the identity. */
function throughActivation(normalized: () => Tensor, rectified: Rectified | null): (value: Tensor) => Tensor {
  if (!rectified) return (value) => value;
  const { activation, gamma, beta } = rectified;
  // A rectifier has the same slope at its input as at its output, which its gradient is a function of.
  const rectifierInput = once(() => add(mul(normalized(), gamma), beta));
  return (value) => activationGradient(activation, value, rectifierInput(), 0);
}

/** The derivative of the normalised x, applied to v: (v − mean(v) − normalized · mean(v · normalized)) / deviation. */
function throughNormalized(v: Tensor, normalized: Tensor, inverse: Tensor): Tensor {
  const axes = channelAxes(normalized);
  const centered = sub(v, mean(v, axes));
  return mul(sub(centered, mul(normalized, mean(mul(v, normalized), axes))), inverse);
}
