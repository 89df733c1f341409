import { option } from '../../base/options.js';
import { uniformValues } from '../../tensor/random.js';

/** Bounds of a random amount: one number for ± it, or [lower, upper]. */
export type Factor = number | readonly [number, number];

/** An option for the bounds of a random amount, within `least` and `most`. */
export const factor = (least: number, most: number) =>
  option<[number, number], Factor>({
    expected: `a number ≥ 0 or [lower, upper] within [${least}, ${most}]`,
    read: (value) => {
      const bounds = Array.isArray(value) ? value : [-(value as number), value];
      const [lower, upper] = bounds;
      const fits = bounds.every((bound) => typeof bound === 'number') && lower <= upper;
      return bounds.length === 2 && fits && lower >= least && upper <= most ? [lower, upper] : undefined;
    },
  });

/** Draw `count` uniform numbers from a range, one for each row of a batch. */
export const drawFrom = ([lower, upper]: readonly [number, number], count: number, seed?: number): number[] =>
  Array.from(uniformValues(count, seed, count), (value) => lower + (upper - lower) * value);
