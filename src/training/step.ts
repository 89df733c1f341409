import { differentiate } from '../autograd/differentiate.js';
import { asList } from '../layers/base/layer.js';
import { lossesOf } from '../losses/loss.js';
import { weightsLike } from '../metrics/metric.js';
import { add, mul } from '../ops/arithmetic.js';
import { cast } from '../ops/cast.js';
import { concat } from '../ops/concat.js';
import { tensor } from '../ops/creation.js';
import { gather } from '../ops/gather.js';
import { withoutRecording } from '../ops/op.js';
import { argMax, mean } from '../ops/reductions.js';
import { reshape } from '../ops/reshape.js';
import { toDType } from '../ops/shared/to-dtype.js';
import type { Optimizer } from '../optim/optimizer.js';
import { retaining, tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import type { CompiledOutput } from './compile.js';
import type { Batch, TrainableModel } from './contract.js';

/** What one step gives: the total loss, each output's loss, then the metrics' sums, in one small tensor to read back. */
export interface StepResult {
  readonly sums: Tensor;
  /** How many numbers of `sums` belong to each metric, and how many values each summed. */
  readonly metrics: readonly { readonly length: number; readonly count: number }[];
  /** Samples. */
  readonly size: number;
}

/** Weight of each class by its number, for each output; classes that are not named weigh 1. */
export type ClassWeights = readonly (Readonly<Record<number, number>> | undefined)[];

interface Losses {
  readonly total: Tensor;
  readonly outputs: readonly Tensor[];
}

/** The arithmetic of one batch: forward, loss, metrics, and in training gradients and update. */
export class Step {
  private readonly classTables: readonly (readonly number[] | undefined)[];

  constructor(
    private readonly model: TrainableModel,
    private readonly outputs: readonly CompiledOutput[],
    classWeights: ClassWeights = [],
  ) {
    this.classTables = outputs.map((_, index) => {
      const weights = classWeights[index];
      if (!weights) return undefined;
      const classes = Math.max(model.outputs[index].shape.at(-1) ?? 1, 2);
      return Array.from({ length: classes }, (_, number) => weights[number] ?? 1);
    });
  }

  /** One update. The batch stays the caller's, the result's tensor too. */
  train(batch: Batch, optimizer: Optimizer): StepResult {
    const weights = this.model.trainableWeights;
    const variables = weights.map((weight) => weight.variable);
    let metrics: StepResult['metrics'] = [];
    const sums = tidy(() => {
      let packed: Tensor | undefined;
      const loss = (): Tensor => {
        const predictions = asList(this.model.apply(batch.xs, { training: true }));
        const losses = this.lossesOf(predictions, batch);
        withoutRecording(() => {
          ({ packed, metrics } = this.pack(losses, predictions, batch));
        });
        return losses.total;
      };
      const { gradients } = differentiate(loss, variables);
      const pairs = gradients.flatMap((gradient, index): [Tensor, Variable][] =>
        gradient ? [[gradient, variables[index]]] : [],
      );
      optimizer.build(variables);
      optimizer.applyGradients(pairs);
      for (const { constraint, variable } of weights) if (constraint) variable.assign(constraint.apply(variable));
      return packed!;
    });
    return { sums, metrics, size: batch.size };
  }

  /** Loss and metrics alone. */
  test(batch: Batch): StepResult {
    let metrics: StepResult['metrics'] = [];
    const sums = tidy(() =>
      retaining(() => {
        const predictions = asList(this.model.apply(batch.xs, { training: false }));
        const result = this.pack(this.lossesOf(predictions, batch), predictions, batch);
        metrics = result.metrics;
        return result.packed;
      }),
    );
    return { sums, metrics, size: batch.size };
  }

  private lossesOf(predictions: readonly Tensor[], batch: Batch): Losses {
    const outputs = this.outputs.map(({ loss }, index) => {
      const perSample = lossesOf(loss, batch.ys[index], predictions[index]);
      const weights = this.weightsOf(index, batch);
      return mean(weights ? mul(perSample, weightsLike(perSample, weights)) : perSample);
    });
    const weighted = outputs.map((value, index) => {
      const { lossWeight } = this.outputs[index];
      return lossWeight === 1 ? value : mul(value, lossWeight);
    });
    const total = [...weighted, ...this.model.losses].reduce((sum, part) => add(sum, part));
    return { total, outputs };
  }

  /** Sample weights times class weights, [batch, …]; undefined where nothing is weighted. */
  private weightsOf(index: number, batch: Batch): Tensor | undefined {
    const table = this.classTables[index];
    const own = batch.weights[index];
    if (!table) return own;
    const labels = batch.ys[index];
    const byClass = gather(tensor([...table]), this.classesOf(index, labels));
    return own ? mul(byClass, weightsLike(byClass, own)) : byClass;
  }

  private classesOf(index: number, labels: Tensor): Tensor {
    const { loss } = this.outputs[index];
    if (loss.labels.kind !== 'classes' && (labels.shape.at(-1) ?? 1) > 1 && labels.rank > 1) return argMax(labels, -1);
    const flat = labels.rank > 1 && labels.shape.at(-1) === 1 ? reshape(labels, labels.shape.slice(0, -1)) : labels;
    return cast(flat, 'int32');
  }

  private pack(
    { total, outputs }: Losses,
    predictions: readonly Tensor[],
    batch: Batch,
  ): { packed: Tensor; metrics: StepResult['metrics'] } {
    const parts = [total, ...(outputs.length > 1 ? outputs : [])];
    const metrics = this.outputs.flatMap((output, index) =>
      output.metrics.map(({ metric, weighted }) => {
        const weights = weighted ? this.weightsOf(index, batch) : undefined;
        const { sums, count } = metric.contribution(batch.ys[index], predictions[index], weights);
        parts.push(sums);
        return { length: sums.size, count };
      }),
    );
    return { packed: concat(parts.map((part) => reshape(toDType(part, total.dtype), [part.size]))), metrics };
  }
}
