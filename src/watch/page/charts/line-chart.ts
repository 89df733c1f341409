import UPlot from 'uplot';
import type { Series, ValueRange } from '../state/series.js';

/** A curve with its look. */
export interface Curve extends Series {
  readonly label: string;
  /** A custom property of the style sheet. */
  readonly colour: string;
  readonly width: number;
  readonly opacity?: number;
  readonly isDashed?: boolean;
  /** Whether each value is marked. */
  readonly hasPoints?: boolean;
}

export interface ChartContent {
  readonly curves: readonly Curve[];
  readonly range: ValueRange;
  readonly isLogarithmic: boolean;
  readonly xLabel: (x: number) => string;
  readonly yLabel: (y: number) => string;
  /** The right end of the horizontal axis at least. */
  readonly xMax: number;
}

/** What makes another chart necessary, instead of other numbers in the same one. */
const shapeOf = ({ curves, isLogarithmic }: ChartContent): string =>
  JSON.stringify([
    isLogarithmic,
    curves.map(({ label, colour, width, opacity, isDashed, hasPoints }) => [
      label,
      colour,
      width,
      opacity,
      isDashed,
      hasPoints,
    ]),
  ]);

/** Charts with the pointer at the same place. */
const SYNC = 'nabla';

const colourOf = (name: string, opacity = 1): string => {
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return opacity === 1 ? value : `color-mix(in srgb, ${value} ${100 * opacity}%, transparent)`;
};

/** Draws curves into an element, and draws them again when numbers, the width or the colours change. */
export class LineChart {
  private chart: UPlot | null = null;
  private shape = '';
  private content: ChartContent | null = null;
  private readonly resized: ResizeObserver;
  private readonly dark = matchMedia('(prefers-color-scheme: dark)');

  /** @param onPointer called with the index of each curve's value under the pointer; null: outside */
  constructor(
    private readonly element: HTMLElement,
    private readonly height: number,
    private readonly onPointer: (x: number | null, values: readonly (number | null)[]) => void,
  ) {
    this.resized = new ResizeObserver(() => {
      const width = element.clientWidth;
      if (width > 0) this.chart?.setSize({ width, height });
    });
    this.resized.observe(element);
    this.dark.addEventListener('change', this.rebuild);
  }

  private readonly rebuild = (): void => {
    this.shape = '';
    if (this.content) this.draw(this.content);
  };

  draw(content: ChartContent): void {
    this.content = content;
    const shape = shapeOf(content);
    const data = dataOf(content.curves);
    if (this.chart && shape === this.shape) {
      this.chart.setData(data);
      return;
    }
    this.chart?.destroy();
    this.shape = shape;
    this.chart = new UPlot(this.optionsOf(content), data, this.element);
  }

  private optionsOf({ curves, isLogarithmic }: ChartContent): UPlot.Options {
    const [muted, line] = [colourOf('--muted'), colourOf('--line')];
    const font = `11px ${colourOf('--font')}`;
    const axis = { stroke: muted, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
    return {
      width: Math.max(100, this.element.clientWidth),
      height: this.height,
      legend: { show: false },
      padding: [8, 10, 0, 0],
      scales: {
        x: { time: false, range: (_, min, max) => [Math.min(0, min), Math.max(this.content!.xMax, max)] },
        y: { distr: isLogarithmic ? 3 : 1, range: () => [this.content!.range.min, this.content!.range.max] },
      },
      axes: [
        { ...axis, grid: { show: false }, size: 26, gap: 4, values: (_, ticks) => ticks.map(this.content!.xLabel) },
        {
          ...axis,
          size: 58,
          gap: 6,
          space: 36,
          values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : this.content!.yLabel(tick))),
        },
      ],
      cursor: {
        sync: { key: SYNC, scales: ['x', null] },
        drag: { x: true, y: false, setScale: false },
        points: { size: 7, width: 0 },
        y: false,
      },
      series: [
        {},
        ...curves.map(
          ({ label, colour, width, opacity, isDashed, hasPoints }): UPlot.Series => ({
            label,
            stroke: colourOf(colour, opacity),
            width,
            dash: isDashed ? [5, 4] : undefined,
            points: {
              show: hasPoints ?? false,
              size: 6,
              fill: colourOf(colour),
              stroke: colourOf('--paper'),
              width: 1,
            },
          }),
        ),
      ],
      hooks: { setCursor: [(chart) => this.point(chart)] },
    };
  }

  /** Report the values at the pointer: of each curve the last one at or before it. */
  private point({ cursor: { left = -10 }, posToVal }: UPlot): void {
    const x = left < 0 ? null : posToVal(left, 'x');
    this.onPointer(x, x === null ? [] : this.content!.curves.map((curve) => valueAt(curve, x)));
  }

  dispose(): void {
    this.resized.disconnect();
    this.dark.removeEventListener('change', this.rebuild);
    this.chart?.destroy();
  }
}

/** All curves over one horizontal axis; nothing to draw is an empty axis. */
function dataOf(curves: readonly Curve[]): UPlot.AlignedData {
  if (curves.length === 0) return [[]];
  // Places where only other curves have values become undefined, which is drawn over; null, a value that is not finite,
  // is a gap.
  return UPlot.join(curves.map(({ x, y }): UPlot.AlignedData => [x as number[], y as number[]]));
}

function valueAt({ x, y }: Series, at: number): number | null {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low > 0 ? y[low - 1] : null;
}
