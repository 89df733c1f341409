import type { TypedArray } from '../../base/dtype.js';
import type { Kernels, Operand } from '../kernels.js';
import { accumulate } from './accumulate.js';

/** Mean and 1 / √(variance + epsilon) of each channel. */
function statistics(moments: Operand<TypedArray>, epsilon: number): { mean: TypedArray; inverse: Float64Array } {
  const channels = moments.shape[1];
  const inverse = new Float64Array(channels);
  for (let c = 0; c < channels; c++) inverse[c] = 1 / Math.sqrt(moments.buffer[channels + c] + epsilon);
  return { mean: moments.buffer.subarray(0, channels), inverse };
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

  batchNorm(x, moments, gamma, beta, out, epsilon) {
    const { mean, inverse } = statistics(moments, epsilon);
    const channels = mean.length;
    for (let at = 0; at < x.size; ) {
      for (let c = 0; c < channels; c++, at++) {
        out.buffer[at] = (x.buffer[at] - mean[c]) * inverse[c] * gamma.buffer[c] + beta.buffer[c];
      }
    }
  },

  batchNormSums(outputGradient, x, moments, out, epsilon) {
    const { mean, inverse } = statistics(moments, epsilon);
    const channels = mean.length;
    accumulate(out, (sums) => {
      for (let at = 0; at < x.size; ) {
        for (let c = 0; c < channels; c++, at++) {
          const dy = outputGradient.buffer[at];
          sums[c] += dy;
          sums[channels + c] += dy * (x.buffer[at] - mean[c]) * inverse[c];
        }
      }
    });
  },

  batchNormInputGradient(outputGradient, x, moments, gamma, sums, out, epsilon) {
    const { mean, inverse } = statistics(moments, epsilon);
    const channels = mean.length;
    const count = x.size / channels;
    for (let at = 0; at < x.size; ) {
      for (let c = 0; c < channels; c++, at++) {
        const normalized = (x.buffer[at] - mean[c]) * inverse[c];
        const throughMoments = (sums.buffer[c] + normalized * sums.buffer[channels + c]) / count;
        out.buffer[at] = gamma.buffer[c] * inverse[c] * (outputGradient.buffer[at] - throughMoments);
      }
    }
  },
};
