import { ValueError } from '../../base/errors.js';
import { readOptions } from '../../base/options.js';
import { renderChart } from './chart.js';
import { epochAxis, formatValue, type HistoryValues, valueAxis } from './curves.js';
import { palette } from './palette.js';
import { PLOT_OPTIONS, type PlotOptions } from './svg.js';

/** A training run and its name in the legend. */
export interface NamedRun {
  name: string;
  history: HistoryValues;
}

const WIDTH = 720;
const HEIGHT = 340;
const PLOT = { left: 62, top: 40, width: 424, height: 250 };

/** Rows that the legend has room for. */
const NAMED = 14;

/**
 * Draw one metric of several runs over their epochs: the run with the best last value in the
 * accent colour, the next three in other colours, the rest in grey; the legend lists last values, best first.
 * @param metric a name in the histories: `val_accuracy`, `val_loss`, …; of losses and errors the smallest is best
 * @returns an SVG picture
 * @throws ValueError when an option is unknown or wrong, there are no runs, or none has the metric
 * @example const svg = compareRuns([{ name: 'VGG-16', history: { val_acc: [0.02, 0.13] } }], 'val_acc')
 */
export function compareRuns(runs: readonly NamedRun[], metric: string, options: PlotOptions = {}): string {
  const { theme } = readOptions('compareRuns', PLOT_OPTIONS, options);
  const curves = runs.filter(({ history }) => (history[metric]?.length ?? 0) > 0);
  if (curves.length === 0) {
    const known = [...new Set(runs.flatMap(({ history }) => Object.keys(history)))].join(', ') || 'nothing';
    throw new ValueError(`compareRuns: no run has the metric '${metric}', they have ${known}`);
  }
  const least = /loss|error|mse|mae/.test(metric);
  const last = ({ history }: NamedRun) => history[metric].at(-1)!;
  const ranked = curves.toSorted((a, b) => (least ? last(a) - last(b) : last(b) - last(a)));
  const { ink, accent, muted, hues } = palette(theme);
  const colours = [accent, ...hues];
  const colourOf = (rank: number) => colours[rank] ?? muted;
  const epochs = Math.max(...curves.map(({ history }) => history[metric].length));
  const left = PLOT.left + PLOT.width + 18;
  const entries = ranked.slice(0, NAMED).map((run) => `${run.name}  ${formatValue(last(run))}`);
  return renderChart({
    width: WIDTH,
    height: HEIGHT,
    theme,
    label: `${metric} of ${curves.length} runs over ${epochs} epochs, best ${entries[0]}`,
    option: {
      title: [
        { text: metric.replaceAll('_', ' '), left: PLOT.left, top: 8, textStyle: { color: ink, fontSize: 13 } },
        ...entries.map((text, rank) => ({
          text,
          left,
          top: PLOT.top + rank * 19,
          textStyle: { color: colourOf(rank), fontSize: 11.5, fontWeight: rank === 0 ? 600 : 400 },
        })),
      ],
      grid: PLOT,
      xAxis: epochAxis(epochs, 0, { theme }),
      yAxis: valueAxis(0, { theme }),
      // The best is drawn last, above the others.
      series: ranked
        .map(({ history }, rank) => ({
          type: 'line',
          silent: true,
          showSymbol: history[metric].length === 1,
          data: history[metric].map((value, index) => [index + 1, Number.isFinite(value) ? value : null]),
          lineStyle: { color: colourOf(rank), width: rank === 0 ? 2.4 : 1.6 },
          itemStyle: { color: colourOf(rank) },
        }))
        .reverse(),
    },
  });
}
