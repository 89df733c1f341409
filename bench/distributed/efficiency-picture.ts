import { renderChart } from '../../src/plots/charts/chart.js';
import { palette } from '../../src/plots/charts/palette.js';
import { element, escapeText } from '../../src/plots/charts/svg.js';
import { type Computing, efficiency, type Network } from './cost-model.js';

/** A network with its name in the picture. */
export interface NamedNetwork extends Network {
  readonly name: string;
}

/** One panel: machines of a speed. */
export interface Panel {
  readonly title: string;
  readonly computing: Computing;
}

/** 1 to 1,024 processes. */
const DOUBLINGS = Array.from({ length: 11 }, (_, index) => index);
const WIDTH = 460;
const HEIGHT = 280;
const MARGIN = { left: 52, right: 14, top: 58, bottom: 40 };

/**
 * Draw the share of the processes' time that computes, against their number.
 * @returns an SVG picture
 */
export function efficiencyPicture(panels: readonly Panel[], networks: readonly NamedNetwork[]): string {
  const { ink, muted, line, accent, hues } = palette('light');
  const colours = [hues[0], hues[1], accent, muted];
  const axisLabel = { color: muted, fontSize: 11 };
  return renderChart({
    width: WIDTH * panels.length,
    height: HEIGHT,
    label: `Computed efficiency of 1 to 1024 processes: ${panels.map(({ title }) => title).join('; ')}`,
    overlay: panels.map(({ title }, panel) => heading(title, panel)).join(''),
    option: {
      grid: panels.map((_, panel) => ({
        left: panel * WIDTH + MARGIN.left,
        top: MARGIN.top,
        bottom: MARGIN.bottom,
        width: WIDTH - MARGIN.left - MARGIN.right,
      })),
      xAxis: panels.map((_, gridIndex) => ({
        gridIndex,
        type: 'value',
        min: 0,
        max: DOUBLINGS.at(-1),
        interval: 1,
        name: 'processes',
        nameLocation: 'middle',
        nameGap: 24,
        nameTextStyle: axisLabel,
        axisLine: { lineStyle: { color: line } },
        axisTick: { show: false },
        axisLabel: { ...axisLabel, formatter: (doublings: number) => String(2 ** doublings) },
        splitLine: { show: false },
      })),
      yAxis: panels.map((_, gridIndex) => ({
        gridIndex,
        type: 'value',
        min: 0,
        max: 1,
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { ...axisLabel, formatter: (share: number) => `${Math.round(100 * share)} %` },
        splitLine: { lineStyle: { color: line } },
      })),
      series: panels.flatMap(({ computing }, panel) =>
        networks.map((network, index) => ({
          type: 'line',
          xAxisIndex: panel,
          yAxisIndex: panel,
          silent: true,
          symbol: 'none',
          lineStyle: { color: colours[index], width: 2, type: index === 3 ? [4, 4] : 'solid' },
          data: DOUBLINGS.map((doublings) => [doublings, efficiency(2 ** doublings, computing, network)]),
        })),
      ),
    },
  });

  /** The title of a panel, and the networks in their colours. */
  function heading(title: string, panel: number): string {
    const place = { x: panel * WIDTH, 'font-size': 13 };
    const names = networks.map(({ name }, index) =>
      element('tspan', { fill: colours[index], dx: index > 0 ? 12 : undefined, 'font-weight': 600 }, escapeText(name)),
    );
    return (
      element('text', { ...place, y: 15, fill: ink, 'font-weight': 600 }, escapeText(title)) +
      element('text', { ...place, y: 35, 'font-size': 11.5 }, names.join(''))
    );
  }
}
