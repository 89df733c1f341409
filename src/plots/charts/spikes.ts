/** Values that would flatten the rest of a chart. */
export interface Spike {
  /** Where the axis ends. */
  readonly limit: number;
  /** The largest value, and its index in its curve. */
  readonly largest: number;
  readonly index: number;
}

/** A curve of fewer values is drawn whole. */
const LEAST_VALUES = 8;
/** A value so many times the ninth decile is a spike, where few are. */
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
