import { ValueError } from '../../base/errors.js';
import type { HistoryValues } from './curves.js';

/** A training run and its name in the legend. */
export interface NamedRun {
  name: string;
  history: HistoryValues;
}

/** A run with the values of one metric. */
export interface RankedRun extends NamedRun {
  readonly values: readonly number[];
  readonly last: number;
  /** The best value, and its epoch from 1; null where none is finite. */
  readonly best: { readonly value: number; readonly epoch: number } | null;
}

/**
 * Score a value of a metric: larger is better, and what is no number is worst. Of losses and errors the smallest is
 * best.
 */
export function scoreOf(metric: string, value: number): number {
  if (!Number.isFinite(value)) return Number.NEGATIVE_INFINITY;
  return /loss|error|mse|mae/.test(metric) ? -value : value;
}

/** The index of the best of a metric's values; -1 where none is finite. */
export function indexOfBest(metric: string, values: readonly number[]): number {
  const scores = values.map((value) => scoreOf(metric, value));
  const greatest = Math.max(...scores);
  return Number.isFinite(greatest) ? scores.indexOf(greatest) : -1;
}

/** The runs that have a metric, best last value first. @throws ValueError when none has it */
export function rankRuns(runs: readonly NamedRun[], metric: string): RankedRun[] {
  const measured = runs.filter(({ history }) => (history[metric]?.length ?? 0) > 0);
  if (measured.length === 0) {
    const known = [...new Set(runs.flatMap(({ history }) => Object.keys(history)))].join(', ') || 'nothing';
    throw new ValueError(`compareRuns: no run has the metric '${metric}', they have ${known}`);
  }
  const ranked = measured.map((run) => {
    const values = run.history[metric];
    const at = indexOfBest(metric, values);
    return { ...run, values, last: values.at(-1)!, best: at < 0 ? null : { value: values[at], epoch: at + 1 } };
  });
  // Two that ended without a number differ by NaN.
  return ranked.sort((a, b) => scoreOf(metric, b.last) - scoreOf(metric, a.last) || 0);
}
