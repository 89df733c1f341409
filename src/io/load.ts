import { FormatError } from '../base/errors.js';
import { accept, boolean, callable, type Given, type Options, readOptions } from '../base/options.js';
import { isPlainObject } from '../base/show.js';
import type { LambdaFunction } from '../layers/core/lambda.js';
import { assertModel } from '../models/assert-model.js';
import type { Model } from '../models/model.js';
import './models-with-files.js';
import type { JsonObject } from './bytes/json.js';
import type { ModelFile } from './formats/model-file.js';
import { openAny } from './handlers/open-handler.js';
import { buildModel } from './keras/build-model.js';
import { readModelConfig } from './keras/read-config.js';
import { openModelFile } from './open-model-file.js';
import { restoreOptimizers } from './restore-optimizers.js';
import { type FileSource, SOURCE_OPTIONS } from './storage/source.js';
import { readCompileConfig } from './training/compile-config.js';
import { resumeProgress, type TrainingProgress } from './training/progress.js';
import type { WeightReport } from './weights/assign.js';

const LOAD_OPTIONS = {
  ...SOURCE_OPTIONS,
  /** Whether to compile the model as it was saved, with the state of its optimizer; default true. */
  compile: boolean().default(true),
  /**
   * Whether every weight of the model must be in the file; default true. With false the others keep their initial
   * values, and a report names them.
   */
  strict: boolean().default(true),
  /**
   * Functions of Lambda layers, by the name of the layer or of its Python function: code in files is not run.
   */
  functions: accept<Readonly<Record<string, LambdaFunction>>>(
    'an object of functions',
    (value) => isPlainObject(value) && Object.values(value).every((each) => typeof each === 'function'),
  ).default({}),
  /** Receives the report of the loaded weights; without it, missing weights with `strict: false` are a warning. */
  onReport: callable<(report: WeightReport) => void>().optional(),
} as const;

export type LoadOptions = Given<typeof LOAD_OPTIONS>;

/**
 * Load a whole model: Keras 1 and 2 `.h5`, Keras 3 `.keras` and `.h5`, tfjs `model.json` with its shards, or a
 * safetensors file written by nabla. Nothing in a file is run as code.
 * @throws FormatError naming the file and the position when the file is damaged or not supported
 * @throws ValueError when the source is invalid, or an option is unknown
 * @example const model = await loadModel('model.keras');
 */
export async function loadModel(source: FileSource, options: LoadOptions = {}): Promise<Model> {
  return (await load('loadModel', source, options)).model;
}

/** tfjs's name for `loadModel`. @example const model = await loadLayersModel('model.json'); */
export async function loadLayersModel(source: FileSource, options: LoadOptions = {}): Promise<Model> {
  return (await load('loadLayersModel', source, options)).model;
}

export type ResumeOptions = Given<typeof SOURCE_OPTIONS>;

/**
 * Load a model with the saved state of its optimizer, random stream and layers' draws: `fit` continues as in an
 * uninterrupted run.
 * @returns the model, and the number of epochs done, for `initialEpoch`
 * @throws FormatError when the file does not have the progress of training
 * @example const { model, epoch } = await resumeTraining('run.keras'); await model.fit(x, y, { initialEpoch: epoch, epochs: 20 });
 */
export async function resumeTraining(
  source: FileSource,
  options: ResumeOptions = {},
): Promise<{ model: Model; epoch: number }> {
  const { model, progress } = await load('resumeTraining', source, options, { needsProgress: true });
  resumeProgress(model, progress!);
  return { model, epoch: progress!.epoch };
}

async function load(
  caller: string,
  source: FileSource,
  given: LoadOptions,
  { needsProgress = false } = {},
): Promise<{ model: Model; progress: TrainingProgress | null }> {
  const options = readOptions(caller, LOAD_OPTIONS, given);
  const opened = await openAny(caller, source, options);
  const { name } = opened.file;
  return openModelFile(opened, async (file) => {
    const { config, origin, progress } = file;
    if (config === null) {
      throw new FormatError(`${name}: weights without a model; build the model, then loadWeights(model, …)`);
    }
    if (needsProgress && !progress) {
      throw new FormatError(`${name}: no position of training, which nabla's saveModel writes`);
    }
    if (!file.hasWeights && options.strict) {
      throw new FormatError(
        `${name}: an architecture without weights; { strict: false } builds the model with initial weights`,
      );
    }
    const { functions } = options;
    const model = buildModel(readModelConfig(config, { ...origin, functions }, name));
    try {
      await fill(model, file, options, name);
    } catch (error) {
      model.dispose();
      throw error;
    }
    return { model, progress };
  });
}

/** Load the weights of a new model, and compile it. */
async function fill(model: Model, file: ModelFile, options: Options<typeof LOAD_OPTIONS>, name: string): Promise<void> {
  const { strict, onReport, compile } = options;
  const report = await file.loadWeights(model, { strict });
  if (onReport) onReport(report);
  else if (report.missing.length > 0) {
    console.warn(
      `${name}: ${report.missing.length} weights are not in the file and keep initial values: ${report.missing.join(', ')}`,
    );
  }
  if (!compile) return;
  if (file.training && isCompiled(file.training)) model.compile(readCompileConfig(file.training, name));
  await restoreOptimizers(model, file, name);
}

/** Whether a record contains arguments of `compile`; that of a custom class that was not compiled is empty. */
const isCompiled = (training: JsonObject): boolean =>
  ['optimizer', 'optimizer_config', 'loss'].some((key) => (training[key] ?? null) !== null);

const WEIGHT_OPTIONS = {
  ...SOURCE_OPTIONS,
  /** Load the layers that file and model have in common, by their names, and skip the others; default false. */
  byName: boolean().default(false),
  /** tfjs's name for the opposite of `byName`; default true. */
  strict: boolean().default(true),
  /**
   * Match layers by order regardless of their names, as Keras does; default false: names chosen by the user must
   * agree.
   */
  byOrder: boolean().default(false),
  /** Skip weights whose shapes differ; default false: they are an error. */
  skipMismatch: boolean().default(false),
} as const;

export type LoadWeightsOptions = Given<typeof WEIGHT_OPTIONS>;

/**
 * Load weights into a model, from any file that `loadModel` reads or a weights file of Keras. Layers are
 * matched by name; those with automatic names by order. Either all matching weights are set, or none.
 * @param options `byName` loads the layers that file and model have in common, for fine-tuning (default false: all must
 * match); `byOrder` matches layers by order, regardless of their names (default false); `skipMismatch` skips weights
 * whose shapes differ (default false)
 * @returns which weights were set, which were not, and why arrays were skipped
 * @throws FormatError when the file does not match the model @throws ValueError when an option is unknown
 * @example await loadWeights(model, 'vgg16.h5', { byName: true, skipMismatch: true });
 */
export async function loadWeights(
  model: Model,
  source: FileSource,
  options: LoadWeightsOptions = {},
): Promise<WeightReport> {
  assertModel('loadWeights', model);
  const read = readOptions('loadWeights', WEIGHT_OPTIONS, options);
  const opened = await openAny('loadWeights', source, read);
  return openModelFile(opened, (file) => file.loadWeights(model, read));
}
