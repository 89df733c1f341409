import type { NdArray } from 'ndarray';
import { ValueError } from '../../base/errors.js';
import {
  fetchImageSet,
  imageSetFolder,
  type LoadOptions,
  loadImageSet,
  type NamedImages,
} from '../../datasets/catalog.js';
import { REMOTE_SETS } from '../../datasets/remote-sets.js';
import type { ImageSetName } from '../../datasets/set-names.js';
import type { ImageSet, TrainTestImages } from '../../images/image-set.js';
import { toCategorical } from '../../images/one-hot.js';
import { takeBalanced, trainValidationSplit } from '../../images/select.js';
import type { Model } from '../../models/model.js';
import type { ModelData, Samples } from '../../training/samples/samples.js';
import { fetchWithProgress } from '../fetch-progress.js';
import type { Experiment, TrainingPlan } from './experiments.js';
import { inMemory, type RunData, type RunImages } from './run-data.js';
import type { RunSettings } from './run-settings.js';

/** Fraction to hold out of data sets without test images, as the articles do with the flowers. */
const HELD_OUT = 0.3;

/** Resolve `--data` to a source of images; Fashion-MNIST is bundled (sample) or downloaded. */
function sourceOf(set: ImageSetName, data: string | undefined) {
  if (set === 'fashion-mnist' && (data === undefined || data === 'sample')) return { source: 'sample' } as const;
  if (set === 'fashion-mnist' && data === 'full') return { source: 'full' } as const;
  if (data === 'sample' || data === 'full') {
    throw new ValueError(`train: --data is ${data}, which only Fashion-MNIST supports, expected a folder with ${set}`);
  }
  return { folder: data };
}

/** Load the training and test images of an experiment. @throws FormatError when they are missing or broken */
export async function loadExperimentData(experiment: Experiment, settings: RunSettings): Promise<RunData> {
  const { data, size, limit, testLimit } = settings;
  const side = size ?? experiment.size;
  const pictureSize = side === undefined ? undefined : ([side, side] as const);
  const found = await loadOrFetch(experiment.data, { ...sourceOf(experiment.data, data), size: pictureSize });
  const { classNames } = found;
  const { train, test } = found.test ? (found as TrainTestImages) : heldOut(found.train!);
  const images = (set: ImageSet) => inMemory(set, samplesOf(set, experiment, settings));
  return {
    train: images(limit ? takeBalanced(train, limit) : train),
    test: images(testLimit ? takeBalanced(test, testLimit) : test),
    classNames,
    skipped: [],
    async close() {},
  };
}

/** Load a data set, downloading it first if it is missing. */
async function loadOrFetch(set: ImageSetName, options: LoadOptions): Promise<NamedImages> {
  const isHere = options.folder !== undefined || set === 'fashion-mnist' || (await imageSetFolder(set)) !== undefined;
  if (!isHere && REMOTE_SETS[set]) await fetchWithProgress(set, (settings) => fetchImageSet(set, settings));
  return loadImageSet(set, options);
}

/** Load the test images of a data set, and its class names. @param size for data sets whose images differ in size */
export async function loadTestImages(
  name: string,
  size?: readonly [number, number],
): Promise<{ test: ImageSet; classNames: readonly string[] }> {
  if (name !== 'flowers') {
    const { test, classNames } = await loadImageSet(name, { splits: ['test'] });
    return { test: test!, classNames };
  }
  const { train, classNames } = await loadImageSet(name, { size });
  return { test: heldOut(train!).test, classNames };
}

function heldOut(set: ImageSet): Pick<TrainTestImages, 'train' | 'test'> {
  const { train, validation } = trainValidationSplit(set, HELD_OUT);
  return { train, test: validation };
}

/** Return images for `fit`: bytes in the size of the data set until a batch is made. */
function samplesOf(
  { images }: { images: NdArray<Uint8Array> },
  experiment: Experiment,
  settings: RunSettings,
): Samples {
  const side = settings.size ?? experiment.size;
  const [, height, width] = images.shape;
  const fits = side === undefined || (height === side && width === side);
  const resizeTo = fits ? undefined : ([side, side] as const);
  const { interpolation } = experiment;
  return { values: images.data, shape: images.shape, scale: 1 / 255, resizeTo, interpolation };
}

/** Return labels for the loss, the same for each output. */
export function labelsOf({ labels }: RunImages, model: Model, plan: TrainingPlan): ModelData {
  const byNumber = plan.compile().loss === 'sparseCategoricalCrossentropy';
  const perOutput = model.outputs.map(({ shape }) =>
    byNumber ? { values: labels.data, shape: labels.shape } : toCategorical(labels, shape.at(-1)!),
  );
  return perOutput.length === 1 ? perOutput[0] : perOutput;
}
