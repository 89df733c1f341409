import {
  type ActivationIdentifier,
  activationId,
  type ResolvedActivation,
  resolveActivation,
} from '../../activations/index.js';
import type { Pair } from '../../base/geometry.js';
import { anyOf, integer, listOf, type Option, oneOf, option, pairOf, positiveInteger } from '../../base/options.js';

/* Options that several layers take. */

/** One integer for both sides, or [height, width]. */
export const pair = () => pairOf(positiveInteger(), 'one or two integers ≥ 1');

/** One integer; Keras writes that of one axis as a list of one. */
export const single = () =>
  option<number, number | readonly [number]>({
    expected: 'an integer ≥ 1',
    read: (value) => {
      const [size, ...others] = [value].flat();
      return Number.isSafeInteger(size) && Number(size) >= 1 && others.length === 0 ? Number(size) : undefined;
    },
  });

export const padding = () => oneOf(['valid', 'same']);

/** An axis, or several. */
export const axes = () => anyOf(integer(), listOf(integer()));

/** The seed of a random layer; default the stream of `setSeed`. */
export const seed = () => integer().nullable().default(null);

const isResolved = (value: unknown): value is ResolvedActivation =>
  typeof value === 'object' && value !== null && 'fused' in value && 'apply' in value;

/** An activation, by name or as a function. */
export const activation = () =>
  option<ResolvedActivation, ActivationIdentifier | null>({
    expected: 'an activation',
    // A layer hands its own to the layers inside it.
    read: (value, place) => (isResolved(value) ? value : resolveActivation(value as ActivationIdentifier, place)),
    toConfig: activationId,
  });

/** [[top, bottom], [left, right]], [vertical, horizontal], or one number for all sides. */
type Sides = number | readonly [number, number] | readonly [Pair, Pair];

/** Rows and columns at the border of images. */
export const sides = (): Option<[[number, number], [number, number]], Sides> => {
  const both = pairOf(pairOf(integer({ min: 0 })));
  return option({
    expected: 'integers ≥ 0: one, [vertical, horizontal], or [[top, bottom], [left, right]]',
    read: both.rules.read,
  });
};
