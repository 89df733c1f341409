import { ValueError } from '../base/errors.js';
import { assertKnownOptions } from '../base/names.js';
import type { Dataset } from '../data/dataset.js';
import type { CallbackFunctions } from './callbacks/callback.js';
import type { EpochPosition } from './feed.js';
import type { ClassWeights } from './output-losses.js';
import { type PerOutput, perOutput } from './per-output.js';
import type { ProgressListener } from './progress.js';
import type { Replicas } from './replicas/replicas.js';
import type { ModelData } from './samples.js';
import type { TrainableModel } from './trained-model.js';

/** Weight of each class by its number; classes that are not named weigh 1. */
export type ClassWeight = Readonly<Record<number, number>>;

/** Validation samples and labels, perhaps with sample weights, or batches of them. */
export type ValidationData =
  | readonly [ModelData, ModelData]
  | readonly [ModelData, ModelData, ModelData]
  | Dataset<unknown>;

interface LoopOptions {
  /** Default 1. */
  readonly epochs?: number;
  /** The number of the first epoch, to go on where training was left; default 0. */
  readonly initialEpoch?: number;
  /** Steps of an epoch; default: all samples. A data set then goes on where the last epoch ended. */
  readonly stepsPerEpoch?: number;
  readonly callbacks?: CallbackFunctions | readonly CallbackFunctions[];
  /**
   * Train together with the other processes of `mpirun`: `await mpi()` of `nabla/mpi`. Every process calls `fit` with the same
   * arguments; the batch size is that of all of them together. The first one prints and runs the callbacks.
   */
  readonly distribute?: Replicas | null;
  /** For the only output, or for each by its name or place. */
  readonly classWeight?: ClassWeight | PerOutput<ClassWeight>;
  readonly validationData?: ValidationData;
  /** Validate after every so many epochs; default 1. */
  readonly validationFreq?: number;
  /** Default batchSize. */
  readonly validationBatchSize?: number;
  /** Batches of validation; default: all. */
  readonly validationSteps?: number;
  /** 0: nothing is printed, 1: lines while an epoch runs and at its end, 2: at its end alone; default 0. */
  readonly verbose?: 0 | 1 | 2;
  /** Told how training goes on; default: what `verbose` says. */
  readonly progress?: ProgressListener;
  /** tfjs's; not needed: training gives the event loop its turns by itself. */
  readonly yieldEvery?: unknown;
}

export interface FitOptions extends LoopOptions {
  /** Samples of a step; default 32. */
  readonly batchSize?: number;
  /** Share of the samples, the last ones, that is held back for validation; default 0. */
  readonly validationSplit?: number;
  /** Whether each epoch has its own order; default true. */
  readonly shuffle?: boolean;
  /**
   * Goes on in the middle of the first epoch. The random stream must stand where it stood when that epoch began (`setRandomState`),
   * so that its order is drawn again; the numbers of that epoch's history then cover the rest of it.
   */
  readonly resumeAt?: EpochPosition;
  /** [count], for every output, or for each. */
  readonly sampleWeight?: ModelData;
}

export interface FitDatasetOptions extends LoopOptions {
  /** tfjs's name for stepsPerEpoch. */
  readonly batchesPerEpoch?: number;
  /** tfjs's name for validationSteps. */
  readonly validationBatches?: number;
}

const LOOP_OPTIONS = [
  'epochs',
  'initialEpoch',
  'stepsPerEpoch',
  'callbacks',
  'distribute',
  'classWeight',
  'validationData',
  'validationFreq',
  'validationBatchSize',
  'validationSteps',
  'verbose',
  'progress',
  'yieldEvery',
] as const satisfies readonly (keyof LoopOptions)[];

/** A value as messages have it. */
const show = (value: unknown) => (typeof value === 'function' ? `the function ${value.name}` : JSON.stringify(value));

/** What each call takes. */
const KNOWN_OPTIONS = {
  fit: [...LOOP_OPTIONS, 'batchSize', 'validationSplit', 'shuffle', 'resumeAt', 'sampleWeight'],
  fitDataset: [...LOOP_OPTIONS, 'batchesPerEpoch', 'validationBatches'],
} as const;

/** @throws ValueError unless it is an integer of at least `least`; undefined passes */
export function assertInteger(caller: string, name: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= least)) {
    throw new ValueError(
      `${caller}: ${name} is ${typeof value === 'string' ? show(value) : value}, expected an integer ≥ ${least}`,
    );
  }
}

/** @throws ValueError when an option is unknown or out of range */
export function assertLoopOptions(caller: keyof typeof KNOWN_OPTIONS, options: LoopOptions): void {
  assertKnownOptions(caller, options, KNOWN_OPTIONS[caller]);
  for (const callback of [options.callbacks ?? []].flat()) {
    if (typeof callback !== 'object' || callback === null) {
      throw new ValueError(
        `${caller}: callbacks has ${show(callback)}, expected objects such as callbacks.earlyStopping() makes`,
      );
    }
  }
  const { epochs = 1, initialEpoch = 0 } = options;
  assertInteger(caller, 'epochs', epochs, 1);
  assertInteger(caller, 'initialEpoch', initialEpoch, 0);
  if (initialEpoch > epochs) {
    throw new ValueError(`${caller}: initialEpoch is ${initialEpoch}, expected at most epochs, which is ${epochs}`);
  }
  assertInteger(caller, 'resumeAt.step', (options as FitOptions).resumeAt?.step, 0);
  assertInteger(caller, 'stepsPerEpoch', options.stepsPerEpoch, 1);
  assertInteger(caller, 'validationFreq', options.validationFreq, 1);
  assertInteger(caller, 'validationBatchSize', options.validationBatchSize, 1);
  assertInteger(caller, 'validationSteps', options.validationSteps, 1);
}

/** @throws ValueError when a weight is negative, or a name is not an output's, or a class is none of its classes */
export function classWeightsOf(
  caller: string,
  given: LoopOptions['classWeight'],
  { outputNames: names, outputs }: Pick<TrainableModel, 'outputNames' | 'outputs'>,
): ClassWeights {
  if (given === undefined || given === null) return [];
  if (names.length === 0) {
    throw new ValueError(`${caller}: classWeight is given, but the model trains by its own trainStep without a loss`);
  }
  const byClass = (value: unknown): value is ClassWeight =>
    !Array.isArray(value) && Object.keys(value as object).every((key) => /^\d+$/.test(key));
  const each = perOutput(caller, 'classWeight', given as PerOutput<ClassWeight>, names, byClass);
  for (const [index, weights] of each.entries()) {
    // One number of an output tells two classes.
    const classes = Math.max(2, outputs[index].shape.at(-1) ?? Number.POSITIVE_INFINITY);
    for (const [number, weight] of Object.entries(weights ?? {})) {
      if (!(weight >= 0 && Number.isFinite(weight))) {
        throw new ValueError(`${caller}: classWeight of class ${number} is ${weight}, expected a number ≥ 0`);
      }
      if (Number(number) >= classes) {
        throw new ValueError(`${caller}: classWeight names class ${number}, expected classes 0 to ${classes - 1}`);
      }
    }
  }
  return each;
}
