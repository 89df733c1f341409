import type { DType, TypedArray } from '../../base/dtype.js';
import { ShapeError, ValueError } from '../../base/errors.js';
import { formatShape, type Shape } from '../../base/shape.js';
import type { SymbolicShape, SymbolicTensor } from '../../layers/base/symbolic.js';
import { place } from '../../losses/check-classes.js';
import { checkLabels } from '../../losses/check-labels.js';
import { tensorsIn } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import type { CompiledOutput } from '../model/compile.js';
import type { TrainableModel } from '../model/trained-model.js';
import { hostOf, hostSource, isSamples, listed, type ModelData, type Samples, unnamed } from '../samples/samples.js';
import { HostSource, type Source, TensorSource } from '../samples/sources.js';
import { listedForOutputs } from './output-data.js';
import { checkWeightShape } from './weight-shape.js';

/** The samples of a training, an evaluation or a prediction. */
export interface PreparedData {
  readonly count: number;
  readonly xs: readonly Source[];
  readonly ys: readonly Source[];
  readonly weights: readonly (Source | undefined)[];
}

/** How to read tensors to the host: synchronously or not. */
type HostCopy = (tensor: Tensor) => ArrayLike<number>;

/** Read the tensors among labels and weights, so that they can be checked on the host. */
export async function hostCopies(containers: readonly unknown[]): Promise<(tensor: Tensor) => TypedArray> {
  const copies = new Map<Tensor, TypedArray>();
  for (const tensor of tensorsIn(containers)) copies.set(tensor, await tensor.data());
  return (tensor) => copies.get(tensor)!;
}

/** The same without waiting. @throws BackendError where memory is not visible to the host */
export const readNow = (tensor: Tensor): TypedArray => tensor.dataSync();

function sourceOf(caller: string, what: string, samples: Samples, dtype: DType): Source {
  if (!(samples instanceof Tensor)) return hostSource(caller, what, samples, dtype);
  samples.assertAlive(`${caller}: ${what}`);
  return new TensorSource(samples, samples.shape, dtype);
}

function inputSource(caller: string, what: string, samples: Samples, { shape: wanted, dtype }: SymbolicTensor): Source {
  const source = sourceOf(caller, what, samples, dtype);
  // As in Keras, a missing last axis of 1 is added.
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

function labelSource(
  caller: string,
  what: string,
  samples: Samples,
  { name, index, loss }: CompiledOutput,
  model: TrainableModel,
  read: HostCopy,
): Source {
  const { shape: wanted, dtype } = model.outputs[index];
  const labels =
    samples instanceof Tensor ? { values: read(samples), shape: samples.shape } : hostOf(caller, what, samples);
  if (loss) checkLabels(`${caller}: ${labelName(loss.name, name, model)}`, loss, labels, wanted);
  return new HostSource(labels.values, labels.shape, loss?.labels.kind === 'classes' ? 'int32' : dtype);
}

/** Name a loss for messages, with its output if there are several. */
export const labelName = (loss: string, output: string, { outputNames }: TrainableModel): string =>
  outputNames.length > 1 ? `${loss} of ${output}` : loss;

/** Integers stay integers; everything else becomes float32. */
const plainDType = (samples: Samples): DType =>
  samples instanceof Tensor ? samples.dtype : samples instanceof Int32Array ? 'int32' : 'float32';

/** Build a model from the shapes of the data. @throws DisposedError when the model was disposed */
export function buildFor(caller: string, model: TrainableModel, x: ModelData): void {
  model.assertAlive(caller);
  if (model.built || !model.isCallable) return;
  const shapes = unnamed(caller, 'x', x).map((samples): Shape => {
    if (samples instanceof Tensor) return samples.shape;
    return hostSource(caller, 'x', samples, 'float32').shape;
  });
  model.build(unbatched(shapes));
}

/** Shapes for `build`: of any batch, one or a list. */
export function unbatched(shapes: readonly Shape[]): SymbolicShape | SymbolicShape[] {
  const any = shapes.map(([, ...rest]): SymbolicShape => [null, ...rest]);
  return any.length === 1 ? any[0] : any;
}

/** Prepare samples for the inputs. @throws ShapeError @throws ValueError */
export function prepareInputs(caller: string, model: TrainableModel, x: ModelData): { count: number; xs: Source[] } {
  const xs = model.isCallable ? namedInputs(caller, model, x) : plainSources(caller, 'x', x);
  const label = (index: number) => (xs.length > 1 && model.isCallable ? `x of ${model.inputNames[index]}` : 'x');
  const count = xs[0].shape[0];
  for (const [index, { shape }] of xs.entries()) {
    if (shape[0] !== count) {
      throw new ValueError(`${caller}: ${label(index)} has ${shape[0]} samples, expected ${count}, as ${label(0)}`);
    }
  }
  if (count === 0) throw new ValueError(`${caller}: x is empty, expected at least one sample`);
  return { count, xs };
}

function namedInputs(caller: string, model: TrainableModel, x: ModelData): Source[] {
  const names = model.inputNames;
  return listed(caller, 'x', x, names).map((samples, index) =>
    inputSource(caller, names.length > 1 ? `x of ${names[index]}` : 'x', samples, model.inputs[index]),
  );
}

/** Labels of a custom step, which are not checked. */
function plainSources(caller: string, what: string, given: ModelData): Source[] {
  return unnamed(caller, what, given).map((samples) => sourceOf(caller, what, samples, plainDType(samples)));
}

/**
 * Check samples, labels and weights against the model and its losses.
 * @param outputs none: the model's own step decides what labels are, and whether there are any
 * @throws ShapeError when a shape does not fit
 * @throws ValueError when counts differ, a set is empty, or a label is NaN or out of range
 */
export function prepareData(
  caller: string,
  model: TrainableModel,
  outputs: readonly CompiledOutput[],
  x: ModelData,
  y: ModelData | null | undefined,
  sampleWeight: ModelData | undefined,
  read: HostCopy,
): PreparedData {
  const { count, xs } = prepareInputs(caller, model, x);
  const names = outputs.map(({ name }) => name);
  const label = (what: string, index: number) =>
    names.length > 0 && model.outputNames.length > 1 ? `${what} of ${names[index]}` : what;
  const ys = outputs.length === 0 ? plainLabels(caller, y) : labelled();
  for (const [index, { shape }] of ys.entries()) {
    if (shape[0] !== count) {
      throw new ValueError(`${caller}: ${label('y', index)} has ${shape[0]} samples, expected ${count}, as x`);
    }
  }
  return { count, xs, ys, weights: weightSources(caller, sampleWeight, model, outputs, count, read) };

  function labelled(): Source[] {
    return listedForOutputs(caller, 'y', y as ModelData, outputs, model.outputNames).map((samples, index) =>
      labelSource(caller, label('y', index), samples, outputs[index], model, read),
    );
  }
}

const plainLabels = (caller: string, y: ModelData | null | undefined): Source[] =>
  y === undefined || y === null ? [] : plainSources(caller, 'y', y);

function weightSources(
  caller: string,
  given: ModelData | undefined,
  model: TrainableModel,
  outputs: readonly CompiledOutput[],
  count: number,
  read: HostCopy,
): (Source | undefined)[] {
  const places = outputs.length > 0 ? outputs : [undefined];
  if (given === undefined || given === null) return places.map(() => undefined);
  const forAll = isSamples(given) || (Array.isArray(given) && typeof given[0] === 'number');
  const listAll = () =>
    outputs.length > 0
      ? listedForOutputs(caller, 'sampleWeight', given, outputs, model.outputNames)
      : listed(caller, 'sampleWeight', given, ['y']);
  const each = forAll ? places.map(() => given as Samples) : listAll();
  return each.map((samples, index) => {
    const { values, shape } =
      samples instanceof Tensor
        ? { values: read(samples), shape: samples.shape }
        : hostOf(caller, 'sampleWeight', samples);
    checkWeightShape(caller, shape, count, outputs[index], model);
    const wrong = Array.from(values).findIndex((value) => !(value >= 0 && Number.isFinite(value)));
    if (wrong >= 0) {
      throw new ValueError(
        `${caller}: sampleWeight has ${values[wrong]} ${place(wrong, shape)}, expected a number ≥ 0`,
      );
    }
    return new HostSource(values, shape, 'float32');
  });
}
