import { type Given, positiveInteger } from '../../base/options.js';
import { modelData } from './data-options.js';
import { verbosity } from './verbosity.js';

export const EVALUATE_OPTIONS = {
  /** Samples of a step; default 32. */
  batchSize: positiveInteger().default(32),
  /** [count], or one for each position of the output, such as [count, height, width]; for every output, or for each. */
  sampleWeight: modelData().optional(),
  /** Batches; default: all. */
  steps: positiveInteger().optional(),
  /** 1, 2 or `'auto'` print a line at the end; default 0. */
  verbose: verbosity(),
};

export type EvaluateOptions = Given<typeof EVALUATE_OPTIONS>;

export const EVALUATE_DATASET_OPTIONS = {
  /** Batches; default: all. */
  batches: positiveInteger().optional(),
  /** 1, 2 or `'auto'` print a line at the end; default 0. */
  verbose: verbosity(),
};

export type EvaluateDatasetOptions = Given<typeof EVALUATE_DATASET_OPTIONS>;

export const PREDICT_OPTIONS = {
  /** Samples of a step; default 32. */
  batchSize: positiveInteger().default(32),
  /** 1, 2 or `'auto'` print a line at the end; default 0. */
  verbose: verbosity(),
};

export type PredictOptions = Given<typeof PREDICT_OPTIONS>;
