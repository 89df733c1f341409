import type { DType } from '../base/dtype.js';
import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape, type Shape, sizeOf } from '../base/shape.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { checkLabels } from '../losses/labels.js';
import { hostValues, type TensorLike } from '../tensor/convert.js';
import { isNdArray } from '../tensor/host-array.js';
import { Tensor } from '../tensor/tensor.js';
import type { CompiledOutput } from './compile.js';
import type { TrainableModel } from './contract.js';
import { ResizedSource } from './resized-source.js';
import { HostSource, isShapedValues, type ShapedValues, type Source, TensorSource } from './sources.js';

/** Samples for one input or output: a tensor, an ndarray, nested arrays, a typed array (rank 1), or values with a shape. */
export type Samples = TensorLike | ShapedValues;

/** Samples for each input or output: of the only one, in order, or by name. */
export type ModelData = Samples | readonly Samples[] | Readonly<Record<string, Samples>>;

/** What training, evaluation or prediction runs over. */
export interface PreparedData {
  readonly count: number;
  readonly xs: readonly Source[];
  readonly ys: readonly Source[];
  readonly weights: readonly (Source | undefined)[];
}

const isSamples = (value: unknown): value is Samples =>
  value instanceof Tensor || isNdArray(value) || ArrayBuffer.isView(value) || isShapedValues(value);

/** One value for each name. @throws ValueError when they do not fit the names */
export function listed(caller: string, what: string, given: ModelData, names: readonly string[]): Samples[] {
  if (given === undefined || given === null) throw new ValueError(`${caller}: ${what} is ${given}, expected samples`);
  const one = names.length === 1;
  if (isSamples(given)) return matched(caller, what, [given], names);
  if (Array.isArray(given)) {
    // A list for one input may be nested numbers or, as for several, a list of arrays.
    const nested = one && !(given.length === 1 && isSamples(given[0]));
    return matched(caller, what, nested ? [given as Samples] : (given as Samples[]), names);
  }
  if (typeof given !== 'object') throw new ValueError(`${caller}: ${what} is ${String(given)}, expected samples`);
  const record = given as Readonly<Record<string, Samples>>;
  return names.map((name) => {
    if (!Object.hasOwn(record, name)) {
      throw new ValueError(`${caller}: ${what} has ${Object.keys(record).join(', ') || 'nothing'}, expected ${name}`);
    }
    return record[name];
  });
}

function matched(caller: string, what: string, list: Samples[], names: readonly string[]): Samples[] {
  if (list.length === names.length) return list;
  throw new ValueError(
    `${caller}: ${what} has ${list.length} arrays, expected ${names.length}, for ${names.join(', ')}`,
  );
}

function hostOf(
  caller: string,
  what: string,
  samples: Exclude<Samples, Tensor>,
): { values: ArrayLike<number>; shape: Shape } {
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

function hostSource(caller: string, what: string, samples: Exclude<Samples, Tensor>, dtype: DType): Source {
  const { values, shape } = hostOf(caller, what, samples);
  const scale = isShapedValues(samples) ? samples.scale : undefined;
  if (scale !== undefined && !Number.isFinite(scale)) {
    throw new ValueError(`${caller}: the scale of ${what} is ${scale}, expected a number`);
  }
  const source = new HostSource(values, shape, dtype, scale);
  if (!isShapedValues(samples) || samples.resizeTo === undefined) return source;
  return new ResizedSource(`${caller}: ${what}`, source, samples.resizeTo, samples.interpolation);
}

function inputSource(caller: string, what: string, samples: Samples, { shape: wanted, dtype }: SymbolicTensor): Source {
  const source =
    samples instanceof Tensor
      ? new TensorSource(samples, samples.shape, dtype)
      : hostSource(caller, what, samples, dtype);
  if (samples instanceof Tensor) samples.assertAlive(`${caller}: ${what}`);
  // As Keras: images without their only channel, or numbers without an axis of 1, get it.
  const fitted = source.shape.length === wanted.length - 1 && wanted.at(-1) === 1 ? [...source.shape, 1] : source.shape;
  const fits =
    fitted.length === wanted.length &&
    fitted.every((size, axis) => axis === 0 || wanted[axis] === null || wanted[axis] === size);
  if (!fits) {
    const single = source.shape.length === wanted.length - 1;
    const [count, hint] = single ? [1, ', a batch; expandDims(0) makes one of a single sample'] : [source.shape[0], ''];
    const expected = wanted.map((size, axis) => (axis === 0 ? count : (size ?? 'any')));
    throw new ShapeError(`${caller}: ${what} is ${formatShape(source.shape)}, expected [${expected.join(',')}]${hint}`);
  }
  return fitted === source.shape ? source : source.withShape(fitted);
}

/** How the values of tensors get to the host: at once, or by waiting. */
type HostCopy = (tensor: Tensor) => ArrayLike<number>;

function labelSource(
  caller: string,
  what: string,
  samples: Samples,
  output: CompiledOutput,
  model: TrainableModel,
  read: HostCopy,
): Source {
  const { shape: wanted, dtype } = model.outputs[model.outputNames.indexOf(output.name)];
  const labels =
    samples instanceof Tensor ? { values: read(samples), shape: samples.shape } : hostOf(caller, what, samples);
  const name = model.outputNames.length > 1 ? `${output.loss.name} of ${output.name}` : output.loss.name;
  checkLabels(`${caller}: ${name}`, output.loss, labels, wanted);
  const source = new HostSource(labels.values, labels.shape, output.loss.labels.kind === 'classes' ? 'int32' : dtype);
  return source;
}

/** Builds a sequential model whose first layer did not say its input's shape. */
export function buildFor(caller: string, model: TrainableModel, x: ModelData): void {
  if (model.built) return;
  const samples = listed(caller, 'x', x, ['x'])[0];
  const { shape } = samples instanceof Tensor ? samples : hostSource(caller, 'x', samples, 'float32');
  model.build([null, ...shape.slice(1)]);
}

/** Samples of the inputs alone. @throws ShapeError @throws ValueError */
export function prepareInputs(caller: string, model: TrainableModel, x: ModelData): { count: number; xs: Source[] } {
  const names = model.inputNames;
  const label = (index: number) => (names.length > 1 ? `x of ${names[index]}` : 'x');
  const xs = listed(caller, 'x', x, names).map((samples, index) =>
    inputSource(caller, label(index), samples, model.inputs[index]),
  );
  const count = xs[0].shape[0];
  for (const [index, { shape }] of xs.entries()) {
    if (shape[0] !== count) {
      throw new ValueError(`${caller}: ${label(index)} has ${shape[0]} samples, expected ${count}, as ${label(0)}`);
    }
  }
  if (count === 0) throw new ValueError(`${caller}: x is empty, expected at least one sample`);
  return { count, xs };
}

/**
 * Samples, labels and weights, checked against the model and its losses.
 * @throws ShapeError when a shape does not fit
 * @throws ValueError when counts differ, a set is empty, or a label is NaN or out of range
 */
export function prepareData(
  caller: string,
  model: TrainableModel,
  outputs: readonly CompiledOutput[],
  x: ModelData,
  y: ModelData,
  sampleWeight: ModelData | undefined,
  read: HostCopy,
): PreparedData {
  const { count, xs } = prepareInputs(caller, model, x);
  const names = model.outputNames;
  const label = (what: string, index: number) => (names.length > 1 ? `${what} of ${names[index]}` : what);
  const ys = listed(caller, 'y', y, names).map((samples, index) => {
    const source = labelSource(caller, label('y', index), samples, outputs[index], model, read);
    if (source.shape[0] !== count) {
      throw new ValueError(`${caller}: ${label('y', index)} has ${source.shape[0]} samples, expected ${count}, as x`);
    }
    return source;
  });
  return { count, xs, ys, weights: weightSources(caller, sampleWeight, names, count, read) };
}

function weightSources(
  caller: string,
  given: ModelData | undefined,
  names: readonly string[],
  count: number,
  read: HostCopy,
): (Source | undefined)[] {
  if (given === undefined || given === null) return names.map(() => undefined);
  const forAll = isSamples(given) || (Array.isArray(given) && typeof given[0] === 'number');
  const each = forAll ? names.map(() => given as Samples) : listed(caller, 'sampleWeight', given, names);
  return each.map((samples) => {
    const { values, shape } =
      samples instanceof Tensor
        ? { values: read(samples), shape: samples.shape }
        : hostOf(caller, 'sampleWeight', samples);
    if (shape.length !== 1 || shape[0] !== count) {
      throw new ShapeError(
        `${caller}: sampleWeight is ${formatShape(shape)}, expected [${count}], one weight a sample`,
      );
    }
    const wrong = Array.from(values).findIndex((value) => !(value >= 0 && Number.isFinite(value)));
    if (wrong >= 0) {
      throw new ValueError(`${caller}: sampleWeight has ${values[wrong]} at sample ${wrong}, expected a number ≥ 0`);
    }
    return new HostSource(values, shape, 'float32');
  });
}
