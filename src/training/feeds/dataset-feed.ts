import { ValueError } from '../../base/errors.js';
import { type Dataset, release } from '../../data/dataset.js';
import { checkLabels } from '../../losses/check-labels.js';
import { cast } from '../../ops/cast.js';
import { setRandomState } from '../../tensor/random.js';
import { dispose } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import type { CompiledOutput } from '../model/compile.js';
import type { Batch } from '../model/step-data.js';
import type { TrainableModel } from '../model/trained-model.js';
import { listed, type ModelData, type Samples, unnamed } from '../samples/samples.js';
import type { EpochPosition, Feed } from './feed.js';
import { listedForOutputs } from './output-data.js';
import { labelName, unbatched } from './prepare-data.js';
import { checkWeightShape } from './weight-shape.js';

/**
 * Batches from a data set: `{ xs, ys }` or `[x, y]`, optionally with sample weights as `sampleWeight` or third item.
 * They are freed after their step.
 */
export class DatasetFeed implements Feed {
  readonly steps: number | null;
  readonly samples = null;
  ranOut = false;
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

  /**
   * With a number of steps the data set continues where the last epoch ended; without, it starts again.
   * @throws ValueError when it has no batch at all, or a label is NaN or out of range
   */
  async *epoch(from?: EpochPosition): AsyncGenerator<Batch, void, undefined> {
    const limited = this.maxSteps !== undefined;
    const iterator = (limited && this.running) || this.dataset[Symbol.asyncIterator]();
    const isFresh = iterator !== this.running;
    if (limited) this.running = iterator;
    try {
      for (let step = 0; step < (this.maxSteps ?? Number.POSITIVE_INFINITY); step++) {
        const { done, value } = await iterator.next();
        if (done) {
          if (step === 0 && isFresh) throw new ValueError(`${this.caller}: the data set is empty, expected batches`);
          if (limited) this.runOut(step);
          return;
        }
        // The steps before were done before training was left.
        if (step < (from?.step ?? 0)) dispose(value);
        else {
          if (from && step === from.step) setRandomState(from.random);
          yield await this.batchOf(value, step);
        }
      }
    } finally {
      if (!limited) await iterator.return?.();
    }
  }

  private runOut(step: number): void {
    this.running = null;
    this.ranOut = true;
    console.warn(
      `${this.caller}: the data set ended after ${step} steps of an epoch of ${this.maxSteps}; training ends. ` +
        'dataset.repeat() starts it again',
    );
  }

  /** Free the batches that the data set has prepared. */
  async close(): Promise<void> {
    await this.running?.return?.();
    this.running = null;
  }

  private async batchOf(element: unknown, step: number): Promise<Batch> {
    const outputs = this.outputs();
    let batch: Batch | undefined;
    try {
      batch = datasetBatch(this.caller, element, this.model, outputs);
      await this.checkLabels(batch, outputs, step);
      return batch;
    } catch (error) {
      dispose([element, batch && [batch.xs, batch.ys, batch.weights]]);
      throw error;
    }
  }

  private async checkLabels({ ys }: Batch, outputs: readonly CompiledOutput[], step: number): Promise<void> {
    for (const [place, { name, index, loss }] of outputs.entries()) {
      if (!loss || loss.labels.kind === 'any') continue;
      const labels = { values: await ys[place].data(), shape: ys[place].shape };
      const caller = `${this.caller}: batch ${step}: ${labelName(loss.name, name, this.model)}`;
      checkLabels(caller, loss, labels, this.model.outputs[index].shape);
    }
  }
}

/** Build a model whose inputs are not known for the first element of a data set. */
export async function buildForFirst(caller: string, model: TrainableModel, dataset: Dataset<unknown>): Promise<void> {
  model.assertAlive(caller);
  if (model.built || !model.isCallable) return;
  for await (const element of dataset) {
    try {
      const { xs } = named(element);
      model.build(unbatched(tensors(caller, 'xs', xs as ModelData, null).map(({ shape }) => shape)));
    } finally {
      dispose(element);
    }
    return;
  }
}

/** Return the tensors of an element in the order of the model's inputs and outputs, with their dtypes. */
function datasetBatch(
  caller: string,
  element: unknown,
  model: TrainableModel,
  outputs: readonly CompiledOutput[],
): Batch {
  const { xs: x, ys: y, sampleWeight: w } = named(element);
  const judged = outputs.length > 0;
  if (x === undefined || (judged && y === undefined)) {
    throw new ValueError(
      `${caller}: an element of the data set is neither { xs, ys } nor [x, y], which training needs`,
    );
  }
  const forOutputs = (what: string, given: ModelData) =>
    judged
      ? asTensors(caller, what, listedForOutputs(caller, `${what} of the data set`, given, outputs, model.outputNames))
      : tensors(caller, what, given, null);
  const xs = tensors(caller, 'xs', x, model.isCallable ? model.inputNames : null);
  const ys = y === undefined ? [] : forOutputs('ys', y);
  const weights = w === undefined ? ys.map(() => undefined) : forOutputs('sampleWeight', w);
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
  for (const [index, each] of weights.entries()) {
    if (each) checkWeightShape(caller, each.shape, size, outputs[index], model);
  }
  release(element, [xs, ys, weights]);
  return {
    xs: model.isCallable ? xs.map((tensor, index) => onDType(tensor, model.inputs[index].dtype)) : xs,
    ys: judged ? ys.map((tensor, index) => onDType(tensor, labelDType(outputs[index], model))) : ys,
    weights,
    size,
  };
}

/** The inputs in an element of a data set, on their dtypes; labels, where it has them, stay with the element. */
export function inputsOf(caller: string, element: unknown, model: TrainableModel): Tensor[] {
  const { xs } = named(element);
  if (xs === undefined) throw new ValueError(`${caller}: an element of the data set has no xs`);
  return tensors(caller, 'xs', xs, model.inputNames).map((tensor, index) => {
    const { dtype } = model.inputs[index];
    return tensor.dtype === dtype ? tensor : cast(tensor, dtype);
  });
}

const labelDType = ({ loss, index }: CompiledOutput, model: TrainableModel): Tensor['dtype'] =>
  loss?.labels.kind === 'classes' ? 'int32' : model.outputs[index].dtype;

function named(element: unknown): { xs?: ModelData; ys?: ModelData; sampleWeight?: ModelData } {
  if (element instanceof Tensor) return { xs: element };
  if (!Array.isArray(element)) return (element ?? {}) as { xs?: ModelData; ys?: ModelData };
  const [xs, ys, sampleWeight] = element as readonly ModelData[];
  return { xs, ys, sampleWeight };
}

/** @param names null: as many as there are */
function tensors(caller: string, what: string, given: ModelData, names: readonly string[] | null): Tensor[] {
  const place = `${what} of the data set`;
  return asTensors(caller, what, names ? listed(caller, place, given, names) : unnamed(caller, place, given));
}

function asTensors(caller: string, what: string, list: readonly Samples[]): Tensor[] {
  return list.map((each) => {
    if (each instanceof Tensor) return each;
    throw new ValueError(`${caller}: ${what} of the data set are not tensors; dataset.batch makes batches`);
  });
}

function onDType(tensor: Tensor, dtype: Tensor['dtype']): Tensor {
  if (tensor.dtype === dtype) return tensor;
  const converted = cast(tensor, dtype);
  tensor.dispose();
  return converted;
}
