import { valueAndVariableGrads } from '../autograd/gradients.js';
import { withBackend } from '../backends/registry.js';
import { shapesBackend } from '../backends/shapes/index.js';
import { BYTES_PER_ELEMENT } from '../base/dtype.js';
import { ShapeError, ValueError } from '../base/errors.js';
import { type Given, number, positiveInteger, readOptions } from '../base/options.js';
import { formatShape, type Shape } from '../base/shape.js';
import { asList } from '../layers/base/layer.js';
import { assertModel } from '../models/assert-model.js';
import type { Model } from '../models/model.js';
import { zeros } from '../ops/creation.js';
import { addRecorder, type Recorder, removeRecorder } from '../ops/op.js';
import { optimizerFromConfig } from '../optim/registry.js';
import { memory, tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { lossesOf } from '../training/model/compile.js';

/** Capacity of a WebAssembly memory in bytes. */
export const WASM_LIMIT = 2 ** 32;

const MEMORY_OPTIONS = {
  /** Samples of a step; default 32. */
  batchSize: positiveInteger().default(32),
};

const LARGEST_OPTIONS = {
  /** Memory for all of `total`; default 4 GiB, the capacity of a WebAssembly memory. */
  bytes: number({ above: 0 }).default(WASM_LIMIT),
};

/** Bytes of the tensors of a training step. Scratch memory of kernels is not counted. */
export interface TrainingMemory {
  /** Weights, trained or not. */
  readonly weights: number;
  /** State of the optimizer. */
  readonly optimizer: number;
  /** Values at the end of the forward pass, which the gradients will read. */
  readonly held: number;
  /** Values and gradients, at most. */
  readonly peak: number;
  /** weights + optimizer + peak. */
  readonly total: number;
}

/**
 * Count the memory of a training step without running it: the ops run on a backend without data.
 * @param model compiled, with inputs whose shapes are known
 * @throws ValueError when an option is unknown or wrong, or the model is not compiled @throws ShapeError when a size of
 * an input is not known
 * @example const { total } = interpret.trainingMemory(model, { batchSize: 64 })
 */
export function trainingMemory(model: Model, options: Given<typeof MEMORY_OPTIONS> = {}): TrainingMemory {
  assertModel('trainingMemory', model);
  const { batchSize } = readOptions('trainingMemory', MEMORY_OPTIONS, options);
  return memoryOf('trainingMemory', model, batchSize);
}

/**
 * Return the largest batch whose training step fits into memory; 0 where none does.
 * @param model compiled, with inputs whose shapes are known
 * @throws ValueError when an option is unknown or wrong, or the model is not compiled @throws ShapeError when a size of
 * an input is not known
 * @example const batchSize = interpret.largestBatch(model, { bytes: 2 ** 30 })
 */
export function largestBatch(model: Model, options: Given<typeof LARGEST_OPTIONS> = {}): number {
  assertModel('largestBatch', model);
  const { bytes } = readOptions('largestBatch', LARGEST_OPTIONS, options);
  const totalOf = (batchSize: number) => memoryOf('largestBatch', model, batchSize).total;
  const first = totalOf(1);
  if (first > bytes) return 0;
  // The peak is the largest of several sums that are linear in the batch: it grows faster and faster, never slower.
  let above = 2 + Math.floor((bytes - first) / Math.max(totalOf(2) - first, 1));
  let fits = 1;
  while (above - fits > 1) {
    const middle = (fits + above) >> 1;
    if (fitsInto(bytes, () => totalOf(middle))) fits = middle;
    else above = middle;
  }
  return fits;
}

/** Whether a total is within a number of bytes; a tensor with too many elements to index does not fit. */
function fitsInto(bytes: number, total: () => number): boolean {
  try {
    return total() <= bytes;
  } catch (error) {
    if (error instanceof ShapeError) return false;
    throw error;
  }
}

function memoryOf(caller: string, model: Model, batchSize: number): TrainingMemory {
  if (!model.compileOptions?.loss)
    throw new ValueError(`${caller}: ${model.name} has no loss, expected compile() before`);
  // Allocated by the current backend, because tensors of the one without data have no values.
  const variables = model.trainableWeights.map(({ variable }) => variable);
  const weights = model.weights.reduce((bytes, { size, dtype }) => bytes + size * BYTES_PER_ELEMENT[dtype], 0);
  return withBackend(shapesBackend, () => {
    const optimizer = optimizerBytes(model, variables);
    const { held, peak } = stepBytes(caller, model, variables, batchSize);
    return { weights, optimizer, held, peak, total: weights + optimizer + peak };
  });
}

/** Bytes that an optimizer like the model's allocates for its weights. */
function optimizerBytes({ optimizer }: Model, variables: readonly Variable[]): number {
  const twin = optimizerFromConfig(optimizer.className, optimizer.getConfig());
  const before = memory().numBytes;
  twin.build(variables);
  const bytes = memory().numBytes - before;
  twin.dispose();
  return bytes;
}

function stepBytes(
  caller: string,
  model: Model,
  variables: readonly Variable[],
  batchSize: number,
): { held: number; peak: number } {
  const { numBytes: before } = memory();
  let held = 0;
  let peak = 0;
  const recorder: Recorder = { record: () => void (peak = Math.max(peak, memory().numBytes - before)) };
  return tidy(() => {
    const xs = model.inputs.map(({ shape, dtype }) => zeros(batchOf(caller, shape, batchSize), dtype));
    const loss = (): Tensor => {
      const predictions = asList(model.apply(xs.length === 1 ? xs[0] : xs, { training: true })) as Tensor[];
      held = memory().numBytes - before;
      return model.computeLoss(labelsFor(model, predictions), predictions);
    };
    addRecorder(recorder);
    try {
      valueAndVariableGrads(caller, loss, variables);
    } finally {
      removeRecorder(recorder);
    }
    return { held, peak };
  });
}

function batchOf(caller: string, [, ...sample]: readonly (number | null)[], batchSize: number): Shape {
  if (sample.every((size) => size !== null)) return [batchSize, ...(sample as number[])];
  throw new ShapeError(`${caller}: an input has the shape ${formatShape(sample)}, expected sizes that are known`);
}

/** Labels of the shapes that the losses take: class numbers, or values like the predictions. */
function labelsFor(model: Model, predictions: readonly Tensor[]): Tensor[] {
  const losses = lossesOf(model.compileOptions!, model.outputNames);
  return predictions.map(({ shape }, index) =>
    losses[index]?.labels.kind === 'classes' ? zeros(shape.slice(0, -1), 'int32') : zeros(shape),
  );
}
