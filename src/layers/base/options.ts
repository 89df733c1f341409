import { isFloat } from '../../base/dtype.js';
import { ShapeError, ValueError } from '../../base/errors.js';
import type { Pair } from '../../base/geometry.js';
import { didYouMean } from '../../base/names.js';
import { formatShape } from '../../base/shape.js';
import { cast } from '../../ops/cast.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type OneOrMany, onlyTensor } from './layer.js';
import type { SymbolicShape } from './symbolic.js';

/* Checks of layers' options. `where` is the layer's `describe()`, so that a message names layer, option, given and expected. */

const show = (value: unknown): string =>
  typeof value === 'string' ? `'${value}'` : Array.isArray(value) ? JSON.stringify(value) : String(value);

function refuse(caller: string, option: string, value: unknown, expected: string): never {
  throw new ValueError(`${caller}: ${option} is ${show(value)}, expected ${expected}`);
}

export function positiveInteger(caller: string, option: string, value: unknown): number {
  return Number.isInteger(value) && (value as number) >= 1
    ? (value as number)
    : refuse(caller, option, value, 'an integer ≥ 1');
}

/** One integer for both sides, or [height, width]. */
export function positivePair(caller: string, option: string, value: unknown): [number, number] {
  const sides = Array.isArray(value) ? value : [value, value];
  if (sides.length !== 2 || !sides.every((side) => Number.isInteger(side) && side >= 1)) {
    refuse(caller, option, value, 'one or two integers ≥ 1');
  }
  return [sides[0], sides[1]];
}

export function finiteNumber(caller: string, option: string, value: unknown): number {
  return Number.isFinite(value) ? (value as number) : refuse(caller, option, value, 'a finite number');
}

export function notNegative(caller: string, option: string, value: unknown): number {
  return Number.isFinite(value) && (value as number) >= 0
    ? (value as number)
    : refuse(caller, option, value, 'a number ≥ 0');
}

/** A number in [0, 1), or in [0, 1] where one is allowed. */
export function fraction(caller: string, option: string, value: unknown, oneAllowed = false): number {
  const fits = typeof value === 'number' && value >= 0 && (oneAllowed ? value <= 1 : value < 1);
  return fits ? value : refuse(caller, option, value, `a number in [0, 1${oneAllowed ? ']' : ')'}`);
}

export function oneOf<T extends string>(caller: string, option: string, value: unknown, choices: readonly T[]): T {
  return choices.includes(value as T)
    ? (value as T)
    : refuse(
        caller,
        option,
        value,
        `one of ${choices.map((choice) => `'${choice}'`).join(', ')}${typeof value === 'string' ? didYouMean(value, choices) : ''}`,
      );
}

export const samePadding = (caller: string, value: unknown): 'same' | 'valid' =>
  oneOf(caller, 'padding', typeof value === 'string' ? value.toLowerCase() : value, ['valid', 'same']);

/** [[top, bottom], [left, right]], [vertical, horizontal], or one number for all sides. */
export type Sides = number | readonly [number, number] | readonly [Pair, Pair];

export function fourSides(caller: string, option: string, value: unknown): [[number, number], [number, number]] {
  const both = (side: unknown): unknown[] => (Array.isArray(side) ? side : [side, side]);
  const pairs = both(value).map(both);
  if (
    pairs.length !== 2 ||
    !pairs.every((p) => p.length === 2 && p.every((n) => Number.isInteger(n) && (n as number) >= 0))
  ) {
    refuse(caller, option, value, 'integers ≥ 0: one, [vertical, horizontal], or [[top, bottom], [left, right]]');
  }
  return pairs as [[number, number], [number, number]];
}

/** What layers of images say of their layout; one is supported. */
export interface ImageLayout {
  /** `'channelsLast'` alone. */
  readonly dataFormat?: 'channelsLast' | 'channels_last' | 'NHWC' | null;
}

/** @throws ValueError for any layout but channels last */
export function assertChannelsLast(caller: string, dataFormat: unknown): void {
  if (dataFormat === undefined || dataFormat === null) return;
  if (!['channelsLast', 'channels_last', 'NHWC'].includes(dataFormat as string)) {
    refuse(caller, 'dataFormat', dataFormat, "'channelsLast': transpose images to [batch, height, width, channels]");
  }
}

/** The one input shape of a layer that takes one. @throws ShapeError */
export function singleShape(caller: string, inputShape: SymbolicShape | readonly SymbolicShape[]): SymbolicShape {
  if (Array.isArray(inputShape[0])) {
    throw new ShapeError(`${caller}: ${inputShape.length} inputs given, expected one tensor`);
  }
  return inputShape as SymbolicShape;
}

/** Channels of a batch of images. @throws ShapeError when the input is none, or its channels are not known */
export function channelsOf(caller: string, inputShape: SymbolicShape | readonly SymbolicShape[]): number {
  const shape = singleShape(caller, inputShape);
  const channels = shape.at(-1);
  if (shape.length !== 4 || typeof channels !== 'number' || channels < 1) {
    const known = `[${shape.map((size) => size ?? 'any').join(',')}]`;
    throw new ShapeError(`${caller}: the input is ${known}, expected [batch, height, width, channels], channels known`);
  }
  return channels;
}

/** The one input of a layer of images. @throws ShapeError when it is no batch of images @throws ValueError when there are several inputs */
export function onlyImages(inputs: OneOrMany<Tensor>): Tensor {
  const x = onlyTensor(inputs);
  if (x.rank !== 4)
    throw new ShapeError(`the input is ${formatShape(x.shape)}, expected [batch, height, width, channels]`);
  return x;
}

/** The same as floats: bytes read from files come as int32. */
export function onlyFloatImages(inputs: OneOrMany<Tensor>): Tensor {
  const x = onlyImages(inputs);
  return isFloat(x.dtype) ? x : cast(x, 'float32');
}

/** The axis as one counted from the start. @throws ValueError */
export function axisOf(caller: string, axis: unknown, rank: number): number {
  if (!Number.isInteger(axis) || (axis as number) < -rank || (axis as number) >= rank) {
    refuse(caller, 'axis', axis, `an integer in [${-rank}, ${rank}) for inputs of rank ${rank}`);
  }
  return (axis as number) < 0 ? (axis as number) + rank : (axis as number);
}
