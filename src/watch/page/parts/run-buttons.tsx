import { useEffect, useState } from 'preact/hooks';
import type { Request } from '../../log/live-folder.js';
import { statusOf } from '../state/progress.js';
import type { Store } from '../state/store.js';
import type { ShownRun } from './app.js';
import { duration } from './format.js';

/** Milliseconds in which a second press confirms the first. */
const CONFIRM_WITHIN = 4000;

/** Buttons by which a run is saved and stopped. */
export function RunButtons({ shown: { run, facts }, store }: { shown: ShownRun; store: Store }) {
  const [asked, setAsked] = useState<{ readonly what: Request; readonly at: number } | null>(null);
  const [isSure, setIsSure] = useState(false);
  const [problem, setProblem] = useState('');
  const isRunning = statusOf(run, facts.isAlive) === 'running';

  useEffect(() => {
    if (!isSure) return undefined;
    const timer = setTimeout(() => setIsSure(false), CONFIRM_WITHIN);
    return () => clearTimeout(timer);
  }, [isSure]);

  const ask = (what: Request) => {
    setAsked({ what, at: Date.now() });
    setProblem('');
    setIsSure(false);
    store.ask(facts.key, what).catch((error: Error) => {
      setAsked(null);
      setProblem(error.message);
    });
  };
  const isSaving = asked?.what === 'save' && (run.savedAt ?? 0) < asked.at && isRunning;
  const isStopping = asked?.what === 'stop' && isRunning;
  const saved = run.savedAt === null ? '' : `saved ${duration((Date.now() - run.savedAt) / 1000)} ago`;
  return (
    <span class="buttons">
      <span class="note" role="status">
        {problem || (isRunning ? saved : '')}
      </span>
      {isRunning && (
        <>
          <button type="button" disabled={isSaving || isStopping} onClick={() => ask('save')}>
            {isSaving ? 'Saving …' : 'Save'}
          </button>
          <button
            type="button"
            class={isSure ? 'sure' : ''}
            disabled={isStopping}
            onClick={() => (isSure ? ask('stop') : setIsSure(true))}
          >
            {isStopping ? 'Stopping …' : isSure ? 'Really stop?' : 'Stop'}
          </button>
        </>
      )}
    </span>
  );
}
