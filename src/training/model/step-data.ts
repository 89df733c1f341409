import { ValueError } from '../../base/errors.js';
import type { Shard } from '../../tensor/shard.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Numbers or scalar tensors by their names in logs. */
export type StepLogs = Readonly<Record<string, number | Tensor>>;

/** Tensors of one step, which are freed after it. */
export interface Batch {
  readonly xs: readonly Tensor[];
  readonly ys: readonly Tensor[];
  /** For each output [batch, …], or undefined where samples are not weighted. */
  readonly weights: readonly (Tensor | undefined)[];
  /** Samples, those of other processes included. */
  readonly size: number;
  /** The part of the batch that the tensors hold, where several processes share it. */
  readonly shard?: Shard;
}

/**
 * The batch that `trainStep`, `testStep` and `predictStep` of a model receive. The tensors are freed after the step.
 * @example const trainStep = ({ x, y }) => ({ size: x.shape[0] + y.shape[0] });
 */
export class StepData {
  /** @internal */
  constructor(readonly batch: Batch) {}

  /** One tensor for each input. */
  get xs(): readonly Tensor[] {
    return this.batch.xs;
  }

  /** One tensor for each output with a loss or metrics; empty when training was given no labels. */
  get ys(): readonly Tensor[] {
    return this.batch.ys;
  }

  /** [batch, …], weights of the samples or of their positions; of several outputs, those of the first. */
  get sampleWeight(): Tensor | undefined {
    return this.batch.weights[0];
  }

  /** The input, or the first of several. */
  get x(): Tensor {
    return this.xs[0];
  }

  /** The labels, or those of the first of several outputs. @throws ValueError when training was given none */
  get y(): Tensor {
    if (this.ys.length === 0) throw new ValueError('the batch has no y: expected labels in the data of fit');
    return this.ys[0];
  }

  /**
   * The batch with other inputs or labels, for `super.trainStep`.
   * @example const noisy = (data) => data.with({ xs: data.xs.map((x) => x.add(0.1)) });
   */
  with({ xs = this.xs, ys = this.ys }: { readonly xs?: readonly Tensor[]; readonly ys?: readonly Tensor[] }): StepData {
    return new StepData({ ...this.batch, xs, ys });
  }
}
