import { ValueError } from '../base/errors.js';
import {
  accept,
  anyOf,
  boolean,
  type Given,
  integer,
  number,
  type Options,
  oneOf,
  positiveInteger,
  readOptions,
} from '../base/options.js';
import { isPlainObject } from '../base/show.js';
import { callbacksOption } from './callbacks/hooks.js';
import type { Replicas } from './distribution.js';
import type { EpochPosition } from './feeds/feed.js';
import { modelData, validationData } from './options/data-options.js';
import { verbosity } from './options/verbosity.js';
import type { ProgressListener } from './progress.js';
import { classWeightOption } from './steps/class-weight.js';

const LOOP_OPTIONS = {
  /** Default 1. */
  epochs: positiveInteger().default(1),
  /** Number of the first epoch, to continue an earlier training; default 0. */
  initialEpoch: integer({ min: 0 }).default(0),
  /** Steps per epoch; default: all samples. A data set then continues where the last epoch ended. */
  stepsPerEpoch: positiveInteger().optional(),
  /** A callback or a list of them; see `callbacks`. */
  callbacks: callbacksOption(),
  /**
   * Train together with the other processes of `mpirun`: `await mpi()` of `nabla/mpi`. Every process calls `fit` with
   * the same arguments; the batch size is that of all of them together. The first one prints and runs the callbacks.
   */
  distribute: accept<Replicas>('the world of mpi()', isObject).nullable().default(null),
  /**
   * Weights of classes in the loss: for the only output, or for each by name or index. Validation is not weighted.
   */
  classWeight: classWeightOption().optional(),
  /** Samples and labels, or a data set, to evaluate after epochs. */
  validationData: validationData().optional(),
  /** Number of epochs between validations; default 1. */
  validationFreq: positiveInteger().default(1),
  /** Default batchSize. */
  validationBatchSize: positiveInteger().optional(),
  /** Batches of validation; default: all. */
  validationSteps: positiveInteger().optional(),
  /** 0 prints nothing, 1 or `'auto'` lines during and after each epoch, 2 only after each epoch; default 0. */
  verbose: verbosity(),
  /** Listener for the progress of training, instead of the lines of `verbose`. */
  progress: accept<ProgressListener>('an object of functions such as epochEnd', isObject).optional(),
  /**
   * How often to yield to the event loop: milliseconds, or after each batch or epoch; default `'auto'`, every 10 ms.
   */
  yieldEvery: anyOf(oneOf(['auto', 'batch', 'epoch', 'never']), number({ min: 0 })).default('auto'),
};

const FIT_OPTIONS = {
  ...LOOP_OPTIONS,
  /** Samples per step; default 32. */
  batchSize: positiveInteger().default(32),
  /** Fraction of the samples to use for validation, taken from the end; default 0. */
  validationSplit: number({ min: 0, below: 1 }).default(0),
  /** Whether to shuffle the samples in each epoch; default true. */
  shuffle: boolean().default(true),
  /**
   * Continue in the middle of the first epoch. The random stream must be where it was when that epoch began
   * (`setRandomState`), so that its order is drawn again.
   */
  resumeAt: accept<EpochPosition>('{ step, random: { key, counter } }', isPosition).optional(),
  /**
   * Weights of the samples, [count], or of each position of the output (a step, a pixel), such as [count, height,
   * width] for [count, height, width, classes]; for every output, or for each.
   */
  sampleWeight: modelData().optional(),
};

const FIT_DATASET_OPTIONS = {
  ...LOOP_OPTIONS,
  /** tfjs's name for stepsPerEpoch. */
  batchesPerEpoch: positiveInteger().optional(),
  /** tfjs's name for validationSteps. */
  validationBatches: positiveInteger().optional(),
};

export type FitOptions = Given<typeof FIT_OPTIONS>;
export type FitDatasetOptions = Given<typeof FIT_DATASET_OPTIONS>;

/** The options of `fit` and `fitDataset` that the loop over epochs reads. */
export type LoopOptions = Options<typeof LOOP_OPTIONS> &
  Partial<Pick<Options<typeof FIT_OPTIONS>, 'batchSize' | 'shuffle' | 'validationSplit' | 'resumeAt'>>;

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isPosition(value: unknown): boolean {
  if (!isPlainObject(value) || !isPlainObject(value.random)) return false;
  return [value.step, value.random.key, value.random.counter].every((each) => Number.isSafeInteger(each));
}

/** @throws ValueError when an option is unknown, of another type or out of range */
export function readFitOptions(given: FitOptions): Options<typeof FIT_OPTIONS> {
  const options = readOptions('fit', FIT_OPTIONS, given);
  assertEpochs('fit', options);
  return options;
}

/** The same for a data set; tfjs's names become nabla's. */
export function readFitDatasetOptions(given: FitDatasetOptions): Options<typeof LOOP_OPTIONS> {
  const options = readOptions('fitDataset', FIT_DATASET_OPTIONS, given);
  assertEpochs('fitDataset', options);
  return {
    ...options,
    stepsPerEpoch: oneName(options, 'stepsPerEpoch', 'batchesPerEpoch'),
    validationSteps: oneName(options, 'validationSteps', 'validationBatches'),
  };
}

function assertEpochs(caller: string, { epochs, initialEpoch }: Options<typeof LOOP_OPTIONS>): void {
  if (initialEpoch <= epochs) return;
  throw new ValueError(`${caller}: initialEpoch is ${initialEpoch}, expected at most epochs, which is ${epochs}`);
}

/** The value of an option that has two names. */
function oneName<Name extends string>(
  options: Readonly<Partial<Record<Name, number>>>,
  name: Name,
  other: Name,
): number | undefined {
  const [value, same] = [options[name], options[other]];
  if (value !== undefined && same !== undefined && value !== same) {
    throw new ValueError(`fitDataset: ${name} is ${value} and ${other} ${same}, expected one of them`);
  }
  return value ?? same;
}
