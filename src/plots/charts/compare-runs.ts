import { readOptions, string } from '../../base/options.js';
import { itemsOf, objectOf } from '../../base/structures.js';
import { HISTORY } from './arguments.js';
import { renderChart } from './chart.js';
import { epochAxis, valueAxis } from './curves.js';
import { formatValue } from './format-value.js';
import { type Palette, palette } from './palette.js';
import { type NamedRun, type RankedRun, rankRuns } from './rank-runs.js';
import { element, PLOT_OPTIONS, type PlotOptions, shorten, text } from './svg.js';

const WIDTH = 760;
const PLOT = { left: 62, top: 40, width: WIDTH - 62 - 14, height: 280 };
const CHART_HEIGHT = PLOT.top + PLOT.height + 44;
const ROW = 20;
const SWATCH = 34;
/** Left edge of the legend: names of runs are long. */
const LEGEND = 14;
/** Right edges of the columns of numbers. */
const COLUMNS = { last: WIDTH - 110, best: WIDTH - 14 };

/** Dashes of lines that share a colour: four colours tell four lines apart, these twelve. */
const DASHES = ['solid', [7, 4], [2, 3]] as const;

const RUNS = itemsOf(objectOf({ name: string(), history: HISTORY }));

/**
 * Draw one metric of several runs over their epochs. The run with the best last value has the accent colour; colours
 * and dashes tell twelve lines apart, further ones are grey. The legend below lists every run, best first, with its
 * last and its best value.
 * @param metric a name in the histories: `val_accuracy`, `val_loss`, …; for losses and errors the smallest value is
 * best
 * @returns an SVG picture
 * @throws ValueError when an option is unknown or wrong, there are no runs, or none has the metric
 * @example const svg = compareRuns([{ name: 'VGG-16', history: { val_acc: [0.02, 0.13] } }], 'val_acc')
 */
export function compareRuns(runs: readonly NamedRun[], metric: string, options: PlotOptions = {}): string {
  const { theme } = readOptions('compareRuns', PLOT_OPTIONS, options);
  RUNS.check('compareRuns', 'runs', runs);
  string().check('compareRuns', 'metric', metric);
  const ranked = rankRuns(runs, metric);
  const colours = palette(theme);
  const epochs = Math.max(...ranked.map(({ values }) => values.length));
  const height = CHART_HEIGHT + (ranked.length + 1) * ROW;
  return renderChart({
    width: WIDTH,
    height,
    theme,
    label: `${metric} of ${ranked.length} runs over ${epochs} epochs, best ${ranked[0].name} ${formatValue(ranked[0].last)}`,
    overlay: legend(ranked, colours),
    option: {
      title: {
        text: metric.replaceAll('_', ' '),
        left: PLOT.left - 5,
        top: 8,
        textStyle: { color: colours.ink, fontSize: 13 },
      },
      grid: PLOT,
      xAxis: epochAxis(epochs, 0, { theme }),
      yAxis: valueAxis(0, { theme }),
      // Draw the best run last, on top of the others.
      series: ranked
        .map(({ values }, rank) => ({
          type: 'line',
          silent: true,
          showSymbol: values.length === 1,
          data: values.map((value, index) => [index + 1, Number.isFinite(value) ? value : null]),
          lineStyle: { color: colourOf(rank, colours), type: dashOf(rank), width: widthOf(rank) },
          itemStyle: { color: colourOf(rank, colours) },
        }))
        .reverse(),
    },
  });
}

function colourOf(rank: number, { accent, hues, muted }: Palette): string {
  const colours = [accent, ...hues];
  return rank < colours.length * DASHES.length ? colours[rank % colours.length] : muted;
}

const dashOf = (rank: number) => DASHES[Math.floor(rank / 4) % DASHES.length];
const widthOf = (rank: number): number => (rank === 0 ? 2.6 : 1.7);

/** A row for each run below the chart: its line, its name, its last and its best value. */
function legend(ranked: readonly RankedRun[], colours: Palette): string {
  const { ink, muted } = colours;
  const small = { 'font-size': 11.5, 'text-anchor': 'end' };
  const head =
    text('last', { ...small, x: COLUMNS.last, y: CHART_HEIGHT + 10, fill: muted }) +
    text('best (epoch)', { ...small, x: COLUMNS.best, y: CHART_HEIGHT + 10, fill: muted });
  const rows = ranked.map(({ name, last, best }, rank) => {
    const y = CHART_HEIGHT + 10 + (rank + 1) * ROW;
    const weight = rank === 0 ? 600 : 400;
    const dash = dashOf(rank);
    const line = element('line', {
      x1: LEGEND,
      x2: LEGEND + SWATCH - 8,
      y1: y - 4,
      y2: y - 4,
      stroke: colourOf(rank, colours),
      'stroke-width': widthOf(rank),
      'stroke-dasharray': dash === 'solid' ? undefined : dash.join(' '),
    });
    const left = LEGEND + SWATCH;
    const shown = shorten(name, 11.5, COLUMNS.last - 60 - left);
    return (
      line +
      text(shown, { x: left, y, fill: ink, 'font-size': 11.5, 'font-weight': weight }) +
      text(formatValue(last), { ...small, x: COLUMNS.last, y, fill: ink, 'font-weight': weight }) +
      text(best ? `${formatValue(best.value)} (${best.epoch})` : '–', { ...small, x: COLUMNS.best, y, fill: muted })
    );
  });
  return head + rows.join('');
}
