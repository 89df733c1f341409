/** Values that would flatten the rest of a chart. */
export interface Spike {
  /** End of the axis. */
  readonly limit: number;
  /** The largest value, and its index in its curve. */
  readonly largest: number;
  readonly index: number;
}

/** Curves with fewer values are drawn completely. */
const LEAST_VALUES = 8;
/** A value above this multiple of the ninth decile is a spike, if few values are. */
const FACTOR = 10;
const MOST_SPIKES = 0.1;

/**
 * Find the spikes of curves that share an axis: positive values more than ten times the ninth decile, a tenth of them
 * at most. A loss of 6,000 in one epoch would otherwise draw all others as a line at 0.
 * @returns null where the whole range should be drawn
 */
export function spikeOf(curves: readonly (readonly number[])[]): Spike | null {
  const values = curves.flat().filter(Number.isFinite);
  if (values.length < LEAST_VALUES || values.some((value) => value < 0)) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const decile = sorted[Math.floor(0.9 * (sorted.length - 1))];
  const above = sorted.filter((value) => value > FACTOR * decile).length;
  if (above === 0 || above > MOST_SPIKES * sorted.length || decile === 0) return null;
  const largest = sorted.at(-1)!;
  const curve = curves.find((each) => each.includes(largest))!;
  return { limit: 1.5 * decile, largest, index: curve.indexOf(largest) };
}

/** How many times the median the end of an axis may be, before most values lie on its lower edge. */
const WIDE = 25;
const LEAST_WIDE = 3;

/** How an axis shows its values: whole, cut off above a limit, or logarithmically. */
export type AxisScale = { readonly kind: 'whole' | 'logarithmic' } | ({ readonly kind: 'cut' } & Spike);

/** Choose the scale of an axis that curves share. */
export function axisScale(curves: readonly (readonly number[])[]): AxisScale {
  const sorted = curves
    .flat()
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  if (sorted.length < LEAST_WIDE || sorted[0] < 0) return { kind: 'whole' };
  const spike = spikeOf(curves);
  const end = spike?.limit ?? sorted.at(-1)!;
  if (sorted[0] > 0 && end > WIDE * sorted[Math.floor(sorted.length / 2)]) return { kind: 'logarithmic' };
  return spike ? { kind: 'cut', ...spike } : { kind: 'whole' };
}
