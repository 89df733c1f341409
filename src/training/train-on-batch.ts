import { type Given, readOptions } from '../base/options.js';
import { Breather } from './breather.js';
import { ArrayFeed } from './feeds/array-feed.js';
import { hostCopies, prepareData } from './feeds/prepare-data.js';
import { testFeed } from './loop.js';
import type { TrainedModel } from './model/trained-model.js';
import { modelData } from './options/data-options.js';
import type { ModelData, Samples } from './samples/samples.js';
import { classWeightOption } from './steps/class-weight.js';
import type { CompiledSteps } from './steps/compiled-steps.js';
import type { CountedStep } from './steps/counted-step.js';

const TEST_OPTIONS = {
  /** Weights of the samples, [count], or of each position of the output, such as [count, height, width]. */
  sampleWeight: modelData().optional(),
};

const TRAIN_OPTIONS = {
  ...TEST_OPTIONS,
  /** Weights of the classes in the loss. */
  classWeight: classWeightOption().optional(),
};

export type TestOnBatchOptions = Given<typeof TEST_OPTIONS>;
export type TrainOnBatchOptions = Given<typeof TRAIN_OPTIONS>;

/**
 * Train on one batch with one update.
 * @param given options or, as Keras's third argument, the weights of the samples
 */
export function trainOnBatch(
  model: TrainedModel,
  steps: CompiledSteps,
  x: ModelData,
  y: ModelData | undefined,
  given: TrainOnBatchOptions | Samples,
): Promise<number | number[]> {
  const { sampleWeight, classWeight } = readOptions('trainOnBatch', TRAIN_OPTIONS, given as never, 'sampleWeight');
  return onBatch('trainOnBatch', model, steps, x, y, sampleWeight, () => steps.trainStep('trainOnBatch', classWeight));
}

/** Compute loss and metrics of one batch. */
export function testOnBatch(
  model: TrainedModel,
  steps: CompiledSteps,
  x: ModelData,
  y: ModelData | undefined,
  given: TestOnBatchOptions | Samples,
): Promise<number | number[]> {
  const { sampleWeight } = readOptions('testOnBatch', TEST_OPTIONS, given as never, 'sampleWeight');
  return onBatch('testOnBatch', model, steps, x, y, sampleWeight, () => steps.testStep('testOnBatch'));
}

async function onBatch(
  caller: string,
  model: TrainedModel,
  steps: CompiledSteps,
  x: ModelData,
  y: ModelData | undefined,
  sampleWeight: ModelData | undefined,
  stepOf: () => CountedStep,
): Promise<number | number[]> {
  const copies = await hostCopies([y, sampleWeight]);
  const data = prepareData(caller, model, steps.outputs(caller), x, y, sampleWeight, copies);
  const logs = await testFeed(stepOf(), new ArrayFeed(data, data.count, false), new Breather('never'));
  const values = Object.values(logs);
  return values.length === 1 ? values[0] : values;
}
