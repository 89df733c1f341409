import { useMemo } from 'preact/hooks';
import type { NamedRun, Store } from '../state/store.js';
import { Confusions } from './confusions.js';
import { Curves } from './curves.js';
import { Header } from './header.js';
import { Histograms } from './histograms.js';
import { Log } from './log.js';
import { Settings } from './run-settings.js';
import { RunsTable } from './runs-table.js';
import { type Choices, useChoices } from './settings.js';

/** A run with its colour and the choices about it. */
export interface ShownRun extends NamedRun {
  /** A custom property of the style sheet. */
  readonly colour: string;
  readonly isHidden: boolean;
  readonly isChosen: boolean;
}

/** Colours of runs in the style sheet. */
const COLOURS = 8;

function shownRuns(runs: readonly NamedRun[], { hidden, chosen }: Choices): ShownRun[] {
  const begun = runs.filter(({ run }) => run.begin);
  const isKnown = begun.some(({ facts }) => facts.key === chosen);
  return begun.map((each, index) => ({
    ...each,
    colour: begun.length === 1 ? '--accent' : `--run-${(index % COLOURS) + 1}`,
    isHidden: begun.length > 1 && hidden.includes(each.facts.key),
    isChosen: isKnown ? each.facts.key === chosen : index === begun.length - 1,
  }));
}

/** The page: one run with its figures, or several in a table; then curves, and the details of one run. */
export function App({ store, version }: { store: Store; version: number }) {
  const [choices, choose] = useChoices();
  const runs = useMemo(() => shownRuns(store.runs, choices), [store, version, choices]);
  const chosen = runs.find(({ isChosen }) => isChosen);
  const visible = runs.filter(({ isHidden }) => !isHidden);
  if (!chosen) return <Waiting store={store} />;
  const isOne = runs.length === 1;
  return (
    <main>
      <Header runs={runs} store={store} />
      {!isOne && <RunsTable runs={runs} store={store} choices={choices} choose={choose} />}
      <Curves runs={visible} version={version} choices={choices} choose={choose} />
      <Confusions runs={visible} />
      <Histograms shown={chosen} isOne={isOne} choices={choices} choose={choose} />
      <div class="columns">
        <Log shown={chosen} isOne={isOne} />
        <Settings shown={chosen} isOne={isOne} />
      </div>
    </main>
  );
}

function Waiting({ store }: { store: Store }) {
  const text = store.connection === 'open' ? 'Waiting for a run to begin …' : 'Connecting …';
  return (
    <p class="wait" role="status">
      {text}
    </p>
  );
}
