import { ValueError } from '../../base/errors.js';
import { pictureShape } from '../model-images.js';
import { loadTestImages } from '../recipes/experiment-data.js';
import { findExperiment } from '../recipes/experiments.js';
import { isPictureFolder, listOwnPictures, listTestPictures, openListing } from '../recipes/own-pictures.js';
import { inMemory, type RunImages } from '../recipes/run-data.js';
import type { FoundModel } from './trained-model.js';

/** Images to evaluate a model on. */
export interface TestImages {
  /** Name for messages: a data set or a folder. */
  readonly name: string;
  readonly images: RunImages;
  readonly classes: number;
  close(): Promise<void>;
}

/**
 * Open the images of a data set or folder; if none is named, the validation images of the run.
 * @throws ValueError when there is neither a name nor a run, or the classes differ @throws FormatError when images are
 * missing or damaged
 */
export async function openTestImages(
  { model, classNames, settings, path }: FoundModel,
  { data }: { readonly data?: string },
): Promise<TestImages> {
  if (data === undefined && !settings) {
    throw new ValueError(
      `evaluate: --data is missing, and no run is recorded next to ${path}, expected a data set or a folder`,
    );
  }
  const name = data ?? (settings!.pictures ? settings!.data! : findExperiment(settings!.experiment).data);
  const ownSplit = data === undefined && settings!.pictures;
  if (!ownSplit && !(await isPictureFolder(name, ['test', 'validation', 'val', 'valid'])))
    return fromSet(name, model.inputShape);
  const source = ownSplit ? await listOwnPictures(name, settings!) : await listTestPictures(name, classNames);
  const listing = 'test' in source ? source.test : source;
  const { height, width, channels } = pictureShape(model);
  const opened = await openListing(listing, [null, height, width, channels], false);
  const close = async () => void (await Promise.all([opened.close(), source.close()]));
  return { name, images: opened.images, classes: listing.classNames.length, close };
}

async function fromSet(name: string, inputShape: readonly (number | null)[]): Promise<TestImages> {
  const [, height, width] = inputShape.length === 2 ? [] : inputShape;
  const { test, classNames } = await loadTestImages(name, height && width ? [height, width] : undefined);
  const samples = { values: test.images.data, shape: test.images.shape };
  return { name, images: inMemory(test, samples), classes: classNames.length, async close() {} };
}
