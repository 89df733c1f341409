import { COPY } from '../base/copy.js';
import { ValueError } from '../base/errors.js';
import { INSPECT, type InspectArguments, inspected } from '../base/inspect.js';
import { show } from '../base/show.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

/** The sums that a batch adds to a metric. */
export interface Contribution {
  /** A few sums, of rank 1, still on the device. */
  readonly sums: Tensor;
  /** Number of values in the sums. */
  readonly count: number;
}

/** Whether larger or smaller values of a metric are better. */
export type Direction = 'max' | 'min';

/**
 * A number about predictions, accumulated over batches. Each batch gives a few sums, computed on the device; they
 * are read back together with the loss and added on the host in float64.
 * @example const auc = new metrics.AUC(); auc.updateState(yTrue, yPred); console.log(auc.result());
 */
export abstract class Metric {
  /** Keras's class name, by which files identify the metric. */
  static readonly className: string = 'Metric';
  /** @internal the copy of the package that the class belongs to */
  static readonly copyOfNabla = COPY;

  /** Which values are better, for callbacks whose mode is `auto`; null if unknown. */
  readonly direction: Direction | null = null;

  /** @param name in logs */
  constructor(readonly name: string) {
    if (typeof name !== 'string' || name === '') {
      throw new ValueError(`${new.target.name}: name is ${show(name)}, expected a string for the logs`);
    }
  }

  get className(): string {
    return (this.constructor as typeof Metric).className;
  }

  /** Return the options that recreate the metric, as JSON. */
  getConfig(): Record<string, unknown> {
    return { name: this.name };
  }

  /** Compute the sums of one batch. @param sampleWeight [batch], weights of the samples */
  abstract contribution(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Contribution;

  /** Add sums that were read back. */
  abstract add(sums: ArrayLike<number>, count: number): void;

  /**
   * Return the metric over all batches since the last reset; 0 before the first, as in Keras. A list if it has several
   * results.
   */
  abstract result(): number | readonly number[];

  /** Return the names of the numbers of `result` in logs. @param label the metric's name in logs */
  logNames(label: string): string[] {
    const result = this.result();
    return typeof result === 'number' ? [label] : result.map((_, i) => `${label}_${i}`);
  }

  abstract resetState(): void;

  /** @internal */
  [INSPECT](...args: InspectArguments): string {
    return inspected(this.className, { ...this.getConfig(), result: this.result() }, args);
  }

  /** Add one batch, without waiting. @throws ShapeError @throws BackendError where memory is not visible to the host */
  updateState(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike | null): void {
    tidy(() => {
      const caller = `${this.name}.updateState`;
      const weights = sampleWeight == null ? undefined : toTensor(caller, 'sampleWeight', sampleWeight);
      const labels = toTensor(caller, 'yTrue', yTrue);
      const { sums, count } = this.contribution(labels, toTensor(caller, 'yPred', yPred), weights);
      this.add(sums.dataSync(), count);
    });
  }
}

/** One value a sample, or a scalar. */
export type MetricFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;
