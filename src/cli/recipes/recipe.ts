import { resolve } from 'node:path';
import { ValueError } from '../../base/errors.js';
import { didYouMean } from '../../base/names.js';
import { plainName } from '../../datasets/folder-tree.js';
import { asList } from '../../layers/base/layer.js';
import type { SymbolicShape } from '../../layers/base/symbolic.js';
import { input } from '../../layers/core/input.js';
import { model as functionalModel } from '../../models/functional.js';
import type { Model } from '../../models/model.js';
import { zoo } from '../../zoo/index.js';
import { augmentationOf } from './augmentation.js';
import { loadExperimentData } from './experiment-data.js';
import { findExperiment, type TrainingPlan } from './experiments.js';
import { listOwnPictures, openOwnPictures } from './own-pictures.js';
import type { RunData } from './run-data.js';
import type { RunSettings } from './run-settings.js';

/** Data and model of a run: an experiment of an article, or a model of the zoo on the user's images. */
export interface Recipe {
  readonly plan: TrainingPlan;
  /** Create the model, with weights drawn from the library's random stream. */
  makeModel(): Model;
  /** Open the images in the input size of the model. */
  open(model: Model): Promise<RunData>;
}

/** Epochs and batch size for the user's images. */
export const OWN_PICTURES = { epochs: 10, batch: 32 } as const;

/**
 * @throws ValueError when the model is unknown, or the images do not match it
 * @throws FormatError when data are missing
 */
export async function findRecipe(settings: RunSettings): Promise<Recipe> {
  return settings.pictures ? ownRecipe(settings) : articleRecipe(settings);
}

async function articleRecipe(settings: RunSettings): Promise<Recipe> {
  const { size, augment, experiment: name } = settings;
  const experiment = findExperiment(name);
  const data = await loadExperimentData(experiment, settings);
  const channels = data.train.shape[3];
  return {
    plan: experiment,
    makeModel: () => augmented(zoo[name](size === undefined ? {} : { inputShape: [size, size, channels] }), augment),
    open: async () => data,
  };
}

async function ownRecipe(settings: RunSettings): Promise<Recipe> {
  const { experiment: name, data: folder, size, augment, strict = false } = settings;
  const make = Object.hasOwn(zoo, name) ? zoo[name] : undefined;
  if (!make) {
    const known = Object.keys(zoo);
    throw new ValueError(
      `train: there is no model '${name}', expected one of ${known.join(', ')}${didYouMean(name, known)}`,
    );
  }
  const pictures = await listOwnPictures(folder!, settings);
  const classes = pictures.classNames.length;
  // LeNet-5 was made for handwriting: its images are greyscale.
  const inputShape = size === undefined ? {} : { inputShape: [size, size, name === 'lenet5' ? 1 : 3] as SymbolicShape };
  return {
    plan: {
      title: `${name} on ${plainName(resolve(folder!))}`,
      ...OWN_PICTURES,
      compile: () => ({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] }),
    },
    makeModel: () => augmented(make({ ...inputShape, ...preprocessing(name), classes } as object), augment),
    open: (model) => openOwnPictures(pictures, model.inputShape, strict),
  };
}

/** Options of models that scale pixels themselves: the images of a run are scaled to 0–1 before. */
export const preprocessing = (name: string): { includePreprocessing?: boolean } =>
  /^(efficientnet|mobilenet_v3)_/.test(name) ? { includePreprocessing: false } : {};

/** A model that transforms its images randomly in training, and passes them on unchanged in prediction. */
function augmented(base: Model, augment: readonly string[] | undefined): Model {
  if (!augment || augment.length === 0) return base;
  const inputs = input({ shape: base.inputShape.slice(1) });
  let x = inputs;
  for (const layer of augmentationOf(augment)) x = layer.apply(x);
  return functionalModel({ inputs, outputs: asList(base.apply(x)), name: base.name });
}
