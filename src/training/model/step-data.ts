import { ValueError } from '../../base/errors.js';
import type { Shard } from '../../tensor/shard.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Numbers or scalar tensors by their names in logs. */
export type StepLogs = Readonly<Record<string, number | Tensor>>;

/** Tensors of one step, which are freed after it. */
export interface Batch {
  readonly xs: readonly Tensor[];
  readonly ys: readonly Tensor[];
  /** For each output [batch], or undefined where samples are not weighted. */
  readonly weights: readonly (Tensor | undefined)[];
  /** Samples, those of other processes included. */
  readonly size: number;
  /** The part of the batch that the tensors hold, where several processes share it. */
  readonly shard?: Shard;
}

/**
 * The batch that `trainStep` and `testStep` of a model receive. The tensors are freed after the step.
 * @example const trainStep = ({ x, y }) => ({ size: x.shape[0] + y.shape[0] });
 */
export class StepData {
  /** One tensor for each input. */
  readonly xs: readonly Tensor[];
  /** One tensor for each output; empty when training was given no labels. */
  readonly ys: readonly Tensor[];
  /** [batch], weights of the samples. */
  readonly sampleWeight: Tensor | undefined;

  constructor({ xs, ys, weights }: Batch) {
    this.xs = xs;
    this.ys = ys;
    this.sampleWeight = weights[0];
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
}
