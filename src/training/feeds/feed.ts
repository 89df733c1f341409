import type { RandomState } from '../../backends/kernels.js';
import { dispose } from '../../tensor/scope.js';
import type { Shard } from '../../tensor/shard.js';
import type { TotalSums } from '../model/running-totals.js';
import type { Batch } from '../model/step-data.js';

/** Position in the middle of an epoch. */
export interface EpochPosition {
  /** Steps done. */
  readonly step: number;
  /** The library's random stream after them; the order of the epoch was drawn before. */
  readonly random: RandomState;
  /**
   * Sums of those steps, so that the numbers of the whole epoch can be reported; without them, those of the rest are.
   */
  readonly sums?: TotalSums;
}

/** The samples of a batch, or of this process's part. */
export interface BatchRows {
  /** The order of all samples; null if they are not shuffled. */
  readonly order: Int32Array | null;
  readonly start: number;
  readonly end: number;
  /** Samples, those of other processes included. */
  readonly size: number;
  readonly shard?: Shard;
}

/** The source of an epoch's batches; the consumer frees them. */
export interface Feed {
  /** Number of batches per epoch; null if unknown. */
  readonly steps: number | null;
  readonly samples: number | null;
  /** Whether the data ended in the middle of an epoch, so that no further epoch is possible. */
  readonly ranOut: boolean;
  /** The batches of one epoch. @param from where to continue an epoch that was left */
  epoch(from?: EpochPosition): Iterable<Batch> | AsyncIterable<Batch>;
}

/** Free the tensors of a batch. */
export function disposeBatch({ xs, ys, weights }: Batch): void {
  dispose([...xs, ...ys, ...weights]);
}
