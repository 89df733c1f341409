import { ValueError } from '../../base/errors.js';
import { didYouMean } from '../../base/names.js';
import type { NamedRun } from '../../plots/charts/rank-runs.js';

/** Metrics to compare by where none is named, the first that a run has. */
const USUAL = ['val_accuracy', 'val_loss', 'accuracy', 'loss'];

/** Keras 2 called accuracy `acc`. */
const SHORT = /(^|_)acc$/;
const longName = (metric: string): string => metric.replace(SHORT, '$1accuracy');

/** The runs that have a metric, with all names of metrics in Keras 3's spelling. */
export interface ComparedRuns {
  readonly metric: string;
  readonly runs: readonly NamedRun[];
  /** Names of runs without it. */
  readonly without: readonly string[];
}

/** @throws ValueError when no run has the metric */
export function compareBy(given: readonly NamedRun[], wanted: string | undefined): ComparedRuns {
  const all = given.map(({ name, history }) => ({
    name,
    history: Object.fromEntries(Object.entries(history).map(([metric, values]) => [longName(metric), values])),
  }));
  const known = [...new Set(all.flatMap(({ history }) => Object.keys(history)))];
  const metric = wanted === undefined ? USUAL.find((name) => known.includes(name)) : longName(wanted);
  if (metric === undefined || !known.includes(metric)) {
    const what = wanted === undefined ? 'none is named' : `'${wanted}'`;
    throw new ValueError(
      `compare: --metric is ${what}, expected one of ${known.join(', ')}${didYouMean(wanted ?? '', known)}`,
    );
  }
  const runs = all.filter(({ history }) => metric in history);
  return { metric, runs, without: all.filter((run) => !runs.includes(run)).map(({ name }) => name) };
}
