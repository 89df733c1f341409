import { tensor } from '../ops/creation.js';
import { dispose } from '../tensor/scope.js';
import { withShard } from '../tensor/shard.js';
import type { Batch } from '../training/model/step-data.js';
import type { TrainedModel } from '../training/model/trained-model.js';
import type { Step, StepResult, StepWatcher } from '../training/steps/step-result.js';
import { assertSameStatistics, MovingStatistics } from './moving-statistics.js';
import type { Replicas } from './replicas.js';

/** Requests of a process before a step, which all processes know after it. */
export interface Wishes {
  /** End training after the step, as early stopping does. */
  readonly stop: boolean;
  /** Leave training after the step, to be resumed later. */
  readonly leave: boolean;
}

/**
 * A step on this process's rows of a batch. Its results are those of the whole batch: means and sums are added up over
 * all processes, as are their requests. After it the weights of all processes are equal, including moving statistics.
 */
export class DistributedStep implements Step {
  /** Requests of any process before the last step. */
  agreed: Wishes = { stop: false, leave: false };
  /** Called before each step, on all processes. */
  beforeStep: (() => void | Promise<void>) | null = null;
  private readonly statistics: MovingStatistics;

  constructor(
    private readonly step: Step,
    private readonly replicas: Replicas,
    model: TrainedModel,
    private readonly wishes: () => Wishes,
  ) {
    this.statistics = new MovingStatistics(replicas, model);
  }

  async run(batch: Batch, watcher?: StepWatcher): Promise<StepResult> {
    await this.beforeStep?.();
    const { shard = null } = batch;
    const { statistics } = this;
    statistics.begin();
    try {
      const result = await withShard(shard, () => this.step.run(batch, watcher));
      const sums = await this.sumsOf(result, shard?.fraction ?? 1);
      await statistics.average(shard?.fraction ?? 1);
      return { ...result, ...sums, size: batch.size };
    } finally {
      statistics.end();
    }
  }

  /** Sum the results of a step and the requests over all processes. */
  private async sumsOf(
    { packed, means, metrics }: StepResult,
    fraction: number,
  ): Promise<Pick<StepResult, 'packed' | 'metrics'>> {
    const values = await packed!.data();
    const { stop, leave } = this.wishes();
    const { assigned } = this.statistics;
    const length = values.length;
    const all = new Float64Array(length + metrics.length + 3);
    // Means are weighted already; the placeholder of a process without rows must not count in sums either.
    all.set(fraction > 0 ? values : values.subarray(0, means.length));
    for (const [index, { count }] of metrics.entries()) all[length + index] = fraction > 0 ? count : 0;
    all.set([Number(stop), Number(leave), assigned], length + metrics.length);
    this.replicas.allReduce(all);
    const [stops, leaves, sum] = all.subarray(length + metrics.length);
    assertSameStatistics(sum, assigned, this.replicas);
    this.agreed = { stop: stops > 0, leave: leaves > 0 };
    dispose(packed);
    return {
      packed: tensor(all.subarray(0, length), [length], packed!.dtype),
      metrics: metrics.map((each, index) => ({ ...each, count: all[length + index] })),
    };
  }
}
