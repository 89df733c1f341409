import type { RandomState } from '../backends/kernels.js';
import { ValueError } from '../base/errors.js';
import { type Dataset, release } from '../data/dataset.js';
import { cast } from '../ops/cast.js';
import { permutation, setRandomState } from '../tensor/random.js';
import { dispose } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import type { CompiledOutput } from './compile.js';
import type { Batch, TrainableModel } from './contract.js';
import { listed, type ModelData, type PreparedData } from './data.js';
import type { Source } from './sources.js';

/** Where training was left in the middle of an epoch. */
export interface EpochPosition {
  /** Steps done. */
  readonly step: number;
  /** Where the library's random stream stood after them; the order of the epoch was drawn before. */
  readonly random: RandomState;
}

/** Where an epoch's batches come from; each is the taker's to free. */
export interface Feed {
  /** Batches of an epoch; null when that is not known. */
  readonly steps: number | null;
  readonly samples: number | null;
  /** The batches of one epoch. @param from where to go on in an epoch that was left */
  epoch(from?: EpochPosition): Iterable<Batch> | AsyncIterable<Batch>;
}

/** Frees the tensors of a batch. */
export function disposeBatch({ xs, ys, weights }: Batch): void {
  dispose([...xs, ...ys, ...weights]);
}

/** Batches of samples that are all at hand. */
export class ArrayFeed implements Feed {
  readonly steps: number;
  readonly samples: number;

  constructor(
    private readonly data: PreparedData,
    private readonly batchSize: number,
    private readonly shuffle: boolean,
    maxSteps = Number.POSITIVE_INFINITY,
  ) {
    this.steps = Math.min(Math.ceil(data.count / batchSize), maxSteps);
    this.samples = Math.min(data.count, this.steps * batchSize);
  }

  /** Shuffled anew each time, by the library's random stream. */
  *epoch(from?: EpochPosition): Generator<Batch, void, undefined> {
    const { xs, ys, weights, count } = this.data;
    const order = this.shuffle ? permutation(count) : null;
    if (from) setRandomState(from.random);
    for (let step = from?.step ?? 0; step < this.steps; step++) {
      const start = step * this.batchSize;
      const end = Math.min(start + this.batchSize, count);
      const take = (source: Source) => source.batch(order, start, end);
      yield {
        xs: xs.map(take),
        ys: ys.map(take),
        weights: weights.map((each) => each && take(each)),
        size: end - start,
      };
    }
  }
}

/**
 * Batches that a data set gives, as `{ xs, ys }` or `[x, y]`, with sample weights perhaps as `sampleWeight` or third item.
 * The data set hands them over, and they are freed after their step.
 */
export class DatasetFeed implements Feed {
  readonly steps: number | null;
  readonly samples = null;
  private running: AsyncIterator<unknown> | null = null;

  constructor(
    private readonly caller: string,
    private readonly dataset: Dataset<unknown>,
    private readonly model: TrainableModel,
    private readonly outputs: () => readonly CompiledOutput[],
    private readonly maxSteps: number | undefined,
  ) {
    const { size } = dataset;
    const known = size !== null && Number.isFinite(size) ? size : null;
    this.steps = maxSteps ?? known;
    if (maxSteps === undefined && size === Number.POSITIVE_INFINITY) {
      throw new ValueError(`${caller}: the data set has no end, expected stepsPerEpoch`);
    }
  }

  /** With a number of steps the data set goes on where the last epoch ended; without, it starts anew. */
  async *epoch(): AsyncGenerator<Batch, void, undefined> {
    if (this.maxSteps === undefined) {
      for await (const element of this.dataset) yield this.batchOf(element);
      return;
    }
    this.running ??= this.dataset[Symbol.asyncIterator]();
    for (let step = 0; step < this.maxSteps; step++) {
      const { done, value } = await this.running.next();
      if (done) {
        this.running = null;
        console.warn(`${this.caller}: the data set ended after ${step} steps of an epoch of ${this.maxSteps}`);
        return;
      }
      yield this.batchOf(value);
    }
  }

  /** Lets go of what the data set holds ready. */
  async close(): Promise<void> {
    await this.running?.return?.();
    this.running = null;
  }

  private batchOf(element: unknown): Batch {
    try {
      return datasetBatch(this.caller, element, this.model, this.outputs());
    } catch (error) {
      dispose(element);
      throw error;
    }
  }
}

/** Builds a sequential model, whose first layer did not say its input's shape, for the first element of a data set. */
export async function buildForFirst(caller: string, model: TrainableModel, dataset: Dataset<unknown>): Promise<void> {
  if (model.built) return;
  for await (const element of dataset) {
    try {
      const { xs } = named(element);
      const [{ shape }] = tensors(caller, 'xs', xs as ModelData, ['xs']);
      model.build([null, ...shape.slice(1)]);
    } finally {
      dispose(element);
    }
    return;
  }
}

/** The tensors of an element in the order of the model's inputs and outputs, on their dtypes. */
function datasetBatch(
  caller: string,
  element: unknown,
  model: TrainableModel,
  outputs: readonly CompiledOutput[],
): Batch {
  const { xs: x, ys: y, sampleWeight: w } = named(element);
  if (x === undefined || y === undefined) {
    throw new ValueError(`${caller}: an element of the data set is no { xs, ys } nor [x, y], which training wants`);
  }
  const xs = tensors(caller, 'xs', x, model.inputNames);
  const ys = tensors(caller, 'ys', y, model.outputNames);
  const weights = w === undefined ? ys.map(() => undefined) : tensors(caller, 'sampleWeight', w, model.outputNames);
  const size = xs[0].shape[0] ?? 0;
  if (size === 0) {
    throw new ValueError(`${caller}: an element of the data set is empty; make batches with dataset.batch`);
  }
  for (const each of [...xs, ...ys]) {
    if (each.shape[0] !== size) {
      throw new ValueError(
        `${caller}: an element of the data set has ${size} and ${each.shape[0]} samples, expected as many`,
      );
    }
  }
  release(element, [xs, ys, weights]);
  return {
    xs: xs.map((tensor, index) => onDType(tensor, model.inputs[index].dtype)),
    ys: ys.map((tensor, index) =>
      onDType(tensor, outputs[index].loss.labels.kind === 'classes' ? 'int32' : model.outputs[index].dtype),
    ),
    weights,
    size,
  };
}

function named(element: unknown): { xs?: ModelData; ys?: ModelData; sampleWeight?: ModelData } {
  if (!Array.isArray(element)) return (element ?? {}) as { xs?: ModelData; ys?: ModelData };
  const [xs, ys, sampleWeight] = element as readonly ModelData[];
  return { xs, ys, sampleWeight };
}

function tensors(caller: string, what: string, given: ModelData, names: readonly string[]): Tensor[] {
  return listed(caller, `${what} of the data set`, given, names).map((each) => {
    if (!(each instanceof Tensor))
      throw new ValueError(`${caller}: ${what} of the data set are no tensors; see dataset.batch`);
    return each;
  });
}

function onDType(tensor: Tensor, dtype: Tensor['dtype']): Tensor {
  if (tensor.dtype === dtype) return tensor;
  const converted = cast(tensor, dtype);
  tensor.dispose();
  return converted;
}
