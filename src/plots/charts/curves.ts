import { ValueError } from '../../base/errors.js';
import { accept, type Given, listOf, number, readOptions, string } from '../../base/options.js';
import { isPlainObject } from '../../base/show.js';
import { HISTORY } from './arguments.js';
import { renderChart } from './chart.js';
import { formatValue } from './format-value.js';
import { palette } from './palette.js';
import { type AxisScale, axisScale } from './spikes.js';
import { element, escapeText, PLOT_OPTIONS, type PlotOptions } from './svg.js';

/** One number per epoch for each metric, as `fit` returns: `loss`, `accuracy`, `val_loss`, `val_accuracy`, … */
export type HistoryValues = Readonly<Record<string, readonly number[]>>;

/** Another run to compare with. */
export interface ReferenceRun {
  name: string;
  history: HistoryValues;
}

/** An option for a second run, drawn dashed. */
export const referenceRun = () =>
  accept<ReferenceRun>('{ name, history }', (value) => isPlainObject(value) && 'name' in value && 'history' in value);

const CURVE_OPTIONS = {
  ...PLOT_OPTIONS,
  /** Metrics to draw, without `val_`; default all, in the order of the history. */
  metrics: listOf(string()).optional(),
  /** Another run, drawn dashed; default none. */
  reference: referenceRun().optional(),
  /** Width of each metric's panel in pixels; default 460. */
  width: number({ above: 0 }).default(460),
  /** Height in pixels; default 260. */
  height: number({ above: 0 }).default(260),
};

/** Options of `learningCurves`. */
export type CurveOptions = Given<typeof CURVE_OPTIONS>;

interface Curve {
  name: string;
  values: readonly number[];
  colour: string;
  width: number;
  dashed: boolean;
}

// Enough for labels of eight characters, such as 0.009952, in the widest interface fonts.
const MARGIN = { left: 62, right: 14, top: 58, bottom: 36 };
const LABEL_SIZE = 11;

/** Names of the metrics in a history, excluding those with `val_`. */
export function metricNames(history: HistoryValues): string[] {
  return Object.keys(history).filter((name) => !(name.startsWith('val_') && name.slice(4) in history));
}

/**
 * Draw learning curves: a panel for each metric with training and validation, and the last value of each.
 * @param history one number per epoch for each metric
 * @returns an SVG picture
 * @throws ValueError when an option is unknown or wrong, or the history is empty or lacks a requested metric
 * @example writeFileSync('curves.svg', learningCurves(history.history))
 */
export function learningCurves(history: HistoryValues, options: CurveOptions = {}): string {
  const settings = readOptions('learningCurves', CURVE_OPTIONS, options);
  HISTORY.check('learningCurves', 'history', history);
  const { metrics = metricNames(history), width, height, theme } = settings;
  if (metrics.length === 0) throw new ValueError('learningCurves: the history has no metrics');
  const panels = metrics.map((metric) => curvesOf(history, metric, settings));
  const epochs = Math.max(...panels.flat().map(({ values }) => values.length));
  if (epochs === 0) throw new ValueError('learningCurves: the history has no epochs');
  return renderChart({
    width: width * metrics.length,
    height,
    theme,
    label: `Learning curves over ${epochs} epochs: ${metrics.join(', ')}`,
    overlay: panels.map((curves, panel) => heading(metrics[panel], curves, panel * width, settings)).join(''),
    option: {
      grid: metrics.map((_, panel) => ({
        left: panel * width + MARGIN.left,
        top: MARGIN.top,
        bottom: MARGIN.bottom,
        width: width - MARGIN.left - MARGIN.right,
      })),
      xAxis: metrics.map((_, panel) => epochAxis(epochs, panel, settings)),
      yAxis: panels.map((curves, panel) => ({ ...valueAxis(panel, settings), ...stretched(curves) })),
      series: panels.flatMap((curves, panel) => curves.map((curve) => lineSeries(curve, panel))),
    },
  });
}

function curvesOf(history: HistoryValues, metric: string, { reference, theme }: CurveOptions): Curve[] {
  const { accent, muted } = palette(theme);
  const runs = [{ run: history, dashed: false }, ...(reference ? [{ run: reference.history, dashed: true }] : [])];
  const curves = runs.flatMap(({ run, dashed }) => [
    { name: 'train', values: run[metric], colour: muted, width: dashed ? 1.2 : 1.6, dashed },
    { name: 'validation', values: run[`val_${metric}`], colour: accent, width: dashed ? 1.2 : 2.2, dashed },
  ]);
  if (!history[metric]) {
    throw new ValueError(
      `learningCurves: no metric '${metric}' in the history, only ${Object.keys(history).join(', ')}`,
    );
  }
  return curves.filter((curve) => curve.values !== undefined);
}

const scaleOf = (curves: readonly Curve[]): AxisScale => axisScale(curves.map(({ values }) => values));

/** The settings of an axis that some values would stretch; otherwise the chart finds them. */
function stretched(curves: readonly Curve[]): { type?: 'log'; max?: number } {
  const scale = scaleOf(curves);
  if (scale.kind === 'logarithmic') return { type: 'log' };
  return scale.kind === 'cut' ? { max: Number(scale.limit.toPrecision(2)) } : {};
}

/** What is unusual about an axis; empty where nothing is. */
function noteOn(curves: readonly Curve[]): string {
  const scale = scaleOf(curves);
  if (scale.kind === 'logarithmic') return 'logarithmic axis';
  return scale.kind === 'cut' ? `cut off: ${formatValue(scale.largest)} in epoch ${scale.index + 1}` : '';
}

/**
 * Draw the metric's name, and below it each curve's name and last value in the curve's colour: a legend that needs no
 * text measurement.
 */
function heading(metric: string, curves: readonly Curve[], left: number, { reference, theme }: CurveOptions): string {
  const { ink, muted } = palette(theme);
  const place = { x: left, 'font-size': 13 };
  const note = noteOn(curves);
  const title = element(
    'text',
    { ...place, y: 15, fill: ink, 'font-weight': 600 },
    escapeText(metric.replaceAll('_', ' ')) +
      (note &&
        element('tspan', { fill: muted, dx: 12, 'font-weight': 400, 'font-size': LABEL_SIZE }, escapeText(note))),
  );
  const entry = ({ name, values, colour, dashed }: Curve, index: number) => {
    const value = formatValue(values.at(-1) ?? Number.NaN);
    const style = { fill: colour, dx: index > 0 ? 12 : undefined, 'font-weight': colour === muted ? 400 : 600 };
    return element('tspan', style, escapeText(dashed ? value : `${name} ${value}`));
  };
  const own = curves.filter(({ dashed }) => !dashed).map(entry);
  const others = curves.filter(({ dashed }) => dashed).map((curve) => entry(curve, 0));
  const dashes = reference && element('tspan', { fill: muted, dx: 12 }, escapeText(`┄ ${reference.name} `));
  const legend = own.join('') + (others.length > 0 ? dashes + others.join(element('tspan', { dx: 6 }, ' ')) : '');
  return title + element('text', { ...place, y: 35, 'font-size': LABEL_SIZE + 0.5 }, legend);
}

export function epochAxis(epochs: number, gridIndex: number, { theme }: PlotOptions) {
  const { muted, line } = palette(theme);
  return {
    gridIndex,
    type: 'value',
    min: 1,
    max: Math.max(epochs, 2),
    name: epochs === 1 ? 'epoch' : 'epochs',
    nameLocation: 'middle',
    nameGap: 20,
    nameTextStyle: { color: muted, fontSize: LABEL_SIZE },
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
    axisLabel: { color: muted, fontSize: LABEL_SIZE, customValues: epochTicks(epochs) },
    splitLine: { show: false },
  };
}

/** Return the first epoch and at most eight round numbers after it. */
function epochTicks(epochs: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((size) => epochs / size <= 8) ?? Math.ceil(epochs / 8);
  const multiples = Array.from({ length: Math.floor(epochs / step) }, (_, index) => (index + 1) * step);
  return [1, ...multiples.filter((epoch) => epoch > 1)];
}

export function valueAxis(gridIndex: number, { theme }: PlotOptions) {
  const { muted, line } = palette(theme);
  return {
    gridIndex,
    type: 'value',
    scale: true,
    splitNumber: 4,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: muted, fontSize: LABEL_SIZE, formatter: tickText },
    splitLine: { lineStyle: { color: line } },
  };
}

/** Format small numbers with powers of ten: 0.0000125 would not fit next to the axis. */
const tickText = (value: number) => (value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value));

function lineSeries(curve: Curve, panel: number) {
  const { colour } = curve;
  return {
    type: 'line',
    name: curve.name,
    xAxisIndex: panel,
    yAxisIndex: panel,
    silent: true,
    // An infinite loss leaves a gap instead of a spike; a value between two gaps is a point.
    data: curve.values.map((value, index) => ({
      value: [index + 1, Number.isFinite(value) ? value : null],
      symbol: [index - 1, index + 1].some((beside) => Number.isFinite(curve.values[beside])) ? 'none' : 'circle',
    })),
    symbolSize: 5,
    itemStyle: { color: colour },
    lineStyle: {
      color: colour,
      width: curve.width,
      type: curve.dashed ? [4, 4] : 'solid',
      cap: 'round',
      join: 'round',
    },
  };
}
