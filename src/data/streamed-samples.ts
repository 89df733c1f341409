import type { TypedArray } from '../base/dtype.js';
import type { Shape } from '../base/shape.js';

/**
 * Samples that are read when their batch is made, for sets that memory does not hold. `fit` asks for the next batches
 * while a step is computed. Shuffling, validation splits and resuming work as for samples in memory.
 * @example
 * const rows: StreamedSamples = {
 *   shape: [3, 2],
 *   read: async (wanted) => ({ values: Float32Array.from([...wanted].flatMap((row) => [row, row * row])) }),
 * };
 */
export interface StreamedSamples {
  /** [count, …sample] of all samples together. */
  readonly shape: Shape;
  /** Factor on the values; default 1. */
  readonly scale?: number;
  /** Read samples by their numbers, which come in any order. */
  read(rows: Int32Array): Promise<StreamedRows>;
}

/** The samples that `StreamedSamples.read` was asked for, one after the other. */
export interface StreamedRows {
  readonly values: TypedArray;
  /** Positions in the request whose sample could not be read; their values are ignored, and the batch goes without. */
  readonly missing?: readonly number[];
}

export const isStreamedSamples = (value: unknown): value is StreamedSamples =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as StreamedSamples).read === 'function' &&
  Array.isArray((value as StreamedSamples).shape);
