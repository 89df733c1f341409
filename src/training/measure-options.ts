import type { Given } from '../base/options.js';
import { callbacksOption } from './callbacks/hooks.js';
import { EVALUATE_OPTIONS } from './options/evaluate-options.js';

export const MEASURE_OPTIONS = {
  ...EVALUATE_OPTIONS,
  /** Called at the beginning and the end of the evaluation and of its batches: `onTestBegin`, `onTestBatchEnd`, … */
  callbacks: callbacksOption(),
};

export type MeasureOptions = Given<typeof MEASURE_OPTIONS>;
