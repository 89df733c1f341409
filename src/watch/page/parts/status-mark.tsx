import { type Status, statusOf } from '../state/progress.js';
import type { ShownRun } from './app.js';

const TEXTS: Readonly<Record<Status, string>> = {
  running: 'running',
  finished: 'finished',
  stopped: 'stopped',
  failed: 'failed',
  lost: 'process ended',
};

/** What a run does, as a dot and a word. */
export function StatusMark({ shown: { run, facts } }: { shown: ShownRun }) {
  const status = statusOf(run, facts.isAlive);
  return <span class={`status ${status}`}>{TEXTS[status]}</span>;
}
