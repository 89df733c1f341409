import { useEffect, useRef } from 'preact/hooks';
import { type ChartContent, LineChart } from './line-chart.js';

interface ChartCardProps {
  readonly title: string;
  /** Such as that a spike is cut off. */
  readonly note?: string;
  readonly height: number;
  readonly content: ChartContent;
  /** Curves that the legend names; default all. */
  readonly named?: readonly number[];
}

/** A chart under its title, with a legend that shows the last values, or those under the pointer. */
export function ChartCard({ title, note, height, content, named }: ChartCardProps) {
  const place = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLParagraphElement>(null);
  const where = useRef<HTMLSpanElement>(null);
  const chart = useRef<LineChart | null>(null);
  const latest = useRef(content);
  latest.current = content;

  const write = (x: number | null, values: readonly (number | null)[]): void => {
    const { curves, yLabel, xLabel } = latest.current;
    for (const node of legend.current?.querySelectorAll<HTMLElement>('[data-curve]') ?? []) {
      const index = Number(node.dataset.curve);
      const value = x === null ? lastOf(curves[index]?.y ?? []) : values[index];
      setText(node, value === null || value === undefined ? '–' : yLabel(value));
    }
    if (where.current) setText(where.current, x === null ? '' : xLabel(x));
  };

  useEffect(() => {
    const made = new LineChart(place.current!, height, write);
    chart.current = made;
    return () => made.dispose();
  }, [height]);
  useEffect(() => {
    chart.current?.draw(content);
    write(null, []);
  }, [content, height]);

  const shown = named ?? content.curves.map((_, index) => index);
  const summary = shown
    .map((index) => content.curves[index])
    .map(({ label, y }) => `${label} ${content.yLabel(lastOf(y) ?? Number.NaN)}`)
    .join(', ');
  return (
    <figure class="card">
      <figcaption>
        <h3>
          {title}
          {note && <span class="note">{note}</span>}
          <span class="where" ref={where} />
        </h3>
        <p class="legend" ref={legend}>
          {shown.map((index) => (
            <span key={content.curves[index].label}>
              {content.curves[index].label && (
                <i class="swatch" style={{ background: `var(${content.curves[index].colour})` }} />
              )}
              {content.curves[index].label} <b data-curve={index} />
            </span>
          ))}
        </p>
      </figcaption>
      <div
        class="chart"
        ref={place}
        role="img"
        aria-label={`${title}: ${summary || 'no values yet'}`}
        style={{ height: `${height}px` }}
      />
    </figure>
  );
}

function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

function lastOf(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}
