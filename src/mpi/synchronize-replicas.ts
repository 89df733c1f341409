import { currentProgress, resumeProgress } from '../io/training/progress.js';
import type { Model } from '../models/model.js';
import { getRandomState, setRandomState } from '../tensor/random.js';
import type { Storage } from '../tensor/storage.js';
import { upload } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import type { TrainedModel } from '../training/model/trained-model.js';
import { SharedError } from './agreement.js';
import { hashOfTensors } from './large-hash.js';
import type { Replicas } from './replicas.js';

/** Copy weights, optimizer state, random stream and the layers' draw counts of the first process to all. */
export async function shareState(replicas: Replicas, model: TrainedModel): Promise<void> {
  for (const { variable } of model.weights) await broadcastInto(replicas, variable);
  const { optimizer } = model;
  optimizer.build(model.trainableVariables);
  for (const { value } of optimizer.slots()) await broadcastInto(replicas, value as Variable);
  const mine = { steps: optimizer.steps, rate: rateOf(model), progress: currentProgress(model as Model, 0) };
  const { steps, rate, progress } = JSON.parse(replicas.broadcastText(JSON.stringify(mine))) as typeof mine;
  optimizer.steps = steps;
  setRate(model, rate);
  resumeProgress(model as Model, progress);
}

/** A snapshot that detects changes of weights without reading them: in-place changes increase a version number. */
export class SeenWeights {
  private readonly seen: readonly { readonly storage: Storage; readonly version: number }[];
  private readonly trained: readonly Variable[];

  constructor(private readonly model: TrainedModel) {
    this.seen = model.weights.map(({ variable: { storage } }) => ({ storage, version: storage.version }));
    this.trained = model.trainableVariables;
  }

  /** Whether any weight was assigned or updated since. */
  get haveChanged(): boolean {
    return this.model.weights.some(({ variable: { storage } }, index) => {
      const before = this.seen[index];
      return storage !== before?.storage || storage.version !== before.version;
    });
  }

  /** Whether the set of trained weights has changed. */
  get areFrozenOtherwise(): boolean {
    const now = this.model.trainableVariables;
    return now.length !== this.trained.length || now.some((variable, index) => variable !== this.trained[index]);
  }
}

/**
 * Apply the effects of callbacks on the first process to all: changed weights, the learning rate, a request to stop,
 * and the random stream.
 * @param seen the weights of this process before the callbacks
 * @throws ValueError on every process when callbacks froze or unfroze weights
 */
export async function followFirst(replicas: Replicas, model: TrainedModel, seen: SeenWeights): Promise<void> {
  const { haveChanged, areFrozenOtherwise } = seen;
  const { stopTraining: stop } = model;
  const mine = { stop, rate: rateOf(model), haveChanged, areFrozenOtherwise, random: getRandomState() };
  const first = JSON.parse(replicas.broadcastText(JSON.stringify(mine))) as typeof mine;
  if (first.areFrozenOtherwise) {
    throw new SharedError(
      `fit: a callback of rank 0 has changed which weights of ${model.name} are trained, expected the same for a whole fit with distribute`,
    );
  }
  if (first.haveChanged) for (const { variable } of model.weights) await broadcastInto(replicas, variable);
  setRate(model, first.rate);
  model.stopTraining = first.stop;
  setRandomState(first.random);
}

/** A hash of the bits of all weights. */
export const fingerprint = ({ weights }: TrainedModel): Promise<string> =>
  hashOfTensors(weights.map(({ variable }) => variable));

/** Set the learning rate of the first process on all. */
export function followRate(replicas: Replicas, model: TrainedModel): void {
  const rate = Float64Array.of(rateOf(model) ?? Number.NaN);
  replicas.broadcast(rate);
  if (!Number.isNaN(rate[0])) setRate(model, rate[0]);
}

const rateOf = ({ optimizer }: TrainedModel): number | null =>
  optimizer.hasSchedule ? null : optimizer.baseLearningRate;

function setRate({ optimizer }: TrainedModel, rate: number | null): void {
  if (rate !== null && !optimizer.hasSchedule && optimizer.baseLearningRate !== rate) optimizer.baseLearningRate = rate;
}

async function broadcastInto(replicas: Replicas, variable: Variable): Promise<void> {
  const values = await variable.data();
  replicas.broadcast(values as Float32Array);
  if (replicas.rank === 0) return;
  const copy = upload(values, variable.shape, variable.dtype);
  variable.assign(copy);
  copy.dispose();
}
