import { spikeOf } from '../../../plots/charts/spikes.js';
import type { Run } from './run.js';

/** What the horizontal axis shows. */
export type Axis = 'epochs' | 'time';

/** A curve: ascending x, each with a y; null where a value is not finite. */
export interface Series {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/** Points of a curve that are drawn at most: two for each pixel of a wide chart. */
const MOST_POINTS = 1600;

const finite = (value: number | null | undefined): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** A value of each point or epoch, where it has one. */
function seriesOf<T extends { place: number; time: number }>(
  list: readonly T[],
  axis: Axis,
  valueOf: (each: T) => number | null | undefined,
): Series {
  const x: number[] = [];
  const y: (number | null)[] = [];
  for (const each of list) {
    const value = valueOf(each);
    if (value === undefined || value === null) continue;
    x.push(axis === 'epochs' ? each.place : each.time);
    y.push(finite(value));
  }
  return { x, y };
}

/** The means of a metric over the steps between two points. */
export const trainSeries = ({ points }: Run, name: string, axis: Axis): Series =>
  seriesOf(points, axis, ({ logs }) => logs[name]);

/** A metric of whole epochs: `val_loss`, `loss`. */
export const epochSeries = ({ epochs }: Run, name: string, axis: Axis): Series =>
  seriesOf(epochs, axis, ({ logs }) => logs[name]);

export const rateSeries = ({ points }: Run, axis: Axis): Series =>
  seriesOf(points, axis, ({ learningRate }) => learningRate);

export const speedSeries = ({ points }: Run, axis: Axis): Series => seriesOf(points, axis, ({ speed }) => speed);

/**
 * Smooth a curve by an exponential mean without a bias at its start, as TensorBoard does.
 * @param weight of what came before, 0 to 1
 */
export function smoothed({ x, y }: Series, weight: number): Series {
  if (weight === 0) return { x, y };
  let [mean, total] = [0, 0];
  return {
    x,
    y: y.map((value) => {
      if (value === null) return null;
      mean = weight * mean + (1 - weight) * value;
      total = weight * total + (1 - weight);
      return mean / total;
    }),
  };
}

/** Thin a curve out: of each stretch of points the smallest and the largest stay, so that spikes do. */
export function thinned({ x, y }: Series, most = MOST_POINTS): Series {
  if (x.length <= most) return { x, y };
  const stretches = Math.floor(most / 2);
  const kept: number[] = [];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const start = Math.floor((stretch * x.length) / stretches);
    const end = Math.floor(((stretch + 1) * x.length) / stretches);
    let [least, largest] = [start, start];
    for (let i = start; i < end; i++) {
      const value = y[i] ?? Number.NaN;
      if (value < (y[least] ?? Number.POSITIVE_INFINITY)) least = i;
      if (value > (y[largest] ?? Number.NEGATIVE_INFINITY)) largest = i;
    }
    kept.push(Math.min(least, largest));
    if (least !== largest) kept.push(Math.max(least, largest));
  }
  return { x: kept.map((index) => x[index]), y: kept.map((index) => y[index]) };
}

/** Names of metrics without those of validation, of all runs, in the order in which they were first seen. */
export function metricNames(runs: readonly Run[]): string[] {
  const logs = runs.flatMap(({ points, epochs }) => [points.at(-1)?.logs ?? {}, epochs.at(-1)?.logs ?? {}]);
  const names = new Set(logs.flatMap((each) => Object.keys(each)).map((name) => name.replace(/^val_/, '')));
  return [...names];
}

/** The range of a vertical axis: that of all values, without spikes that would flatten the rest. */
export interface ValueRange {
  readonly min: number;
  readonly max: number;
  /** The largest value, where the axis ends below it. */
  readonly cutOff: number | null;
}

/** Room above and below, as a part of the range. */
const ROOM = 0.06;

export function rangeOf(curves: readonly Series[], isLogarithmic: boolean): ValueRange {
  const lists = curves.map(({ y }) =>
    y.filter((value): value is number => value !== null && (!isLogarithmic || value > 0)),
  );
  const [least, largest] = lists
    .flat()
    .reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
  if (least > largest) return { min: isLogarithmic ? 0.1 : 0, max: 1, cutOff: null };
  if (isLogarithmic) return { min: least / 1.1, max: largest * 1.1, cutOff: null };
  const spike = spikeOf(lists);
  const top = spike ? spike.limit : largest;
  const room = ROOM * (top - least || Math.abs(top) || 1);
  return {
    min: least >= 0 ? Math.max(0, least - room) : least - room,
    max: top + room,
    cutOff: spike?.largest ?? null,
  };
}
