import { indexOfBest, type RankedRun, rankRuns } from '../../plots/charts/rank-runs.js';
import type { ComparedRuns } from './shared-metric.js';

/** Further metrics that have a column. */
const MOST_METRICS = 4;

/** What is said of one run. */
export interface RunRow extends Pick<RankedRun, 'best'> {
  readonly run: string;
  readonly epochs: number;
  /** The last value of each metric; NaN where the run has none. */
  readonly last: Readonly<Record<string, number>>;
}

/** A row for each run, best last value first. */
export function comparisonRows({ runs, metric }: ComparedRuns): RunRow[] {
  const others = [...new Set(runs.flatMap(({ history }) => Object.keys(history)))].filter((name) => name !== metric);
  const isHeldOut = (name: string): boolean => name.startsWith('val_');
  const ordered = [...others.filter(isHeldOut), ...others.filter((name) => !isHeldOut(name))];
  const metrics = [metric, ...ordered.slice(0, MOST_METRICS)];
  return rankRuns(runs, metric).map(({ name, history, values, best }) => ({
    run: name,
    epochs: values.length,
    best,
    last: Object.fromEntries(metrics.map((each) => [each, history[each]?.at(-1) ?? Number.NaN])),
  }));
}

interface Column {
  readonly title: string;
  readonly cells: readonly string[];
}

/** Print rows as a table; the best of each column has a star. */
export function comparisonTable(rows: readonly RunRow[], metric: string): string[] {
  const lastOf = (name: string): Column => {
    const values = rows.map(({ last }) => last[name]);
    return marked(name, name, values, ({ last }) => format(last[name]));
  };
  const bests = rows.map(({ best }) => best?.value ?? Number.NaN);
  const names: Column = { title: 'run', cells: rows.map(({ run }) => run) };
  const columns: Column[] = [
    { title: 'epochs', cells: rows.map(({ epochs }) => String(epochs)) },
    lastOf(metric),
    marked('best (epoch)', metric, bests, ({ best }) => (best ? `${format(best.value)} (${best.epoch})` : '–')),
    ...Object.keys(rows[0].last)
      .filter((name) => name !== metric)
      .map(lastOf),
  ];
  const lines = [names, ...columns].map(({ title, cells }, index) => {
    const all = [title, ...cells];
    const width = Math.max(...all.map(({ length }) => length));
    return all.map((cell) => (index === 0 ? cell.padEnd(width) : cell.padStart(width)));
  });
  return lines[0].map((_, row) =>
    lines
      .map((cells) => cells[row])
      .join('  ')
      .trimEnd(),
  );

  /** A column in which the best value has a star, and all others room for one. */
  function marked(title: string, name: string, values: readonly number[], show: (row: RunRow) => string): Column {
    const best = rows.length > 1 ? indexOfBest(name, values) : -1;
    return { title: `${title}  `, cells: rows.map((row, index) => `${show(row)}${index === best ? ' *' : '  '}`) };
  }
}

const format = (value: number): string => (Number.isFinite(value) ? Number(value.toPrecision(4)).toString() : '–');
