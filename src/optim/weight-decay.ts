import { listOf, number, string } from '../base/options.js';
import type { Variable } from '../tensor/variable.js';

/** Weight decay apart from the loss, as Keras 3 has it in all its optimizers. */
export const WEIGHT_DECAY = {
  /** Each update first subtracts learningRate · weightDecay · w; default 0. */
  weightDecay: number({ min: 0 })
    .default(0)
    .inConfig((rate) => (rate > 0 ? rate : undefined)),
  /** Parts of the names of weights that do not decay: `['bias', 'batch_normalization']`; default none. */
  excludeFromWeightDecay: listOf(string())
    .default([])
    .inConfig((names) => (names.length > 0 ? names : undefined)),
};

/** Whether a list has a part of a weight's name. */
export const isExcluded = ({ name }: Variable, parts: readonly string[]): boolean =>
  parts.some((part) => name.includes(part));
