import type { ModelData } from './samples.js';

/** Whether and how much is printed: 0 nothing, 1 lines while it runs and at the end, 2 at the end alone; `'auto'` is 1. */
export type Verbosity = 0 | 1 | 2 | 'auto';

export interface EvaluateOptions {
  /** Samples of a step; default 32. */
  readonly batchSize?: number;
  /** [count], for every output, or for each. */
  readonly sampleWeight?: ModelData;
  /** Batches; default: all. */
  readonly steps?: number;
  /** Keras's; nothing is printed. */
  readonly verbose?: unknown;
}

export interface PredictOptions {
  /** Samples of a step; default 32. */
  readonly batchSize?: number;
  /** Keras's; nothing is printed. */
  readonly verbose?: unknown;
}
