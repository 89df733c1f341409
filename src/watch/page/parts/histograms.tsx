import { formatValue } from '../../../plots/charts/format-value.js';
import { Ridges } from '../charts/ridges.js';
import type { HistogramAt } from '../state/run.js';
import type { ShownRun } from './app.js';
import type { Choices, Choose } from './settings.js';

interface HistogramsProps {
  readonly shown: ShownRun;
  readonly isOne: boolean;
  readonly choices: Choices;
  readonly choose: Choose;
}

/** Histograms of one weight and of its gradient over the epochs. */
export function Histograms({ shown: { run, facts }, isOne, choices, choose }: HistogramsProps) {
  const names = [...run.histograms.keys()];
  if (names.length === 0) return null;
  const name = names.includes(choices.weight ?? '') ? choices.weight! : names[0];
  const { weights, gradients } = run.histograms.get(name)!;
  return (
    <section>
      <div class="heading">
        <h2>Weights and gradients{!isOne && <span class="of">{facts.name}</span>}</h2>
        <div class="controls">
          <label>
            weight
            <select value={name} onChange={({ currentTarget }) => choose({ weight: currentTarget.value })}>
              {names.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          </label>
        </div>
      </div>
      <div class="charts">
        <Histories title="weight" histograms={weights} />
        <Histories title="gradient of one step" histograms={gradients} />
      </div>
    </section>
  );
}

function Histories({ title, histograms }: { title: string; histograms: readonly HistogramAt[] }) {
  const last = histograms.at(-1);
  return (
    <figure class="card">
      <figcaption>
        <h3>
          {title}
          <span class="where">by epoch</span>
        </h3>
        <p class="legend">{last ? summaryOf(last) : 'none yet'}</p>
      </figcaption>
      <Ridges title={title} histograms={histograms} />
    </figure>
  );
}

const summaryOf = ({ mean, deviation, norm, bad }: HistogramAt): string =>
  `mean ${formatValue(mean)} · standard deviation ${formatValue(deviation)} · norm ${formatValue(norm)}` +
  (bad > 0 ? ` · ${bad} NaN or infinite` : '');
