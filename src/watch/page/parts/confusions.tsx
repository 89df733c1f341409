import { useMemo } from 'preact/hooks';
import { confusionMatrix } from '../../../plots/charts/confusion-matrix.js';
import { mistakesTable } from '../../../plots/report/report-parts.js';
import type { ConfusionEvent } from '../../log/event.js';
import type { ShownRun } from './app.js';

/** The confusion matrix of the last validation of each run, drawn as in the report. */
export function Confusions({ runs }: { runs: readonly ShownRun[] }) {
  const shown = runs.filter(({ run }) => run.confusion);
  if (shown.length === 0) return null;
  const isOne = runs.length === 1;
  return (
    <section>
      <h2>Validation by class</h2>
      <div class={isOne ? 'beside' : 'matrices'}>
        {shown.map(({ run, facts, colour }) => (
          <Matrix key={facts.key} confusion={run.confusion!} name={isOne ? null : facts.name} colour={colour} />
        ))}
        {isOne && <Mistakes confusion={shown[0].run.confusion!} />}
      </div>
    </section>
  );
}

function Matrix({ confusion, name, colour }: { confusion: ConfusionEvent; name: string | null; colour: string }) {
  const svg = useMemo(() => confusionMatrix(confusion.counts, confusion.classNames, { theme: 'page' }), [confusion]);
  const total = confusion.counts.flat().reduce((sum, count) => sum + count, 0);
  return (
    <figure>
      <figcaption class="matrix-caption">
        {name && (
          <b>
            <i class="swatch" style={{ background: `var(${colour})` }} />
            {name}
          </b>
        )}
        <span class="note">
          after epoch {confusion.epoch + 1}, {total} samples
        </span>
      </figcaption>
      {/* A picture of this package, in which all text is escaped. */}
      <div class="picture" dangerouslySetInnerHTML={{ __html: svg }} />
    </figure>
  );
}

function Mistakes({ confusion }: { confusion: ConfusionEvent }) {
  const table = useMemo(() => mistakesTable(confusion.counts, confusion.classNames), [confusion]);
  // A table of this package, in which all text is escaped.
  return <div dangerouslySetInnerHTML={{ __html: table }} />;
}
