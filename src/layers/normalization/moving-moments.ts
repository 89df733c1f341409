import { currentBackend } from '../../backends/registry.js';
import { add, mul } from '../../ops/arithmetic.js';
import { unstack } from '../../ops/concat.js';
import { withoutRecording } from '../../ops/op.js';
import { tidy } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Variable } from '../../tensor/variable.js';

/**
 * Let moving statistics follow those of a batch, without a tape: moving ← moving · kept + batch · (1 − kept).
 * @param moments [2, channels], mean and variance of the batch
 */
export function followMoments(mean: Variable, variance: Variable, moments: Tensor, kept: number): void {
  const backend = currentBackend();
  if (backend.kernels.followMoments) {
    for (const { storage } of [mean, variance, moments]) storage.moveTo(backend);
    backend.kernels.followMoments(mean.makeExclusive(), variance.makeExclusive(), moments, kept);
    return;
  }
  withoutRecording(() =>
    tidy(() => {
      const [batchMean, batchVariance] = unstack(mul(moments, 1 - kept));
      mean.assign(add(mul(mean, kept), batchMean));
      variance.assign(add(mul(variance, kept), batchVariance));
    }),
  );
}
