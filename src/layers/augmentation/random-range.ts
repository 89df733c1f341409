import { ValueError } from '../../base/errors.js';
import { uniformValues } from '../../tensor/random.js';

/** Bounds of a random amount: one number for ± it, or [lower, upper]. */
export type Factor = number | readonly [number, number];

/** @throws ValueError when the bounds are out of order, or outside `least` and `most` */
export function factorRange(
  caller: string,
  option: string,
  factor: unknown,
  least: number,
  most: number,
): [number, number] {
  const bounds = Array.isArray(factor) ? factor : [-(factor as number), factor];
  const [lower, upper] = bounds;
  if (bounds.length !== 2 || !(lower <= upper && lower >= least && upper <= most)) {
    throw new ValueError(
      `${caller}: ${option} is ${JSON.stringify(factor)}, expected a number ≥ 0 or [lower, upper] within [${least}, ${most}]`,
    );
  }
  return [lower, upper];
}

/** `count` numbers spread evenly over a range, one for each row of a batch. */
export const drawFrom = ([lower, upper]: readonly [number, number], count: number, seed?: number): number[] =>
  Array.from(uniformValues(count, seed, count), (value) => lower + (upper - lower) * value);
