import type { TypedArray } from '../base/dtype.js';
import type { Shape } from '../base/shape.js';

/**
 * Samples that are read batch by batch, for data sets larger than memory. `fit` requests the next batches
 * during a step. Shuffling, validation splits and resuming work as for samples in memory.
 * @example
 * const rows: StreamedSamples = {
 *   shape: [3, 2],
 *   read: async (wanted) => ({ values: Float32Array.from([...wanted].flatMap((row) => [row, row * row])) }),
 * };
 */
export interface StreamedSamples {
  /** [count, …sample] of all samples together. */
  readonly shape: Shape;
  /** Factor applied to the values; default 1. */
  readonly scale?: number;
  /** Read samples by index, in any order. */
  read(rows: Int32Array): Promise<StreamedRows>;
}

/** The samples that `StreamedSamples.read` returns, concatenated. */
export interface StreamedRows {
  readonly values: TypedArray;
  /** Positions, within the request, of samples that could not be read; they are left out of the batch. */
  readonly missing?: readonly number[];
}

export const isStreamedSamples = (value: unknown): value is StreamedSamples =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as StreamedSamples).read === 'function' &&
  Array.isArray((value as StreamedSamples).shape);
