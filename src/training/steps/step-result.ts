import type { Metric } from '../../metrics/metric.js';

import { concat } from '../../ops/concat.js';
import { reshape } from '../../ops/reshape.js';
import { toDType } from '../../ops/shared/to-dtype.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Logs } from '../model/logs.js';
import type { Batch } from '../model/step-data.js';

/** The sums that one batch adds to a metric. */
export interface MetricSums {
  readonly metric: Metric;
  /** Numbers of the packed tensor. */
  readonly length: number;
  /** Values that were summed. */
  readonly count: number;
}

/** The numbers of one step. */
export interface StepResult {
  /** Numbers still on the device, to be read in one piece: the means of the batch, then the sums of the metrics. */
  readonly packed: Tensor | null;
  /** Names of the means. */
  readonly means: readonly string[];
  /** Further means, already on the host. */
  readonly hostMeans?: Logs;
  readonly metrics: readonly MetricSums[];
  /** Samples. */
  readonly size: number;
}

/**
 * The arithmetic of one batch, in training or in evaluation. The batch stays the caller's; the result's tensor is the
 * caller's too.
 */
export interface Step {
  run(batch: Batch): StepResult | Promise<StepResult>;
}

/** Join scalars and sums into one small tensor of the first one's dtype. */
export const packed = (parts: readonly Tensor[]): Tensor =>
  concat(parts.map((part) => reshape(toDType(part, parts[0].dtype), [part.size])));
