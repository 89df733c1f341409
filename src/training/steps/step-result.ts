import type { Metric } from '../../metrics/metric.js';

import { concat } from '../../ops/concat.js';
import { reshape } from '../../ops/reshape.js';
import { toDType } from '../../ops/shared/to-dtype.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Variable } from '../../tensor/variable.js';
import type { Logs } from '../model/logs.js';
import type { Batch } from '../model/step-data.js';

/** The sums that one batch adds to a metric. */
export interface MetricSums {
  readonly metric: Metric;
  /** Count of numbers in the packed tensor. */
  readonly length: number;
  /** Count of summed values. */
  readonly count: number;
}

/** The numbers of one step. */
export interface StepResult {
  /** Results on the device, to be read at once: the means of the batch, then the sums of the metrics. */
  readonly packed: Tensor | null;
  /** Names of the means. */
  readonly means: readonly string[];
  /** Further means, on the host. */
  readonly hostMeans?: Logs;
  readonly metrics: readonly MetricSums[];
  /** Number of samples. */
  readonly size: number;
}

/**
 * Computes one batch of training or evaluation. The caller owns the batch and the tensor of the
 * result.
 */
export interface Step {
  /** @param watcher sees values of the step before they are freed */
  run(batch: Batch, watcher?: StepWatcher): StepResult | Promise<StepResult>;
}

/** Sees values of a step that only exist while it runs. A custom step shows none. */
export interface StepWatcher {
  /** The gradient of each trainable weight, before the update; undefined where the loss does not depend on it. */
  gradients?(gradients: readonly (Tensor | undefined)[], variables: readonly Variable[]): void;
  /** The outputs of the model in an evaluation. */
  predictions?(predictions: readonly Tensor[], batch: Batch): void;
}

/** Join scalars and sums into one small tensor of the first one's dtype. */
export const packed = (parts: readonly Tensor[]): Tensor =>
  concat(parts.map((part) => reshape(toDType(part, parts[0].dtype), [part.size])));
