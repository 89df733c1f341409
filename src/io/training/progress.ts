import type { RandomState } from '../../backends/kernels.js';
import { FormatError } from '../../base/errors.js';
import type { Layer } from '../../layers/base/layer.js';
import { SeedSequence } from '../../layers/base/seed-sequence.js';
import type { Model } from '../../models/model.js';
import { getRandomState, setRandomState } from '../../tensor/random.js';
import { asObject, isObject, show } from '../bytes/json.js';
import { layerPaths } from '../weights/layer-tree.js';

/** State of training other than weights and optimizer, which determines the order of data and dropout. */
export interface TrainingProgress {
  /** Epochs done: `initialEpoch` of the next `fit`. */
  readonly epoch: number;
  /** State of the common random stream. */
  readonly random: RandomState;
  /** Numbers of draws of layers with their own seed, by path. */
  readonly draws: Readonly<Record<string, number>>;
}

const sequences = (layer: Layer): SeedSequence[] =>
  Object.values(layer).filter((value): value is SeedSequence => value instanceof SeedSequence);

export function currentProgress(model: Model, epoch: number | undefined): TrainingProgress {
  const draws: Record<string, number> = {};
  for (const { path, layer } of layerPaths(model)) {
    for (const [index, { seed, count }] of sequences(layer).entries()) {
      if (seed !== null) draws[`${path}/${index}`] = count;
    }
  }
  const { key, counter } = getRandomState();
  return { epoch: epoch ?? (model.history?.epoch.at(-1) ?? -1) + 1, random: { key, counter }, draws };
}

/** Restore the progress of training. */
export function resumeProgress(model: Model, { random, draws }: TrainingProgress): void {
  for (const { path, layer } of layerPaths(model)) {
    for (const [index, sequence] of sequences(layer).entries()) {
      sequence.count = draws[`${path}/${index}`] ?? sequence.count;
    }
  }
  setRandomState(random);
}

/** @throws FormatError when a number is missing or invalid */
export function readProgress(json: unknown, caller: string): TrainingProgress | null {
  if (!isObject(json)) return null;
  const { key, counter } = asObject(json.random, `${caller}: random`);
  const draws = asObject(json.draws, `${caller}: draws`);
  const numbers = [json.epoch, key, counter, ...Object.values(draws)];
  const wrong = numbers.findIndex((value) => !Number.isSafeInteger(value) || (value as number) < 0);
  if (wrong >= 0) throw new FormatError(`${caller}: found ${show(numbers[wrong])}, expected an integer ≥ 0`);
  return {
    epoch: json.epoch as number,
    random: { key: key as number, counter: counter as number },
    draws: draws as Record<string, number>,
  };
}
