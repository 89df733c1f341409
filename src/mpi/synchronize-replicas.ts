import { hashOf } from '../base/hash.js';
import { getRandomState, setRandomState } from '../tensor/random.js';
import { upload } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import type { TrainedModel } from '../training/model/trained-model.js';
import { valuesOf } from './gradient-reducer.js';
import type { Replicas } from './replicas.js';

/** Give all processes the weights of the first one, its optimizer's state and its random stream. */
export function shareState(replicas: Replicas, model: TrainedModel): void {
  for (const { variable } of model.weights) broadcastInto(replicas, variable);
  const { optimizer } = model;
  optimizer.build(model.trainableVariables);
  for (const { value } of optimizer.slots()) broadcastInto(replicas, value as Variable);
  const { iterations, rate, random } = JSON.parse(
    replicas.broadcastText(
      JSON.stringify({ iterations: optimizer.iterations, rate: rateOf(model), random: getRandomState() }),
    ),
  );
  optimizer.iterations = iterations;
  setRate(model, rate);
  setRandomState(random);
}

/**
 * Average over processes the weights that are not trained by gradients: each has followed statistics of its own rows.
 */
export function averageStatistics(replicas: Replicas, model: TrainedModel): void {
  const trained = new Set(model.trainableVariables);
  for (const { variable } of model.weights) {
    if (trained.has(variable) || !variable.dtype.startsWith('float')) continue;
    const values = valuesOf(own(variable));
    replicas.allReduce(values);
    for (let i = 0; i < values.length; i++) values[i] /= replicas.size;
  }
}

/**
 * Let all processes follow what callbacks did on the first one: its weights where they changed, its rate, its wish to
 * stop.
 * @param before `fingerprint` of the weights before the callbacks
 */
export function followFirst(replicas: Replicas, model: TrainedModel, before: string): void {
  const changed = replicas.rank === 0 && fingerprint(model) !== before;
  const mine = { stop: model.stopTraining, rate: rateOf(model), changed };
  const first = JSON.parse(replicas.broadcastText(JSON.stringify(mine))) as typeof mine;
  if (first.changed) for (const { variable } of model.weights) broadcastInto(replicas, variable);
  setRate(model, first.rate);
  model.stopTraining = first.stop;
}

/** A hash of all weights, to the bit. */
export function fingerprint({ weights }: TrainedModel): string {
  let hash: number | undefined;
  for (const { variable } of weights) hash = hashOf(variable.dataSync(), hash);
  return (hash ?? 0).toString(16);
}

/** Let all processes take the learning rate of the first one. */
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

/** A variable whose buffer nobody shares, to be written in place. */
function own(variable: Variable): Variable {
  variable.makeExclusive();
  return variable;
}

function broadcastInto(replicas: Replicas, variable: Variable): void {
  const values = variable.dataSync();
  replicas.broadcast(values as Float32Array);
  if (replicas.rank === 0) return;
  const copy = upload(values, variable.shape, variable.dtype);
  variable.assign(copy);
  copy.dispose();
}
