import type { TypedArray } from '../../base/dtype.js';
import type { Kernels, Operand, Rectified, Rectifier } from '../kernels.js';
import { accumulate } from './accumulate.js';

/** Mean and 1 / √(variance + epsilon) of each channel. */
function statistics(moments: Operand<TypedArray>, epsilon: number): { mean: TypedArray; inverse: Float64Array } {
  const channels = moments.shape[1];
  const inverse = new Float64Array(channels);
  for (let c = 0; c < channels; c++) inverse[c] = 1 / Math.sqrt(moments.buffer[channels + c] + epsilon);
  return { mean: moments.buffer.subarray(0, channels), inverse };
}

/** NaN stays NaN: Math.max and Math.min keep it. */
const RECTIFIERS: Readonly<Record<Rectifier, (value: number) => number>> = {
  relu: (value) => Math.max(value, 0),
  relu6: (value) => Math.min(Math.max(value, 0), 6),
};

/** The slope of the activation behind a batch norm, given the normalized x of a channel. */
function slopeOf(rectified: Rectified<TypedArray> | null): (normalized: number, c: number) => number {
  if (!rectified) return () => 1;
  const { activation, gamma, beta } = rectified;
  const ceiling = activation === 'relu6' ? 6 : Infinity;
  return (normalized, c) => {
    const value = normalized * gamma.buffer[c] + beta.buffer[c];
    return value > 0 && value < ceiling ? 1 : 0;
  };
}

/** The formulas are in ops/batch-norm.ts. All loops walk rows of channels. */
export const batchNorm: Pick<
  Kernels<TypedArray>,
  'batchMoments' | 'batchNorm' | 'batchNormSums' | 'batchNormInputGradient'
> = {
  /** Two passes: the variance is a sum of squared distances, which cannot cancel as E[x²] − E[x]² does. */
  batchMoments(x, out) {
    const channels = out.shape[1];
    const count = x.size / channels;
    const values = x.buffer;
    accumulate(out, (moments) => {
      for (let at = 0; at < x.size; ) for (let c = 0; c < channels; c++, at++) moments[c] += values[at];
      for (let c = 0; c < channels; c++) moments[c] /= count;
      for (let at = 0; at < x.size; ) {
        for (let c = 0; c < channels; c++, at++) moments[channels + c] += (values[at] - moments[c]) ** 2;
      }
      for (let c = 0; c < channels; c++) moments[channels + c] /= count;
    });
  },

  batchNorm(x, moments, gamma, beta, out, epsilon, { residual, activation }) {
    const { mean, inverse } = statistics(moments, epsilon);
    const channels = mean.length;
    const rectify = activation ? RECTIFIERS[activation] : (value: number) => value;
    for (let at = 0; at < x.size; ) {
      for (let c = 0; c < channels; c++, at++) {
        const value = (x.buffer[at] - mean[c]) * inverse[c] * gamma.buffer[c] + beta.buffer[c];
        out.buffer[at] = rectify(residual ? value + residual.buffer[at] : value);
      }
    }
  },

  batchNormSums(outputGradient, x, moments, out, epsilon, rectified) {
    const { mean, inverse } = statistics(moments, epsilon);
    const channels = mean.length;
    const slope = slopeOf(rectified);
    accumulate(out, (sums) => {
      for (let at = 0; at < x.size; ) {
        for (let c = 0; c < channels; c++, at++) {
          const normalized = (x.buffer[at] - mean[c]) * inverse[c];
          const dy = outputGradient.buffer[at] * slope(normalized, c);
          sums[c] += dy;
          sums[channels + c] += dy * normalized;
        }
      }
    });
  },

  batchNormInputGradient(outputGradient, x, moments, gamma, sums, out, epsilon, rectified) {
    const { mean, inverse } = statistics(moments, epsilon);
    const channels = mean.length;
    const slope = slopeOf(rectified);
    const count = x.size / channels;
    for (let at = 0; at < x.size; ) {
      for (let c = 0; c < channels; c++, at++) {
        const normalized = (x.buffer[at] - mean[c]) * inverse[c];
        const throughMoments = (sums.buffer[c] + normalized * sums.buffer[channels + c]) / count;
        const dy = outputGradient.buffer[at] * slope(normalized, c);
        out.buffer[at] = gamma.buffer[c] * inverse[c] * (dy - throughMoments);
      }
    }
  },
};
