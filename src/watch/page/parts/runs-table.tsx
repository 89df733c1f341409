import { progressOf, statusOf } from '../state/progress.js';
import { metricNames } from '../state/series.js';
import type { Store } from '../state/store.js';
import type { ShownRun } from './app.js';
import { duration, labelOf, metricText, wholeNumber } from './format.js';
import { RunButtons } from './run-buttons.js';
import type { Choices, Choose } from './settings.js';
import { StatusMark } from './status-mark.js';

interface RunsTableProps {
  readonly runs: readonly ShownRun[];
  readonly store: Store;
  readonly choices: Choices;
  readonly choose: Choose;
}

/** Metrics with a column of their own at most. */
const MOST_METRICS = 2;

/** Columns: the best of validation of each metric, accuracies before losses. */
function columnsOf(runs: readonly ShownRun[]): string[] {
  const names = metricNames(runs.map(({ run }) => run));
  const hasValidation = (name: string) => runs.some(({ run }) => `val_${name}` in (run.epochs.at(-1)?.logs ?? {}));
  const ordered = [...names.filter((name) => !/loss/.test(name)), ...names.filter((name) => /loss/.test(name))];
  return ordered.slice(0, MOST_METRICS).map((name) => (hasValidation(name) ? `val_${name}` : name));
}

/** All runs with their state; a check box draws a run, its name shows its details. */
export function RunsTable({ runs, store, choices, choose }: RunsTableProps) {
  const columns = columnsOf(runs);
  const toggle = (key: string) => {
    const { hidden } = choices;
    choose({ hidden: hidden.includes(key) ? hidden.filter((each) => each !== key) : [...hidden, key] });
  };
  return (
    <section class="scroll" aria-label="Runs">
      <table class="runs">
        <thead>
          <tr>
            <th scope="col">run</th>
            <th scope="col">state</th>
            <th scope="col">epochs</th>
            {columns.map((name) => (
              <th scope="col" class="number" key={name}>
                {labelOf(name)}
              </th>
            ))}
            <th scope="col" class="number">
              samples/s
            </th>
            <th scope="col" class="number">
              time left
            </th>
            <th scope="col">
              <span class="unseen">Save and stop</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((shown) => (
            <Row
              key={shown.facts.key}
              shown={shown}
              runs={runs}
              columns={columns}
              store={store}
              toggle={toggle}
              choose={choose}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  readonly shown: ShownRun;
  readonly runs: readonly ShownRun[];
  readonly columns: readonly string[];
  readonly store: Store;
  readonly choose: Choose;
  toggle(key: string): void;
}

function Row({ shown, runs, columns, store, toggle, choose }: RowProps) {
  const { run, facts, colour, isHidden, isChosen } = shown;
  const { done, epochs, left } = progressOf(run);
  const isRunning = statusOf(run, facts.isAlive) === 'running';
  const speed = run.points.at(-1)?.speed;
  return (
    <tr class={isChosen ? 'chosen' : ''}>
      <td>
        <span class="name">
          <input
            type="checkbox"
            checked={!isHidden}
            style={{ accentColor: `var(${colour})` }}
            aria-label={`Draw ${facts.name}`}
            onChange={() => toggle(facts.key)}
          />
          <span class="swatch" style={{ background: `var(${colour})` }} />
          <button type="button" class="link" aria-pressed={isChosen} onClick={() => choose({ chosen: facts.key })}>
            {facts.name}
          </button>
        </span>
      </td>
      <td>
        <StatusMark shown={shown} />
      </td>
      <td>
        <span class="epochs">
          <span class="track">
            <span
              class={isRunning ? 'bar' : 'bar done'}
              style={{ width: `${(100 * done) / Math.max(1, epochs)}%`, background: `var(${colour})` }}
            />
          </span>
          {Math.floor(done)} / {epochs}
        </span>
      </td>
      {columns.map((name) => (
        <td class={isBest(runs, shown, name) ? 'number best' : 'number'} key={name}>
          {metricText(name, bestValue(shown, name))}
        </td>
      ))}
      <td class="number">{isRunning && speed ? wholeNumber(speed) : '–'}</td>
      <td class="number">{isRunning ? duration(left) : '–'}</td>
      <td class="ask">
        <RunButtons shown={shown} store={store} />
      </td>
    </tr>
  );
}

/** The best value of a metric over the epochs of a run. */
function bestValue({ run: { begin, epochs } }: ShownRun, name: string): number | null {
  const values = epochs.map(({ logs }) => logs[name]).filter((value) => Number.isFinite(value));
  if (values.length === 0) return null;
  return begin?.directions[name.replace(/^val_/, '')] === 'max' ? Math.max(...values) : Math.min(...values);
}

function isBest(runs: readonly ShownRun[], shown: ShownRun, name: string): boolean {
  const own = bestValue(shown, name);
  const values = runs.map((each) => bestValue(each, name)).filter((value) => value !== null);
  if (own === null || values.length < 2) return false;
  const isMax = shown.run.begin?.directions[name.replace(/^val_/, '')] === 'max';
  return own === (isMax ? Math.max(...values) : Math.min(...values));
}
