import { ShapeError } from '../../base/errors.js';
import { readOptions } from '../../base/options.js';
import { NAMES, NUMBERS } from './arguments.js';
import { renderChart } from './chart.js';
import { palette } from './palette.js';
import { type RocCurve, rocCurve } from './statistics.js';
import { PLOT_OPTIONS, type PlotOptions, text } from './svg.js';

const HEIGHT = 400;
const PLOT = { left: 46, top: 28, width: 320, height: 318 };
/** Left edge of the enlarged corner. */
const ZOOM = PLOT.left + PLOT.width + 56;
/** Room for the legend. */
const LEGEND = 190;

/** Parts of an axis that the upper left corner may be enlarged from: the smallest that the hardest class passes. */
const CORNERS = [0.02, 0.05, 0.1, 0.2];

/** Maximum number of points of a curve: more could not be distinguished on a screen. */
const MAX_POINTS = 160;

/** Number of classes that are highlighted: those with the smallest areas. */
const SINGLED_OUT = 3;

/**
 * Draw ROC curves of each class against the rest: true positive rate over false positive rate.
 * The three classes with the smallest areas are coloured and named, the mean has the accent colour, the others are
 * grey. Of good models, whose curves cling to the upper left corner, that corner is drawn enlarged as well.
 * @param labels true class of each image
 * @param scores [count, classes] in row-major order: the model's probabilities
 * @param classNames one name per class; classes without images are left out
 * @returns an SVG picture
 * @throws ShapeError when the number of scores is not labels × classes
 * @throws ValueError when an option is unknown or wrong, a score is NaN or all images belong to one class
 * @example const svg = rocCurves(labels, probabilities, classNames)
 */
export function rocCurves(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  classNames: readonly string[],
  options: PlotOptions = {},
): string {
  const { theme } = readOptions('rocCurves', PLOT_OPTIONS, options);
  NUMBERS.check('rocCurves', 'labels', labels);
  NUMBERS.check('rocCurves', 'scores', scores);
  NAMES.check('rocCurves', 'classNames', classNames);
  const classes = classNames.length;
  if (scores.length !== labels.length * classes) {
    throw new ShapeError(`rocCurves: ${scores.length} scores, expected ${labels.length} labels × ${classes} classes`);
  }
  const seen = new Set(Array.from(labels));
  const present = classNames.map((_, label) => label).filter((label) => seen.has(label));
  const curves = present
    .map((label) => {
      const column = Float64Array.from({ length: labels.length }, (_, row) => scores[row * classes + label]);
      return {
        name: classNames[label],
        ...rocCurve(
          Array.from(labels, (other) => other === label),
          column,
        ),
      };
    })
    .sort((a, b) => a.auc - b.auc);
  const mean = curves.reduce((sum, { auc }) => sum + auc, 0) / curves.length;
  const { accent, muted, line, hues } = palette(theme);
  const average = meanCurve(curves);
  const corner = CORNERS.find((share) => heightAt(curves[0], share) > 1 - share);
  const linesOf = (panel: number) => [
    ...curves.map((curve, rank) => {
      const hard = rank < SINGLED_OUT;
      return lineSeries(points(curve), panel, {
        color: hard ? hues[rank] : muted,
        width: hard ? 1.8 : 1,
        opacity: hard ? 1 : 0.4,
      });
    }),
    lineSeries(average, panel, { color: accent, width: 2.6, opacity: 1 }),
    lineSeries(DIAGONAL, panel, { color: line, width: 1, opacity: 1 }),
  ];
  const panels = corner === undefined ? [null] : [null, corner];
  const left = corner === undefined ? PLOT.left + PLOT.width + 18 : ZOOM + PLOT.width + 18;
  const legend = [
    { text: `mean  ${mean.toFixed(4)}`, fill: accent, weight: 600 },
    ...curves.slice(0, SINGLED_OUT).map((curve, rank) => legendEntry(curve, hues[rank])),
    ...curves.slice(SINGLED_OUT, 16).map((curve) => legendEntry(curve, muted)),
    ...(curves.length > 16 ? [{ text: `and ${curves.length - 16} more`, fill: muted, weight: 400 }] : []),
  ];
  return renderChart({
    width: left + LEGEND,
    height: HEIGHT,
    theme,
    overlay: corner === undefined ? '' : cornerTitle(corner, { theme }),
    label: `ROC curves of ${curves.length} classes, mean area ${mean.toFixed(4)}`,
    option: {
      title: legend.map(({ text: shown, fill, weight }, row) => ({
        text: shown,
        left,
        top: PLOT.top + row * 19 + (row > 0 ? 6 : 0),
        textStyle: { color: fill, fontSize: 11.5, fontWeight: weight },
      })),
      grid: panels.map((_, panel) => (panel === 0 ? PLOT : { ...PLOT, left: ZOOM })),
      xAxis: panels.map((share, panel) => rateAxis('false positive rate', panel, [0, share ?? 1], 26, { theme })),
      yAxis: panels.map((share, panel) =>
        rateAxis('true positive rate', panel, [share === null ? 0 : 1 - share, 1], 36, { theme }),
      ),
      series: panels.flatMap((_, panel) => linesOf(panel)),
    },
  });
}

function legendEntry({ name, auc }: RocCurve & { name: string }, fill: string) {
  return { text: `${name}  ${auc.toFixed(4)}`, fill, weight: 400 };
}

const DIAGONAL = [
  [0, 0],
  [1, 1],
] as const;

function cornerTitle(share: number, { theme }: PlotOptions): string {
  const title = `Upper left corner, ${Math.round(1 / share)} times as large`;
  return text(title, { x: ZOOM, y: PLOT.top - 12, 'font-size': 11, fill: palette(theme).muted });
}

function rateAxis(
  name: string,
  gridIndex: number,
  [min, max]: readonly [number, number],
  nameGap: number,
  { theme }: PlotOptions,
) {
  const { muted, line } = palette(theme);
  return {
    gridIndex,
    type: 'value',
    min,
    max,
    interval: (max - min) / 5,
    name,
    nameLocation: 'middle',
    nameGap,
    nameTextStyle: { color: muted, fontSize: 11 },
    axisLine: { show: true, lineStyle: { color: line } },
    axisTick: { show: false },
    axisLabel: { color: muted, fontSize: 11, formatter: (value: number) => String(Number(value.toFixed(4))) },
    splitLine: { lineStyle: { color: line } },
  };
}

function lineSeries(
  data: readonly (readonly number[])[],
  panel: number,
  lineStyle: { color: string; width: number; opacity: number },
) {
  return {
    type: 'line',
    xAxisIndex: panel,
    yAxisIndex: panel,
    data,
    silent: true,
    showSymbol: false,
    lineStyle,
    itemStyle: { color: lineStyle.color },
  };
}

/** Return the corners of the staircase, thinned evenly if there are too many. */
function points({ falsePositiveRate: x, truePositiveRate: y }: RocCurve): number[][] {
  const corners = x.map((_, i) => i).filter((i) => i === 0 || i === x.length - 1 || !straight(x, y, i));
  const step = Math.max(1, corners.length / MAX_POINTS);
  const kept = new Set(
    Array.from({ length: Math.ceil(corners.length / step) }, (_, i) => corners[Math.floor(i * step)]),
  );
  return [...kept.add(x.length - 1)].map((i) => [x[i], y[i]]);
}

function straight(x: number[], y: number[], i: number): boolean {
  return (x[i - 1] === x[i] && x[i] === x[i + 1]) || (y[i - 1] === y[i] && y[i] === y[i + 1]);
}

/** Average the true positive rates of all classes at each false positive rate. */
function meanCurve(curves: readonly RocCurve[]): number[][] {
  // Denser near zero, where the curves rise.
  const grid = Array.from({ length: 101 }, (_, i) => (i / 100) ** 2);
  const heights = grid.map((at) => curves.reduce((sum, curve) => sum + heightAt(curve, at), 0) / curves.length);
  return [[0, 0], ...grid.map((at, i) => [at, heights[i]])];
}

function heightAt({ falsePositiveRate: x, truePositiveRate: y }: RocCurve, at: number): number {
  const after = Math.min(firstBeyond(x, at), x.length - 1);
  const [x0, x1, y0, y1] = [x[after - 1], x[after], y[after - 1], y[after]];
  return x1 === x0 ? y1 : y0 + ((Math.min(at, x1) - x0) / (x1 - x0)) * (y1 - y0);
}

/**
 * Return the index of the first value above a bound in an ascending list, or the length of the list if there is none.
 */
function firstBeyond(values: readonly number[], bound: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}
