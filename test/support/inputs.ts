import type { DType } from '../../src/base/dtype.js';
import { type Shape, sizeOf } from '../../src/base/shape.js';
import { normalValues, permutation, uniformValues } from '../../src/tensor/random.js';
import { type Tensor, upload } from '../../src/tensor/tensor.js';

/**
 * An input on the host. Floats take the dtype of the run: float32 where backends are compared, float64 in gradient
 * checks.
 */
export interface HostInput {
  readonly shape: Shape;
  readonly values: Float64Array;
  readonly dtype: 'float' | 'int32' | 'bool';
}

/** Makes an input from a seed: the same seed, the same values. */
export type Make = (seed: number) => HostInput;

function maker(
  dtype: HostInput['dtype'],
  shape: Shape,
  values: (count: number, seed: number) => Iterable<number>,
): Make {
  return (seed) => ({
    shape,
    dtype,
    // float32 holds every value, so that a float64 run reads the same ones.
    values: Float64Array.from(values(sizeOf(shape), seed), Math.fround),
  });
}

/** Standard normal values. */
export const normal = (...shape: number[]): Make => maker('float', shape, normalValues);

/** Even values in [low, high). */
export const uniform = (low: number, high: number, ...shape: number[]): Make =>
  maker('float', shape, (count, seed) => uniformValues(count, seed).map((value) => low + (high - low) * value));

const MARGIN = 0.05;

/**
 * Normal values of a deviation, none near a point where a function has a kink: finite differences then see one side of
 * it.
 */
export const awayFrom = (kinks: readonly number[], deviation: number, ...shape: number[]): Make =>
  maker('float', shape, (count, seed) =>
    normalValues(count, seed).map((standard) => {
      const value = standard * deviation;
      const near = kinks.find((kink) => Math.abs(value - kink) < MARGIN);
      return near === undefined ? value : near + (value < near ? -2 : 2) * MARGIN;
    }),
  );

/** Whole tenths around 0 in random order: no ties for maxima and sorting. */
export const distinct = (...shape: number[]): Make => tenths(0, shape);

/** Like `distinct`, halfway between its values. */
export const between = (...shape: number[]): Make => tenths(0.5, shape);

const tenths = (offset: number, shape: readonly number[]): Make =>
  maker('float', shape, (count, seed) =>
    Array.from(permutation(count, seed), (place) => (place - Math.floor(count / 2) + offset) * 0.1),
  );

const whole = (low: number, high: number) => (count: number, seed: number) =>
  uniformValues(count, seed).map((value) => Math.floor(low + (high - low) * value));

/** Integers in [low, high). */
export const integers = (low: number, high: number, ...shape: number[]): Make =>
  maker('int32', shape, whole(low, high));

/** Floats without a fraction in [low, high): ties and equal values. */
export const wholeFloats = (low: number, high: number, ...shape: number[]): Make =>
  maker('float', shape, whole(low, high));

export const booleans = (...shape: number[]): Make => maker('bool', shape, whole(0, 2));

/** These floats. */
export const floats = (values: readonly number[], ...shape: number[]): Make =>
  maker('float', shape.length ? shape : [values.length], () => values);

/** These integers. */
export const listed = (values: readonly number[], ...shape: number[]): Make =>
  maker('int32', shape.length ? shape : [values.length], () => values);

/** Uploads inputs, floats as `float`. The caller frees them. */
export function uploadInputs(
  inputs: Readonly<Record<string, HostInput>>,
  float: 'float32' | 'float64',
): Record<string, Tensor> {
  const send = ({ values, shape, dtype }: HostInput): Tensor => {
    const type: DType = dtype === 'float' ? float : dtype;
    return upload(values, shape, type);
  };
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, send(input)]));
}
