import type { RandomState } from '../../backends/kernels.js';
import { dispose } from '../../tensor/scope.js';
import type { Shard } from '../../tensor/shard.js';
import type { Batch } from '../model/step-data.js';
import type { TotalSums } from '../steps/totals.js';

/** Where training was left in the middle of an epoch. */
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

/** The samples of a batch, those of this process alone where several share it. */
export interface BatchRows {
  /** The order of all samples; null for their own. */
  readonly order: Int32Array | null;
  readonly start: number;
  readonly end: number;
  /** Samples, those of other processes included. */
  readonly size: number;
  readonly shard?: Shard;
}

/** The source of an epoch's batches, which the taker frees. */
export interface Feed {
  /** Batches of an epoch; null when that is not known. */
  readonly steps: number | null;
  readonly samples: number | null;
  /** Whether the data ended in the middle of an epoch, so that there can be no other. */
  readonly ranOut: boolean;
  /** The batches of one epoch. @param from where to continue an epoch that was left */
  epoch(from?: EpochPosition): Iterable<Batch> | AsyncIterable<Batch>;
}

/** Free the tensors of a batch. */
export function disposeBatch({ xs, ys, weights }: Batch): void {
  dispose([...xs, ...ys, ...weights]);
}
