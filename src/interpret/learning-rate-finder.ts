import { ValueError } from '../base/errors.js';
import { type Given, integer, number, positiveInteger, readOptions } from '../base/options.js';
import { assertModel } from '../models/assert-model.js';
import type { Model } from '../models/model.js';
import { tensor } from '../ops/creation.js';
import { optimizerFromConfig } from '../optim/registry.js';
import { getRandomState, setRandomState } from '../tensor/random.js';
import { dispose, tidy } from '../tensor/scope.js';
import { Callback } from '../training/callbacks/callback.js';
import type { Logs } from '../training/model/logs.js';
import type { ModelData } from '../training/samples/samples.js';

const OPTIONS = {
  /** Rate of the first step; default 1e-6. */
  from: number({ above: 0 }).default(1e-6),
  /** Rate of the last step; default 1. */
  to: number({ above: 0 }).default(1),
  /** Steps at most, at rates evenly spread in their logarithm; default 100. */
  steps: integer({ min: 10 }).default(100),
  batchSize: positiveInteger().default(32),
};

/** Options of `findLearningRate`. */
export type LearningRateFinderOptions = Given<typeof OPTIONS>;

/** Losses at increasing learning rates. */
export interface LearningRates {
  readonly rates: readonly number[];
  /** Loss of the batch at each rate, smoothed. */
  readonly losses: readonly number[];
  /** The rate at which the loss falls fastest; null where it never falls. */
  readonly suggestion: number | null;
}

/** Weight of the losses before in the smoothed loss. */
const SMOOTHING = 0.9;
/** A loss this many times the smallest one ends the search. */
const DIVERGED = 4;

/**
 * Train for some steps with a learning rate that rises from step to step, and find where the loss falls fastest. The
 * weights and the optimizer are restored afterwards.
 * @param model compiled, with a learning rate that is a number
 * @param x samples, shuffled
 * @param y labels
 * @throws ValueError when an option is unknown or wrong, the model is not compiled, or a schedule sets its rate
 * @see Smith, "Cyclical Learning Rates for Training Neural Networks", arXiv:1506.01186
 * @example const { suggestion } = await interpret.findLearningRate(model, x, y)
 */
export async function findLearningRate(
  model: Model,
  x: ModelData,
  y: ModelData,
  options: LearningRateFinderOptions = {},
): Promise<LearningRates> {
  assertModel('findLearningRate', model);
  const { from, to, steps, batchSize } = readOptions('findLearningRate', OPTIONS, options);
  if (to <= from) throw new ValueError(`findLearningRate: to is ${to}, expected more than from, ${from}`);
  const { optimizer } = model;
  if (optimizer.hasSchedule) {
    throw new ValueError('findLearningRate: a schedule sets the learning rate, expected an optimizer with a number');
  }
  const restore = remember(model);
  const search = new Search(model, from, to, steps);
  try {
    // Epochs enough for all steps; the search ends training.
    await model.fit(x, y, { batchSize, epochs: steps, verbose: 0, callbacks: [search] });
  } finally {
    restore();
  }
  return search.result;
}

/** Raises the rate from step to step, and reads the loss of each. */
class Search extends Callback<Model> {
  private readonly rates: number[] = [];
  private readonly losses: number[] = [];
  private smoothed = 0;
  /** Sum of the losses of this epoch's batches: logs have their mean. */
  private sum = 0;

  constructor(
    private readonly trained: Model,
    private readonly from: number,
    private readonly to: number,
    private readonly steps: number,
  ) {
    super();
  }

  override onEpochBegin(): void {
    this.sum = 0;
  }

  override onBatchBegin(): void {
    const { from, to, steps } = this;
    this.rates.push(from * (to / from) ** (this.rates.length / (steps - 1)));
    this.trained.optimizer.learningRate = this.rates.at(-1)!;
  }

  override onBatchEnd(batch: number, logs: Logs): void {
    const sum = logs.loss * (batch + 1);
    const loss = sum - this.sum;
    this.sum = sum;
    this.smoothed = SMOOTHING * this.smoothed + (1 - SMOOTHING) * loss;
    // The mean of the losses so far, without the zero that the sum began with.
    const value = this.smoothed / (1 - SMOOTHING ** this.rates.length);
    const hasDiverged = !Number.isFinite(value) || value > DIVERGED * Math.min(...this.losses);
    if (Number.isFinite(value)) this.losses.push(value);
    if (hasDiverged || this.rates.length === this.steps) this.trained.stopTraining = true;
  }

  get result(): LearningRates {
    const { losses } = this;
    const rates = this.rates.slice(0, losses.length);
    let steepest = 0;
    let suggestion: number | null = null;
    // A loss that has exploded falls again, steeply and far above the least one.
    const end = losses.indexOf(Math.min(...losses));
    // Over two steps each, and not in the first tenth, where the mean is of few.
    for (let i = Math.ceil(losses.length / 10); i < end; i++) {
      const fall = losses[i + 1] - losses[i - 1];
      if (i > 0 && fall < steepest) [steepest, suggestion] = [fall, rates[i]];
    }
    return { rates, losses, suggestion };
  }
}

/**
 * Copy what training changes, and give the model an optimizer like its own for the search.
 * @returns a function that brings weights, optimizer and random stream back
 */
function remember(model: Model): () => void {
  const options = model.compileOptions!;
  const { optimizer } = model;
  const weights = model.getWeights();
  const copies = weights.map((each) => ({ values: each.dataSync().slice(), shape: each.shape, dtype: each.dtype }));
  const state = optimizer.getWeights();
  const random = getRandomState();
  // Compiling frees the slots of the optimizer before.
  model.compile({ ...options, optimizer: optimizerFromConfig(optimizer.className, optimizer.getConfig()) });
  return () => {
    tidy(() => model.setWeights(copies.map(({ values, shape, dtype }) => tensor(values, [...shape], dtype))));
    model.compile({ ...options, optimizer });
    optimizer.setWeights(state);
    dispose(state.map((each) => each.tensor));
    setRandomState(random);
  };
}
