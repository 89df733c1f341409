import { tensor } from '../ops/creation.js';
import { dispose } from '../tensor/scope.js';
import { withShard } from '../tensor/shard.js';
import type { Batch } from '../training/model/step-data.js';
import type { Step, StepResult } from '../training/steps/step-result.js';
import type { Replicas } from './replicas.js';

/**
 * A step on this process's rows of a batch. Its numbers are those of the whole batch: means and sums of all processes
 * are added up, and so are wishes to stop training.
 */
export class DistributedStep implements Step {
  /** Whether some process wished to stop before the last step. */
  stopped = false;
  /** Called before each step, on all processes. */
  beforeStep: (() => void) | null = null;

  constructor(
    private readonly step: Step,
    private readonly replicas: Replicas,
    private readonly wishesToStop: () => boolean,
  ) {}

  run(batch: Batch): StepResult {
    this.beforeStep?.();
    const { shard = null } = batch;
    const result = withShard(shard, () => this.step.run(batch)) as StepResult;
    const { packed, means, metrics } = result;
    const values = packed!.dataSync();
    // Means are weighted already; a stand-in for a missing row must not count in sums either.
    const isStandIn = shard?.fraction === 0;
    const all = new Float64Array(values.length + metrics.length + 1);
    if (isStandIn) all.set(values.subarray(0, means.length));
    else {
      all.set(values);
      for (const [index, { count }] of metrics.entries()) all[values.length + index] = count;
    }
    if (this.wishesToStop()) all[all.length - 1] = 1;
    this.replicas.allReduce(all);
    this.stopped = all[all.length - 1] > 0;
    dispose(packed);
    return {
      ...result,
      packed: tensor(all.subarray(0, values.length), [values.length], packed!.dtype),
      metrics: metrics.map((each, index) => ({ ...each, count: all[values.length + index] })),
      size: batch.size,
    };
  }
}
