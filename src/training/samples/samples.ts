import { type DType, isTypedArray } from '../../base/dtype.js';
import { ShapeError, ValueError } from '../../base/errors.js';
import { formatShape, type Shape, sizeOf } from '../../base/shape.js';
import { isPlainObject } from '../../base/show.js';
import { isStreamedSamples, type StreamedSamples } from '../../data/streamed-samples.js';
import { describe, hostValues, type TensorLike } from '../../tensor/convert.js';
import { isNdArray } from '../../tensor/host-array.js';
import { Tensor } from '../../tensor/tensor.js';
import { ResizedSource } from './resized-source.js';
import { HostSource, isShapedValues, type ShapedValues, type Source } from './sources.js';
import { StreamedSource } from './streamed-source.js';

/** Samples in memory: a tensor, an ndarray, nested arrays, a typed array (rank 1), or values with a shape. */
export type SamplesInMemory = TensorLike | ShapedValues;

/** Samples for one input or output: in memory, or, for inputs of `fit` and `measure`, read a batch at a time. */
export type Samples = SamplesInMemory | StreamedSamples;

/** Samples for each input or output: of the only one, in order, or by name. */
export type ModelData = Samples | readonly Samples[] | Readonly<Record<string, Samples>>;

export const isSamples = (value: unknown): value is Samples =>
  value instanceof Tensor ||
  isNdArray(value) ||
  isTypedArray(value) ||
  ArrayBuffer.isView(value) ||
  isShapedValues(value) ||
  isStreamedSamples(value);

/** Return one value for each name. @throws ValueError when they do not match the names */
export function listed(caller: string, what: string, given: ModelData, names: readonly string[]): Samples[] {
  assertGiven(caller, what, given);
  const one = names.length === 1;
  if (isSamples(given)) return matched(caller, what, [given], names);
  if (Array.isArray(given)) {
    // A list for one input may be nested numbers or, as for several, a list of arrays.
    const nested = one && !(given.length === 1 && isSamples(given[0]));
    return matched(caller, what, nested ? [given as Samples] : (given as Samples[]), names);
  }
  const record = given as Readonly<Record<string, Samples>>;
  return names.map((name) => {
    if (!Object.hasOwn(record, name)) {
      throw new ValueError(`${caller}: ${what} has ${Object.keys(record).join(', ') || 'nothing'}, expected ${name}`);
    }
    return record[name];
  });
}

/** Return the values for a model whose inputs or outputs have no names yet: one, or several in order. */
export function unnamed(caller: string, what: string, given: ModelData): Samples[] {
  assertGiven(caller, what, given);
  if (isSamples(given)) return [given];
  if (Array.isArray(given)) return given.length > 0 && isSamples(given[0]) ? [...given] : [given as Samples];
  return Object.values(given as Readonly<Record<string, Samples>>);
}

function assertGiven(caller: string, what: string, given: unknown): void {
  if (given === undefined || given === null || typeof given !== 'object') {
    throw new ValueError(`${caller}: ${what} is ${String(given)}, expected samples`);
  }
  if (Array.isArray(given) || isSamples(given) || isPlainObject(given)) return;
  throw new ValueError(`${caller}: ${what} is ${describe(given)}, expected samples`);
}

function matched(caller: string, what: string, list: Samples[], names: readonly string[]): Samples[] {
  if (list.length === names.length) return list;
  throw new ValueError(
    `${caller}: ${what} has ${list.length} arrays, expected ${names.length}, for ${names.join(', ')}`,
  );
}

/** Read samples to the host. @throws ShapeError when they are a single number, or do not fill their shape */
export function hostOf(
  caller: string,
  what: string,
  samples: Exclude<Samples, Tensor>,
): { values: ArrayLike<number>; shape: Shape } {
  if (isStreamedSamples(samples)) throw new ValueError(`${caller}: ${what} is streamed, expected values in memory`);
  const { values, shape } =
    isShapedValues(samples) && !isNdArray(samples) ? samples : hostValues(caller, what, samples);
  if (values.length !== sizeOf(shape)) {
    throw new ShapeError(
      `${caller}: ${what} has ${values.length} values for ${formatShape(shape)}, expected ${sizeOf(shape)}`,
    );
  }
  if (shape.length === 0)
    throw new ShapeError(`${caller}: ${what} is one number, expected samples along the first axis`);
  return { values, shape };
}

/** Make a source of batches from samples that are not tensors. @throws ShapeError @throws ValueError */
export function hostSource(caller: string, what: string, samples: Exclude<Samples, Tensor>, dtype: DType): Source {
  if (isStreamedSamples(samples)) return new StreamedSource(`${caller}: ${what}`, samples, samples.shape, dtype);
  const { values, shape } = hostOf(caller, what, samples);
  const scale = isShapedValues(samples) ? samples.scale : undefined;
  if (scale !== undefined && !Number.isFinite(scale)) {
    throw new ValueError(`${caller}: the scale of ${what} is ${scale}, expected a number`);
  }
  const source = new HostSource(values, shape, dtype, scale);
  if (!isShapedValues(samples) || samples.resizeTo === undefined) return source;
  return new ResizedSource(`${caller}: ${what}`, source, samples.resizeTo, samples.interpolation);
}
