import { ValueError } from '../base/errors.js';
import type { Storage } from '../tensor/storage.js';
import type { Variable } from '../tensor/variable.js';
import type { TrainedModel } from '../training/model/trained-model.js';
import type { Replicas } from './replicas.js';

/**
 * Weights that layers set without gradients, such as the moving averages of batch normalization. Each process has seen
 * different rows, so after a step all processes use the mean, weighted by rows.
 */
export class MovingStatistics {
  private readonly weights: readonly Variable[];
  private before: readonly Storage[] = [];

  constructor(
    private readonly replicas: Replicas,
    model: TrainedModel,
  ) {
    const trained = new Set(model.trainableVariables);
    this.weights = model.weights
      .map(({ variable }) => variable)
      .filter((variable) => !trained.has(variable) && variable.dtype.startsWith('float'));
  }

  /** Record the storages before a step: an assignment replaces a variable's storage. */
  begin(): void {
    this.before = this.weights.map(({ storage }) => storage.retain());
  }

  /** Number of elements that the step has assigned. */
  get assigned(): number {
    return this.moved().reduce((total, { size }) => total + size, 0);
  }

  /** Average over all processes. @param fraction of the batch's rows that this process computed */
  async average(fraction: number): Promise<void> {
    const moved = this.moved();
    if (moved.length === 0) return;
    const all = new Float64Array(this.assigned);
    let offset = 0;
    for (const variable of moved) {
      all.set(await variable.data(), offset);
      offset += variable.size;
    }
    for (let i = 0; i < all.length; i++) all[i] *= fraction;
    this.replicas.allReduce(all);
    offset = 0;
    for (const variable of moved) {
      variable.assignValues(all.subarray(offset, offset + variable.size));
      offset += variable.size;
    }
  }

  end(): void {
    for (const storage of this.before) storage.release();
    this.before = [];
  }

  private moved(): readonly Variable[] {
    return this.weights.filter(({ storage }, index) => storage !== this.before[index]);
  }
}

/** @throws ValueError when the processes have assigned different numbers of elements */
export function assertSameStatistics(sum: number, own: number, { rank, size }: Replicas): void {
  if (sum === own * size) return;
  throw new ValueError(
    `fit: layers have set ${own} elements of their weights on rank ${rank}, expected the same number on each of ${size} ranks, ` +
      `${sum} in total`,
  );
}
