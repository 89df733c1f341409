import type { ShownRun } from './app.js';
import { duration, labelOf, metricText, rateText, wholeNumber } from './format.js';

/** Metrics at the top at most, of validation and of training. */
const MOST_METRICS = 4;

/** The last numbers of a run, those of validation first. */
export function Figures({ shown: { run } }: { shown: ShownRun }) {
  const logs = { ...run.epochs.at(-1)?.logs };
  for (const [name, value] of Object.entries(run.points.at(-1)?.logs ?? {})) if (!(name in logs)) logs[name] = value;
  const names = Object.keys(logs);
  const metrics = [
    ...names.filter((name) => name.startsWith('val_')).reverse(),
    ...names.filter((name) => !name.startsWith('val_')).reverse(),
  ];
  const point = run.points.at(-1);
  const figures = [
    ...metrics.slice(0, MOST_METRICS).map((name) => ({
      label: labelOf(name),
      value: metricText(name, logs[name]),
      note: bestOf(run, name),
    })),
    { label: 'learning rate', value: rateText(point?.learningRate ?? run.epochs.at(-1)?.learningRate), note: '' },
    { label: 'samples per second', value: point?.speed ? wholeNumber(point.speed) : '–', note: '' },
    { label: 'training so far', value: duration(run.time), note: '' },
  ];
  return (
    <dl class="figures">
      {figures.map(({ label, value, note }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {value}
            {note && <span class="note">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The best value of a metric so far, where the last one is worse. */
export function bestOf({ begin, epochs }: ShownRun['run'], name: string): string {
  const direction = begin?.directions[name.replace(/^val_/, '')];
  const values = epochs.map(({ logs }) => logs[name]).filter((value) => Number.isFinite(value));
  if (!direction || values.length < 2 || !name.startsWith('val_')) return '';
  const best = direction === 'max' ? Math.max(...values) : Math.min(...values);
  if (best === values.at(-1)) return 'best so far';
  const epoch = epochs.findIndex(({ logs }) => logs[name] === best);
  return `best ${metricText(name, best)}, epoch ${epochs[epoch].epoch + 1}`;
}
