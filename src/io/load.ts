import { FormatError } from '../base/errors.js';
import type { Model } from '../models/model.js';
import './models-with-files.js';
import { buildModel } from './keras/build-model.js';
import { readModelConfig } from './keras/read-config.js';
import { type ModelContent, openModelFile } from './model-file.js';
import { type FileSource, openSource, type SourceOptions } from './source.js';
import { readCompileConfig } from './training/compile-config.js';
import { restoreOptimizerState } from './training/optimizer-state.js';
import { resumeProgress, type TrainingProgress } from './training/progress.js';
import type { WeightOptions, WeightReport } from './weights/assign.js';

export interface LoadOptions extends SourceOptions {
  /** Whether the model is compiled as it was, with the state of its optimizer; default true. */
  readonly compile?: boolean;
  /** tfjs's name for the opposite of `byName`: default true, every weight must be there. */
  readonly strict?: boolean;
}

/**
 * A whole model from a file: Keras 1 and 2 `.h5`, Keras 3 `.keras` and `.h5`, tfjs `model.json` with its shards, or a safetensors
 * file that nabla wrote. Nothing in a file is run as code.
 * @throws FormatError naming file and place when the file is damaged, or holds what nabla does not have
 * @example const model = await loadModel('model.keras');
 */
export async function loadModel(source: FileSource, options: LoadOptions = {}): Promise<Model> {
  return (await load(source, options)).model;
}

/** tfjs's name for `loadModel`. @example const model = await loadLayersModel('model.json'); */
export const loadLayersModel = loadModel;

/**
 * A model, with optimizer, random stream and draws of its layers as they were when it was saved: `fit` goes on as if it had
 * never stopped.
 * @returns the model, and the number of epochs done, for `initialEpoch`
 * @throws FormatError when the file does not say where training stood
 * @example const { model, epoch } = await resumeTraining('run.keras'); await model.fit(x, y, { initialEpoch: epoch, epochs: 20 });
 */
export async function resumeTraining(
  source: FileSource,
  options: SourceOptions = {},
): Promise<{ model: Model; epoch: number }> {
  const { model, progress, name } = await load(source, options);
  if (!progress) throw new FormatError(`${name}: it does not say where training stood; nabla's saveModel notes it`);
  resumeProgress(model, progress);
  return { model, epoch: progress.epoch };
}

async function load(
  source: FileSource,
  options: LoadOptions,
): Promise<{ model: Model; progress: TrainingProgress | null; name: string }> {
  const opened = await openSource(source, options);
  const { name } = opened.file;
  return openModelFile(opened, (content) => {
    if (content.config === null) {
      throw new FormatError(`${name}: weights without a model; build the model, then loadWeights(model, …)`);
    }
    const model = buildModel(readModelConfig(content.config, content.origin, name));
    try {
      content.loadWeights(model, { byName: options.strict === false });
      if (options.compile !== false) restoreTraining(model, content, name);
    } catch (error) {
      model.dispose();
      throw error;
    }
    return { model, progress: content.progress, name };
  });
}

function restoreTraining(model: Model, { training, optimizerState }: ModelContent, name: string): void {
  if (!training) return;
  model.compile(readCompileConfig(training, name));
  if (optimizerState) {
    restoreOptimizerState(model, optimizerState.arrays, optimizerState.order, `${name}: ${optimizerState.where}`);
  }
}

/**
 * Gives a model the weights of a file of any kind that `loadModel` reads, or of a weights file of Keras.
 * Either all weights that should be set are, or none.
 * @param options.byName layers are matched by name, for fine-tuning: what only one side has is left alone; default false
 * @param options.skipMismatch layers of other shapes are left alone; default false
 * @returns which weights were set, and why others were not
 * @throws FormatError when the file does not fit the model
 * @example await loadWeights(model, 'vgg16.h5', { byName: true, skipMismatch: true });
 */
export async function loadWeights(
  model: Model,
  source: FileSource,
  options: WeightOptions & SourceOptions = {},
): Promise<WeightReport> {
  return openModelFile(await openSource(source, options), (content) => content.loadWeights(model, options));
}
