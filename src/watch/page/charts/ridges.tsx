import { useEffect, useRef, useState } from 'preact/hooks';
import { formatValue } from '../../../plots/charts/format-value.js';
import type { HistogramAt } from '../state/run.js';

/** Histograms that are drawn at most; of more, some at even distances and the last. */
const MOST_RIDGES = 9;
const LEFT = 34;
const RIGHT = 6;
const STEP = 24;
const HEIGHT = 46;
const AXIS = 24;

/** Histograms over time, one behind another, the last in front: how the values of a weight spread. */
export function Ridges({ title, histograms }: { title: string; histograms: readonly HistogramAt[] }) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const shown = spread(histograms);
  return (
    <div class="ridges" ref={place}>
      {shown.length > 0 && width > 0 && <Picture title={title} shown={shown} width={width} />}
    </div>
  );
}

/** The width of an element, so that what is drawn into it keeps the size of its letters. */
function useWidth(place: { readonly current: HTMLElement | null }): number {
  const [width, set] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) => set(Math.floor(contentRect.width)));
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, []);
  return width;
}

interface PictureProps {
  readonly title: string;
  readonly shown: readonly HistogramAt[];
  readonly width: number;
}

function Picture({ title, shown, width }: PictureProps) {
  const min = Math.min(...shown.map((each) => each.min));
  const max = Math.max(...shown.map((each) => each.max));
  // Counts of buckets of different widths are densities.
  const densities = shown.map(({ counts, min, max }) => {
    const total = counts.reduce((sum, count) => sum + count, 0) || 1;
    return counts.map((count) => (count / total) * (counts.length / (max - min || 1)));
  });
  const highest = Math.max(...densities.flat(), Number.MIN_VALUE);
  const height = HEIGHT + STEP * (shown.length - 1) + AXIS;
  const x = (value: number) => LEFT + ((value - min) / (max - min || 1)) * (width - LEFT - RIGHT);
  const last = shown[shown.length - 1];
  const label = `${title}: ${shown.length} histograms, the last from ${formatValue(last.min)} to ${formatValue(last.max)}`;
  return (
    <svg width={width} height={height} role="img" aria-label={label}>
      {shown.map((histogram, index) => (
        <Ridge
          key={histogram.place}
          histogram={histogram}
          density={densities[index].map((density) => density / highest)}
          base={HEIGHT + STEP * index}
          x={x}
          isLast={index === shown.length - 1}
        />
      ))}
      {[min, (min + max) / 2, max].map((value, index) => (
        <text key={index} x={x(value)} y={height - 6} text-anchor={['start', 'middle', 'end'][index]}>
          {formatValue(value)}
        </text>
      ))}
    </svg>
  );
}

interface RidgeProps {
  readonly histogram: HistogramAt;
  /** Of each bucket, as a part of the highest. */
  readonly density: readonly number[];
  readonly base: number;
  readonly isLast: boolean;
  x(value: number): number;
}

function Ridge({ histogram, density, base, x, isLast }: RidgeProps) {
  const { min, max, place } = histogram;
  const width = (max - min) / Math.max(1, density.length);
  const tops = density.map((part, bucket) => {
    const height = (base - (HEIGHT - 6) * part).toFixed(1);
    return `${x(min + (bucket + 0.5) * width).toFixed(1)} ${height}`;
  });
  const outline = `M${x(min).toFixed(1)} ${base}L${tops.join('L')}L${x(max).toFixed(1)} ${base}`;
  return (
    <g class={isLast ? 'ridge last' : 'ridge'}>
      <path class="fill" d={`${outline}Z`} />
      <path class="line" d={outline} />
      <text x={LEFT - 8} y={base} text-anchor="end">
        {Number(place.toFixed(1))}
      </text>
    </g>
  );
}

function spread(histograms: readonly HistogramAt[]): readonly HistogramAt[] {
  if (histograms.length <= MOST_RIDGES) return histograms;
  return Array.from(
    { length: MOST_RIDGES },
    (_, index) => histograms[Math.round((index * (histograms.length - 1)) / (MOST_RIDGES - 1))],
  );
}
