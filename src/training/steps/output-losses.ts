import { takeAddedLosses } from '../../layers/base/added-losses.js';
import { weightsLike } from '../../losses/align-labels.js';
import { add, mul } from '../../ops/arithmetic.js';
import { cast } from '../../ops/cast.js';
import { notEqual, where } from '../../ops/comparison.js';
import { tensor } from '../../ops/creation.js';
import { gather } from '../../ops/gather.js';
import { argMax } from '../../ops/reductions.js';
import { reshape } from '../../ops/reshape.js';
import { currentShard } from '../../tensor/shard.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { CompiledOutput } from '../model/compile.js';
import type { Batch } from '../model/step-data.js';
import type { TrainableModel } from '../model/trained-model.js';
import { type MetricSums, packed, type StepResult } from './step-result.js';

/** Weight of each class by its number, for each output; other classes have weight 1. */
export type ClassWeights = readonly (Readonly<Record<number, number>> | undefined)[];

interface Losses {
  readonly total: Tensor;
  /** Of each output with a loss. */
  readonly outputs: readonly Tensor[];
}

/** Computes the losses and metrics of a batch from the predictions of a model. */
export class OutputLosses {
  /** Name of the total, then of each output if there are several. */
  readonly names: readonly string[];
  private readonly classTables: readonly (readonly number[] | undefined)[];

  constructor(
    private readonly model: TrainableModel,
    private readonly outputs: readonly CompiledOutput[],
    classWeights: ClassWeights = [],
  ) {
    this.names = lossNames(outputs);
    this.classTables = outputs.map(({ index }) => {
      const weights = classWeights[index];
      if (!weights) return undefined;
      const classes = Math.max(model.outputs[index].shape.at(-1) ?? 1, 2);
      return Array.from({ length: classes }, (_, number) => weights[number] ?? 1);
    });
  }

  /**
   * Return the loss of each output, and their weighted total with the penalties of the regularizers and what layers
   * added. On a part of a
   * batch, each is the part's contribution to the whole batch's.
   */
  of(predictions: readonly Tensor[], batch: Batch): Losses {
    const shard = currentShard();
    const outputs: Tensor[] = [];
    const weighted: Tensor[] = [];
    for (const [place, { index, loss, lossWeight }] of this.outputs.entries()) {
      if (!loss) continue;
      const value = loss.apply(batch.ys[place], predictions[index], this.weightsOf(place, batch));
      outputs.push(value);
      weighted.push(lossWeight === 1 ? value : mul(value, lossWeight));
    }
    const penalties = shard ? this.model.losses.map((each) => mul(each, 1 / shard.processes)) : this.model.losses;
    const added = takeAddedLosses().map((each) => reshape(each, []));
    const total = [...weighted, ...penalties, ...added].reduce((sum, part) => add(sum, part));
    return { total, outputs };
  }

  /** Return losses and metrics as the numbers of a step. */
  result({ total, outputs }: Losses, predictions: readonly Tensor[], batch: Batch): StepResult {
    const parts = [total, ...(outputs.length > 1 ? outputs : [])];
    const metrics = this.outputs.flatMap((output, place) =>
      output.metrics.map(({ metric, weighted }): MetricSums => {
        const weights = weighted ? this.weightsOf(place, batch) : undefined;
        const { sums, count } = metric.contribution(batch.ys[place], predictions[output.index], weights);
        parts.push(sums);
        return { metric, length: sums.size, count };
      }),
    );
    return { packed: packed(parts), means: this.names, metrics, size: batch.size };
  }

  /** Return sample weights times class weights, [batch, …]; undefined if there are none. */
  private weightsOf(place: number, batch: Batch): Tensor | undefined {
    const table = this.classTables[place];
    const own = batch.weights[place];
    if (!table) return own;
    const byClass = gather(tensor([...table]), this.classesOf(place, batch.ys[place]));
    return own ? mul(byClass, weightsLike(byClass, own)) : byClass;
  }

  private classesOf(place: number, labels: Tensor): Tensor {
    const { loss } = this.outputs[place];
    if (loss?.labels.kind !== 'classes' && (labels.shape.at(-1) ?? 1) > 1 && labels.rank > 1) return argMax(labels, -1);
    const flat = labels.rank > 1 && labels.shape.at(-1) === 1 ? reshape(labels, labels.shape.slice(0, -1)) : labels;
    const ignored = loss?.labels.ignored ?? null;
    // The loss excludes samples of the ignored class, regardless of their weight.
    return cast(ignored === null ? flat : where(notEqual(flat, ignored), flat, 0), 'int32');
  }
}

/** Return the names of losses in logs: the total, and each output's if there are several. */
export const lossNames = (outputs: readonly CompiledOutput[]): string[] => {
  const trained = outputs.filter(({ loss }) => loss);
  if (trained.length === 0) return [];
  return ['loss', ...(trained.length > 1 ? trained.map(({ name }) => `${name}_loss`) : [])];
};
