import { progressOf, statusOf } from '../state/progress.js';
import type { Store } from '../state/store.js';
import type { ShownRun } from './app.js';
import { Figures } from './figures.js';
import { duration, wholeNumber } from './format.js';
import { RunButtons } from './run-buttons.js';
import { StatusMark } from './status-mark.js';

/** The title with the state of the run; of several runs, how many there are. */
export function Header({ runs, store }: { runs: readonly ShownRun[]; store: Store }) {
  const [only] = runs;
  const isOne = runs.length === 1;
  const title = isOne ? only.run.begin!.title : `${runs.length} runs`;
  const running = runs.filter(({ run, facts }) => statusOf(run, facts.isAlive) === 'running').length;
  document.title = isOne ? `${percent(only)} ${title}` : `${running} of ${title} running`;
  return (
    <header>
      <div class="title">
        <div>
          <h1>{title}</h1>
          <p class="subtitle">{isOne ? subtitleOf(only) : `${running} running, ${runs.length - running} ended`}</p>
        </div>
        {isOne && (
          <div class="state">
            <StatusMark shown={only} />
            <RunButtons shown={only} store={store} />
          </div>
        )}
      </div>
      <Connection store={store} />
      {isOne && <ProgressLine shown={only} />}
      {isOne && <Figures shown={only} />}
    </header>
  );
}

const percent = ({ run }: ShownRun): string => {
  const { done, epochs } = progressOf(run);
  return `${Math.floor((100 * done) / Math.max(1, epochs))}%`;
};

function subtitleOf({ facts, run }: ShownRun): string {
  const { model, parameters, samples } = run.begin!;
  const images = samples === null ? '' : `, ${wholeNumber(samples)} samples`;
  return `${facts.name} · ${model}, ${wholeNumber(parameters)} parameters${images}`;
}

function Connection({ store }: { store: Store }) {
  if (store.connection === 'open') return null;
  const text =
    store.connection === 'over'
      ? 'The process that served this page has ended. What it last sent stays here; nabla watch shows the runs again.'
      : 'The connection is lost. The page goes on by itself when the server is back.';
  return (
    <p class="banner" role="status">
      {text}
    </p>
  );
}

/** A bar with the share of all epochs that is done. */
export function ProgressLine({ shown: { run, facts } }: { shown: ShownRun }) {
  const { done, epochs, step, steps, left } = progressOf(run);
  const isRunning = statusOf(run, facts.isAlive) === 'running';
  const share = Math.min(1, done / Math.max(1, epochs));
  const current = Math.min(epochs, Math.floor(done) + 1);
  const within = step === null ? '' : ` · step ${wholeNumber(step)}${steps ? ` of ${wholeNumber(steps)}` : ''}`;
  const where = isRunning ? `Epoch ${current} of ${epochs}${within}` : `${formatEpochs(done)} of ${epochs} epochs`;
  return (
    <div class="progress">
      <div class="track">
        <div
          class={isRunning ? 'bar' : 'bar done'}
          role="progressbar"
          aria-label="Epochs that are done"
          aria-valuemin={0}
          aria-valuemax={epochs}
          aria-valuenow={Number(done.toFixed(2))}
          style={{ width: `${100 * share}%` }}
        />
      </div>
      <p>
        <span>{where}</span>
        <span>{isRunning ? `${duration(left)} left` : `${duration(run.time)} of training`}</span>
      </p>
    </div>
  );
}

const formatEpochs = (done: number): string => (Number.isInteger(done) ? String(done) : done.toFixed(1));
