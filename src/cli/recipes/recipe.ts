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

/** How a run gets its data and its model: an article's experiment, or a model of the zoo on the user's pictures. */
export interface Recipe {
  readonly plan: TrainingPlan;
  /** Make the model, with the weights that the library's random stream gives. */
  makeModel(): Model;
  /** Open the images, in the size that the model takes. */
  open(model: Model): Promise<RunData>;
}

/** Epochs and batch size on the user's pictures. */
export const OWN_PICTURES = { epochs: 10, batch: 32 } as const;

/**
 * @throws ValueError when the model is not known, or the pictures do not fit
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
      `train: no model is called '${name}', expected one of ${known.join(', ')}${didYouMean(name, known)}`,
    );
  }
  const pictures = await listOwnPictures(folder!, settings);
  const classes = pictures.classNames.length;
  // LeNet-5 reads handwriting: its pictures have brightness alone.
  const inputShape = size === undefined ? {} : { inputShape: [size, size, name === 'lenet5' ? 1 : 3] as SymbolicShape };
  return {
    plan: {
      title: `${name} on ${plainName(resolve(folder!))}`,
      ...OWN_PICTURES,
      compile: () => ({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] }),
    },
    makeModel: () => augmented(make({ ...inputShape, classes } as object), augment),
    open: (model) => openOwnPictures(pictures, model.inputShape, strict),
  };
}

/** A model that changes its images at random while it trains, and passes them on as they are when it predicts. */
function augmented(base: Model, augment: readonly string[] | undefined): Model {
  if (!augment || augment.length === 0) return base;
  const inputs = input({ shape: base.inputShape.slice(1) });
  let x = inputs;
  for (const layer of augmentationOf(augment)) x = layer.apply(x);
  return functionalModel({ inputs, outputs: asList(base.apply(x)), name: base.name });
}
