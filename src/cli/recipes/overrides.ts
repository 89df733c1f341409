import { ValueError } from '../../base/errors.js';
import type { Layer } from '../../layers/base/layer.js';
import type { Model } from '../../models/model.js';
import type { Optimizer } from '../../optim/optimizer.js';
import { getOptimizer, optimizerFromConfig } from '../../optim/registry.js';
import { cosineDecay, exponentialDecay, polynomialDecay, type Schedule } from '../../optim/schedules.js';
import type { CallbackFunctions } from '../../training/callbacks/callback.js';
import { earlyStopping } from '../../training/callbacks/index.js';
import type { CompileOptions } from '../../training/model/compile.js';
import type { TrainingPlan } from './experiments.js';
import type { RunSettings } from './run-settings.js';

/** Schedules over all steps of a run, starting from the given rate or the optimizer's default. */
const SCHEDULES: Readonly<Record<string, (rate: number, steps: number) => Schedule>> = {
  cosine: (initialLearningRate, decaySteps) => cosineDecay({ initialLearningRate, decaySteps }),
  linear: (initialLearningRate, decaySteps) =>
    polynomialDecay({ initialLearningRate, decaySteps, endLearningRate: 0, power: 1 }),
  // A hundredth of the rate at the end.
  exponential: (initialLearningRate, decaySteps) =>
    exponentialDecay({ initialLearningRate, decaySteps, decayRate: 0.01 }),
};

export const SCHEDULE_NAMES = Object.keys(SCHEDULES);

/** The plan's compile options with the optimizer, rate and schedule of the command line. */
export function compileOptionsOf(plan: TrainingPlan, settings: RunSettings, stepsPerEpoch: number): CompileOptions {
  const options = plan.compile();
  const { optimizer, learningRate, schedule, epochs } = settings;
  if (optimizer === undefined && learningRate === undefined && schedule === undefined) return options;
  const own = getOptimizer(optimizer ?? options.optimizer!);
  const rate = learningRate ?? own.learningRate;
  const rates = schedule === undefined ? rate : SCHEDULES[schedule](rate, epochs * stepsPerEpoch);
  return { ...options, optimizer: withRate(own, rates) };
}

const withRate = (optimizer: Optimizer, learningRate: number | Schedule): Optimizer =>
  optimizerFromConfig(optimizer.className, { ...optimizer.getConfig(), learningRate });

/** The plan's callbacks, and early stopping if patience is given. */
export function callbacksOf(plan: TrainingPlan, { patience }: RunSettings): CallbackFunctions[] {
  const own = plan.callbacks?.() ?? [];
  return patience === undefined ? own : [...own, earlyStopping({ patience, restoreBestWeights: true, verbose: 1 })];
}

/**
 * Freeze the first `count` layers with weights; a negative count freezes all but the last `-count`.
 * @throws ValueError when no layer would be left to train
 */
export function freeze(model: Model, count: number): void {
  const layers = leaves(model).filter((layer) => layer.weights.length > 0);
  const frozen = count < 0 ? layers.length + count : count;
  if (frozen < 0 || frozen >= layers.length) {
    throw new ValueError(
      `train: --freeze is ${count}, and ${model.name} has ${layers.length} layers with weights, expected fewer, so ` +
        'that some are trained',
    );
  }
  for (const layer of layers.slice(0, frozen)) layer.trainable = false;
}

/** Layers of a model, including those of nested models. */
function leaves(model: Model): Layer[] {
  return model.layers.flatMap((layer) => ('layers' in layer ? leaves(layer as Model) : [layer]));
}
