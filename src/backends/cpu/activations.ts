import type { TypedArray } from '../../base/dtype.js';
import { SELU_ALPHA, SELU_SCALE } from '../../base/selu.js';
import type { Activation, Kernels } from '../kernels.js';
import { erfc } from './erf.js';

type Loop = (x: TypedArray, y: TypedArray, alpha: number) => void;
type GradientLoop = (dy: TypedArray, y: TypedArray, dx: TypedArray, alpha: number) => void;

/** NaN stays NaN: Math.max keeps it, and it is not below 0. */
export const activationLoops: Readonly<Record<Activation, Loop>> = {
  relu(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.max(x[i], 0);
  },
  relu6(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.min(Math.max(x[i], 0), 6);
  },
  leakyRelu(x, y, alpha) {
    for (let i = 0; i < y.length; i++) y[i] = x[i] < 0 ? alpha * x[i] : x[i];
  },
  elu(x, y, alpha) {
    for (let i = 0; i < y.length; i++) y[i] = x[i] < 0 ? alpha * Math.expm1(x[i]) : x[i];
  },
  selu(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = SELU_SCALE * (x[i] < 0 ? SELU_ALPHA * Math.expm1(x[i]) : x[i]);
  },
  sigmoid(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = 1 / (1 + Math.exp(-x[i]));
  },
  tanh(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.tanh(x[i]);
  },
};

/** Activations that are never fused: their gradient needs x. */
export const smoothActivationLoops: Readonly<Record<'softplus' | 'gelu' | 'silu', Loop>> = {
  softplus(x, y) {
    // ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|): the exponent never grows.
    for (let i = 0; i < y.length; i++) y[i] = Math.max(x[i], 0) + Math.log1p(Math.exp(-Math.abs(x[i])));
  },
  gelu(x, y) {
    // Φ(x) = erfc(−x / √2) / 2 keeps its digits far left of zero, where (1 + erf) / 2 would cancel.
    for (let i = 0; i < y.length; i++) y[i] = 0.5 * x[i] * erfc(-x[i] * Math.SQRT1_2);
  },
  silu(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = x[i] / (1 + Math.exp(-x[i]));
  },
};

/** At a kink the left slope applies. */
const gradientLoops: Readonly<Record<Activation, GradientLoop>> = {
  relu(dy, y, dx) {
    for (let i = 0; i < dx.length; i++) dx[i] = y[i] > 0 ? dy[i] : 0;
  },
  relu6(dy, y, dx) {
    for (let i = 0; i < dx.length; i++) dx[i] = y[i] > 0 && y[i] < 6 ? dy[i] : 0;
  },
  leakyRelu(dy, y, dx, alpha) {
    for (let i = 0; i < dx.length; i++) dx[i] = y[i] > 0 ? dy[i] : alpha * dy[i];
  },
  elu(dy, y, dx, alpha) {
    // Left of zero alpha · eˣ = y + alpha.
    for (let i = 0; i < dx.length; i++) dx[i] = y[i] > 0 ? dy[i] : dy[i] * (y[i] + alpha);
  },
  selu(dy, y, dx) {
    const shift = SELU_SCALE * SELU_ALPHA;
    for (let i = 0; i < dx.length; i++) dx[i] = dy[i] * (y[i] > 0 ? SELU_SCALE : y[i] + shift);
  },
  sigmoid(dy, y, dx) {
    for (let i = 0; i < dx.length; i++) dx[i] = dy[i] * y[i] * (1 - y[i]);
  },
  tanh(dy, y, dx) {
    for (let i = 0; i < dx.length; i++) dx[i] = dy[i] * (1 - y[i] * y[i]);
  },
};

export const activations: Pick<Kernels<TypedArray>, 'activationGradient'> = {
  activationGradient(fn, outputGradient, output, out, alpha) {
    gradientLoops[fn](outputGradient.buffer, output.buffer, out.buffer, alpha);
  },
};
