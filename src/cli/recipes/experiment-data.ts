import type { NdArray } from 'ndarray';
import { ValueError } from '../../base/errors.js';
import { type ImageSetName, loadImageSet } from '../../datasets/catalog.js';
import type { ImageSet, TrainTestImages } from '../../images/image-set.js';
import { toCategorical } from '../../images/one-hot.js';
import { takeBalanced, trainValidationSplit } from '../../images/select.js';
import type { Model } from '../../models/model.js';
import type { ModelData, Samples } from '../../training/samples/samples.js';
import type { Experiment, TrainingPlan } from './experiments.js';
import { inMemory, type RunData, type RunImages } from './run-data.js';
import type { RunSettings } from './run-settings.js';

/** Fraction that is held out of sets without test images, as the articles do with the flowers. */
const HELD_OUT = 0.3;

/** The source of the images of `--data`: Fashion-MNIST is in the package, or downloaded. */
function sourceOf(set: ImageSetName, data: string | undefined) {
  if (set === 'fashion-mnist' && (data === undefined || data === 'sample')) return { source: 'sample' } as const;
  if (set === 'fashion-mnist' && data === 'full') return { source: 'full' } as const;
  if (data === 'sample' || data === 'full') {
    throw new ValueError(`train: --data is ${data}, which Fashion-MNIST alone has, expected a folder with ${set}`);
  }
  return { folder: data };
}

/** The images that an experiment trains on and is judged by. @throws FormatError when they are not found or broken */
export async function loadExperimentData(experiment: Experiment, settings: RunSettings): Promise<RunData> {
  const { data, size, limit, testLimit } = settings;
  const side = size ?? experiment.size;
  const pictureSize = side === undefined ? undefined : ([side, side] as const);
  const found = await loadImageSet(experiment.data, { ...sourceOf(experiment.data, data), size: pictureSize });
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

/** The images that a set is judged by, and its classes. @param size of pictures that have no size in common */
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

/** Images as `fit` takes them: bytes in the set's size until a batch is made. */
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

/** Labels as the loss takes them, the same for each output. */
export function labelsOf({ labels }: RunImages, model: Model, plan: TrainingPlan): ModelData {
  const byNumber = plan.compile().loss === 'sparseCategoricalCrossentropy';
  const perOutput = model.outputs.map(({ shape }) =>
    byNumber ? { values: labels.data, shape: labels.shape } : toCategorical(labels, shape.at(-1)!),
  );
  return perOutput.length === 1 ? perOutput[0] : perOutput;
}
