import { useMemo } from 'preact/hooks';
import { formatValue } from '../../../plots/charts/format-value.js';
import { ChartCard } from '../charts/chart-card.js';
import type { ChartContent, Curve } from '../charts/line-chart.js';
import { progressOf } from '../state/progress.js';
import {
  epochSeries,
  metricNames,
  rangeOf,
  rateSeries,
  type Series,
  smoothed,
  speedSeries,
  thinned,
  trainSeries,
} from '../state/series.js';
import type { ShownRun } from './app.js';
import { duration, labelOf, rateText, wholeNumber } from './format.js';
import type { Choices, Choose } from './settings.js';

interface CurvesProps {
  readonly runs: readonly ShownRun[];
  readonly version: number;
  readonly choices: Choices;
  readonly choose: Choose;
}

const HEIGHT = 232;
const SMALL_HEIGHT = 132;

/** A chart for each metric, the learning rate and the speed. */
export function Curves({ runs, version, choices, choose }: CurvesProps) {
  const names = metricNames(runs.map(({ run }) => run));
  const metrics = useMemo(() => names.map((name) => metricContent(runs, name, choices)), [version, runs, choices]);
  const rate = useMemo(() => plainContent(runs, choices, rateSeries, rateText, 0), [version, runs, choices]);
  const speed = useMemo(
    () => plainContent(runs, choices, speedSeries, (value) => shortNumber(value), choices.smoothing),
    [version, runs, choices],
  );
  return (
    <section>
      <div class="heading">
        <h2>Curves</h2>
        <Controls choices={choices} choose={choose} />
      </div>
      <div class="charts">
        {metrics.map(({ content, named, cutOff }, index) => (
          <ChartCard
            key={names[index]}
            title={labelOf(names[index])}
            note={cutOff === null ? undefined : `cut off: ${formatValue(cutOff)}`}
            height={HEIGHT}
            content={content}
            named={named}
          />
        ))}
        <ChartCard title="learning rate" height={SMALL_HEIGHT} content={rate} />
        <ChartCard title="samples per second" height={SMALL_HEIGHT} content={speed} />
      </div>
    </section>
  );
}

const shortNumber = (value: number): string => (value === 0 || value >= 100 ? wholeNumber(value) : formatValue(value));

/** The part of a chart that all charts share: the horizontal axis. */
function axisOf(runs: readonly ShownRun[], { axis }: Choices): Pick<ChartContent, 'xLabel' | 'xMax'> {
  if (axis === 'time') return { xLabel: (x) => (x === 0 ? '0' : duration(x)), xMax: 1 };
  // Room for what is to come, but not so much that the beginning of a long run is a line of a few pixels.
  const done = Math.max(1, ...runs.map(({ run }) => progressOf(run).done));
  return { xLabel: (x) => String(Number(x.toFixed(2))), xMax: Math.ceil(done) };
}

function metricContent(runs: readonly ShownRun[], name: string, choices: Choices) {
  const { axis, smoothing, isLogarithmic: wantsLogarithm } = choices;
  const isLogarithmic = wantsLogarithm && /loss|error|mse|mae/.test(name);
  const isOne = runs.length === 1;
  const raw: Series[] = [];
  const curves = runs.flatMap(({ run, facts, colour }): Curve[] => {
    const train = trainSeries(run, name, axis);
    const held = epochSeries(run, `val_${name}`, axis);
    raw.push(train, held);
    const trainColour = isOne ? '--muted' : colour;
    return [
      ...(isOne && smoothing > 0
        ? [{ ...thinned(train), label: 'each', colour: trainColour, width: 1, opacity: 0.3 }]
        : []),
      {
        ...thinned(smoothed(train, smoothing)),
        label: isOne ? 'train' : `${facts.name}, train`,
        colour: trainColour,
        width: isOne ? 1.8 : 1.2,
        opacity: isOne ? 1 : 0.55,
      },
      {
        ...thinned(held),
        label: isOne ? 'validation' : facts.name,
        colour,
        width: 2.2,
        hasPoints: held.x.length <= 60,
      },
    ];
  });
  const range = rangeOf(isOne && smoothing === 0 ? raw : curves, isLogarithmic);
  // Without validation, a run is named by its training.
  const hasValues = curves.map(({ x }) => x.length > 0);
  const named = curves.flatMap(({ label }, index) => {
    if (label === 'each') return [];
    if (isOne) return hasValues[index] || label === 'train' ? [index] : [];
    const isTrain = index % 2 === 0;
    return isTrain === hasValues[index + (isTrain ? 1 : 0)] ? [] : [index];
  });
  const content: ChartContent = { curves, range, isLogarithmic, yLabel: formatValue, ...axisOf(runs, choices) };
  return { content, named, cutOff: range.cutOff };
}

function plainContent(
  runs: readonly ShownRun[],
  choices: Choices,
  seriesOf: (run: ShownRun['run'], axis: Choices['axis']) => Series,
  yLabel: (value: number) => string,
  smoothing: number,
): ChartContent {
  const curves = runs.map(
    ({ run, facts, colour }): Curve => ({
      ...thinned(smoothed(seriesOf(run, choices.axis), smoothing)),
      label: runs.length === 1 ? '' : facts.name,
      colour,
      width: 1.8,
    }),
  );
  // From 0, so that what hardly changes looks so.
  return {
    curves,
    range: { ...rangeOf(curves, false), min: 0 },
    isLogarithmic: false,
    yLabel,
    ...axisOf(runs, choices),
  };
}

function Controls({ choices, choose }: Pick<CurvesProps, 'choices' | 'choose'>) {
  return (
    <div class="controls">
      <label>
        over
        <select
          value={choices.axis}
          onChange={({ currentTarget }) => choose({ axis: currentTarget.value as Choices['axis'] })}
        >
          <option value="epochs">epochs</option>
          <option value="time">time</option>
        </select>
      </label>
      <label>
        smoothing
        <input
          type="range"
          min={0}
          max={0.98}
          step={0.02}
          value={choices.smoothing}
          onInput={({ currentTarget }) => choose({ smoothing: Number(currentTarget.value) })}
        />
      </label>
      <label>
        <input
          type="checkbox"
          checked={choices.isLogarithmic}
          onChange={({ currentTarget }) => choose({ isLogarithmic: currentTarget.checked })}
        />
        logarithmic loss
      </label>
    </div>
  );
}
