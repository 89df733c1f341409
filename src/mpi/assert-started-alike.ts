import { currentBackend } from '../backends/registry.js';
import { version } from '../base/version.js';
import type { Layer } from '../layers/base/layer.js';
import type { Model } from '../models/model.js';
import type { StartedFit } from '../training/distribution.js';
import { ArrayFeed } from '../training/feeds/array-feed.js';
import type { Feed } from '../training/feeds/feed.js';
import type { TrainedModel } from '../training/model/trained-model.js';
import { StreamedSource } from '../training/samples/streamed-source.js';
import { positionKeepers } from '../training/training-position.js';
import { hashOfTensors } from './large-hash.js';
import type { Replicas } from './replicas.js';

/**
 * Settings that must be equal on all processes. For the others, such as `verbose`, `callbacks` and `progress`, those of
 * the first process are used.
 */
const SHARED_SETTINGS = [
  'epochs',
  'initialEpoch',
  'batchSize',
  'shuffle',
  'validationSplit',
  'validationFreq',
  'classWeight',
] as const;

/** Number of elements of each input and label that are hashed, and the minimum number of samples. */
const HASHED_ELEMENTS = 2 ** 18;
const LEAST_HASHED = 16;

/**
 * Check that all processes were started with the same model, data and settings.
 * @throws ValueError on every process, naming the difference and the rank
 */
export async function assertStartedAlike(
  replicas: Replicas,
  caller: string,
  model: TrainedModel,
  { feed, validation, options }: StartedFit,
): Promise<void> {
  const agree = (subject: string, value: unknown) => replicas.agree(caller, subject, String(value));
  agree('the version of nabla', version);
  agree('the backend', backendOf());
  agree('the kind of the data', kindOf(feed));
  agree(`the list of ${model.name}'s weights`, weightsOf(model));
  agree(`the config of ${model.name}`, configOf(model));
  agree('the optimizer', optimizerOf(model));
  agree('the loss', written((model as Model).compileOptions?.loss));
  agree('the list of loss weights', written((model as Model).compileOptions?.lossWeights));
  agree('the list of metrics', model.metricsNames.join(', '));
  for (const name of SHARED_SETTINGS) agree(`the option ${name}`, written(options[name]));
  agree('the number of callbacks that keep the position of training', positionKeepers(options.callbacks).length);
  await assertSameData(agree, '', feed);
  agree('the kind of the validation data', validation ? kindOf(validation) : 'missing');
  if (validation) await assertSameData(agree, ' of validation', validation);
}

const kindOf = (feed: Feed): string => (feed instanceof ArrayFeed ? 'samples' : 'a data set');

/**
 * Check properties of the data that are known before they are read. Batches of a data set are compared as they arrive.
 */
async function assertSameData(
  agree: (subject: string, value: unknown) => void,
  purpose: string,
  feed: Feed,
): Promise<void> {
  agree(`the number of steps${purpose || ' of an epoch'}`, feed.steps);
  agree(`the number of samples${purpose}`, feed.samples);
  if (feed instanceof ArrayFeed) agree(`the hash of the samples${purpose}`, await sampleHash(feed));
}

/** Hash samples, labels and weights in memory: all of them if they are few, else an evenly spaced subset. */
async function sampleHash({ data: { xs, ys, weights, count } }: ArrayFeed): Promise<string> {
  const hashes: string[] = [];
  for (const [name, sources] of Object.entries({ x: xs, y: ys, sampleWeight: weights })) {
    for (const source of sources) {
      if (!source || source instanceof StreamedSource) {
        hashes.push(`${name} ${source ? 'read later' : 'missing'}`);
        continue;
      }
      const first = source.batch(null, 0, 1);
      const hashed = Math.min(count, Math.max(LEAST_HASHED, Math.floor(HASHED_ELEMENTS / first.size)));
      first.dispose();
      const rows = Int32Array.from({ length: hashed }, (_, index) => Math.floor((index * count) / hashed));
      const batch = source.batch(rows, 0, hashed);
      hashes.push(`${name} ${await hashOfTensors([batch])}`);
      batch.dispose();
    }
  }
  return hashes.join(', ');
}

/** The backend and its variant, which round differently from others, so that weights would diverge. */
function backendOf(): string {
  const { name, variant } = currentBackend().info();
  return `${name} (${variant})`;
}

function weightsOf({ weights, trainableVariables }: TrainedModel): string {
  const trained = new Set(trainableVariables);
  const each = weights.map(({ variable }) => {
    const { name, dtype, shape } = variable;
    return `${name} ${dtype} [${shape}]${trained.has(variable) ? '' : ' not trained'}`;
  });
  return each.join(', ');
}

/** The graph of layers with their options; only the layers if the model has parts that cannot be serialized. */
function configOf(model: TrainedModel): string {
  try {
    return (model as Model).toJSON() as string;
  } catch {
    return model.layers.map(layerOf).join(', ');
  }
}

function layerOf(layer: Layer): string {
  try {
    return written(layer.getConfig());
  } catch {
    // The config contains a function.
    return layer.name;
  }
}

/** The optimizer and its options, except a constant learning rate, which the first process sets. */
function optimizerOf({ optimizer }: TrainedModel): string {
  const name = optimizer.className;
  try {
    const { learningRate, ...options } = optimizer.getConfig();
    return written({ name, ...options, ...(optimizer.hasSchedule ? { learningRate } : {}) });
  } catch {
    // A custom schedule is a function, which a config cannot contain.
    return name;
  }
}

/** Convert to JSON, with functions replaced by their names if they have any. */
const written = (value: unknown): string =>
  JSON.stringify(value, (_, each) => (typeof each === 'function' ? each.name : each)) ?? 'missing';
