import { ShapeError, ValueError } from '../../base/errors.js';
import { readOptions } from '../../base/options.js';
import { itemsOf, objectOf } from '../../base/structures.js';
import { anyNumber } from './arguments.js';
import { renderChart } from './chart.js';
import { palette } from './palette.js';
import { PLOT_OPTIONS, type PlotOptions } from './svg.js';

const WIDTH = 560;
const HEIGHT = 320;
const PLOT = { left: 62, top: 40, width: 480, height: 226 };

/** Rates with the loss at each, as `interpret.findLearningRate` returns them. */
export interface RatesAndLosses {
  readonly rates: readonly number[];
  readonly losses: readonly number[];
  readonly suggestion: number | null;
}

const FOUND = objectOf({
  rates: itemsOf(anyNumber()),
  losses: itemsOf(anyNumber()),
  suggestion: anyNumber().nullable(),
});

/**
 * Draw losses over learning rates on a logarithmic axis, with the suggested rate.
 * @returns an SVG picture
 * @throws ValueError when an option is unknown or wrong, or there is no loss @throws ShapeError when there are more or
 * fewer rates
 * @example const svg = learningRates(await interpret.findLearningRate(model, x, y))
 */
export function learningRates(found: RatesAndLosses, options: PlotOptions = {}): string {
  const { rates, losses, suggestion } = FOUND.check('learningRates', 'rates and losses', found);
  const { theme } = readOptions('learningRates', PLOT_OPTIONS, options);
  if (losses.length === 0) throw new ValueError('learningRates: there are no losses');
  if (rates.length !== losses.length) {
    throw new ShapeError(`learningRates: ${rates.length} rates, but ${losses.length} losses`);
  }
  const { accent, ink, muted, line } = palette(theme);
  const points = losses.map((loss, index) => [rates[index], loss]);
  // The end, where the loss explodes, would flatten the rest of the curve.
  const start = losses[0];
  const max = Math.min(Math.max(...losses), start + 0.5 * (start - Math.min(...losses)) + 0.1 * Math.abs(start));
  const lowest = Math.min(...losses);
  const finding = suggestion === null ? 'the loss never falls' : `falls fastest at ${suggestion.toPrecision(2)}`;
  const axis = {
    nameLocation: 'middle',
    nameTextStyle: { color: muted, fontSize: 11 },
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
    axisLabel: { color: muted, fontSize: 11 },
  };
  const mark = {
    type: 'line',
    data: [
      [suggestion, lowest],
      [suggestion, max],
    ],
    silent: true,
    showSymbol: false,
    lineStyle: { color: muted, width: 1, type: 'dashed' },
  };
  return renderChart({
    width: WIDTH,
    height: HEIGHT,
    theme,
    label: `Loss over learning rates from ${rates[0]} to ${rates[losses.length - 1]}: ${finding}`,
    option: {
      title: [
        { text: 'loss', left: 0, top: 4, textStyle: { color: ink, fontSize: 13, fontWeight: 600 } },
        { text: finding, left: 40, top: 5, textStyle: { color: accent, fontSize: 11.5, fontWeight: 600 } },
      ],
      grid: PLOT,
      xAxis: {
        ...axis,
        type: 'log',
        min: rates[0],
        max: rates[losses.length - 1],
        name: 'learning rate',
        nameGap: 26,
        axisLabel: { ...axis.axisLabel, formatter: (rate: number) => rate.toExponential(0) },
        splitLine: { show: false },
      },
      yAxis: {
        ...axis,
        type: 'value',
        min: lowest,
        max,
        axisLabel: { ...axis.axisLabel, showMinLabel: false, showMaxLabel: false },
        splitLine: { lineStyle: { color: line } },
      },
      series: [
        {
          type: 'line',
          data: points,
          silent: true,
          showSymbol: false,
          clip: true,
          lineStyle: { color: accent, width: 2 },
        },
        ...(suggestion === null ? [] : [mark]),
      ],
    },
  });
}
