import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ValueError } from '../../base/errors.js';
import { listPictures, type PictureListing } from '../../datasets/folder-listing.js';
import { openPictures, type StreamedFolder } from '../../datasets/stream-image-folder.js';
import { balancedRows, rowsOfClasses, splitRows } from '../../images/class-rows.js';
import type { SymbolicShape } from '../../layers/base/symbolic.js';
import { arrayView } from '../../tensor/array-view.js';
import { type RunData, type RunImages, streamed } from './run-data.js';
import type { RunSettings } from './run-settings.js';

/** Folders that hold the parts of a set, by their usual names. */
const TRAIN = ['train', 'training'];
const HELD_OUT = ['validation', 'val', 'valid', 'test'];

/** Fraction of each class that is held out where the folder has no part for that. */
const VALIDATION_SPLIT = 0.2;

/** Decoded pictures are kept in memory up to so many bytes; beyond, they are decoded in every epoch. */
const KEPT_BYTES = 2 ** 29;

/** The pictures of a folder, in the parts that a run needs. */
export interface OwnPictures {
  readonly classNames: readonly string[];
  readonly train: PictureListing;
  readonly test: PictureListing;
}

const firstFolder = (folder: string, names: readonly string[]): string | undefined =>
  names.map((name) => join(folder, name)).find((path) => existsSync(path));

/** Whether a folder holds pictures in one folder per class, perhaps within one of some parts. */
export async function isPictureFolder(folder: string, parts: readonly string[] = TRAIN): Promise<boolean> {
  return listPictures('train', firstFolder(folder, parts) ?? folder).then(
    () => true,
    () => false,
  );
}

/**
 * List the pictures of a folder. Its `train` part is trained on and its `validation` or `test` part held out; a folder
 * of classes is split, the last pictures of each class by name held out.
 * @throws ValueError when a part has a class that training lacks, there are fewer than two classes, or the split leaves
 * a part empty @throws FormatError when there are no pictures
 */
export async function listOwnPictures(
  folder: string,
  { limit, testLimit, validationSplit }: RunSettings,
): Promise<OwnPictures> {
  const trainFolder = firstFolder(folder, TRAIN);
  const heldOut = trainFolder && firstFolder(folder, HELD_OUT);
  const all = await listPictures('train', trainFolder ?? folder);
  const { classNames } = all;
  if (classNames.length < 2) {
    throw new ValueError(
      `train: ${trainFolder ?? folder} has the class '${classNames[0]}' alone, expected two or more`,
    );
  }
  const parts = heldOut
    ? { train: all, test: await listHeldOut(heldOut, classNames) }
    : split(all, validationSplit ?? VALIDATION_SPLIT);
  return { classNames, train: balanced(parts.train, limit), test: balanced(parts.test, testLimit) };
}

/**
 * List the pictures that a model is judged by: the folder's `test` or `validation` part, else all of it.
 * @param classNames those of the model; empty: those of the folder
 * @throws ValueError when the folder has another class @throws FormatError when there are no pictures
 */
export async function listTestPictures(folder: string, classNames: readonly string[]): Promise<PictureListing> {
  const part = firstFolder(folder, ['test', ...HELD_OUT]) ?? folder;
  return classNames.length > 0 ? listHeldOut(part, classNames) : listPictures('evaluate', part);
}

/** The pictures of a part that is held out, with the numbers of training's classes. */
async function listHeldOut(folder: string, classNames: readonly string[]): Promise<PictureListing> {
  const found = await listPictures('train', folder);
  const unknown = found.classNames.find((name) => !classNames.includes(name));
  if (unknown !== undefined) {
    throw new ValueError(`${folder} has the class '${unknown}', expected those of the model: ${classNames.join(', ')}`);
  }
  const labels = found.labels.map((label) => classNames.indexOf(found.classNames[label]));
  return { classNames: [...classNames], paths: found.paths, labels };
}

const chosen = ({ classNames, paths, labels }: PictureListing, rows: readonly number[]): PictureListing => ({
  classNames,
  paths: rows.map((row) => paths[row]),
  labels: Int32Array.from(rows, (row) => labels[row]),
});

function split(all: PictureListing, fraction: number): Pick<OwnPictures, 'train' | 'test'> {
  const train: number[] = [];
  const test: number[] = [];
  for (const [label, rows] of rowsOfClasses(all.labels).entries()) {
    const parts = splitRows(rows, fraction);
    if (parts.train.length === 0) {
      throw new ValueError(
        `train: --validation-split ${fraction} leaves none of the ${rows.length} pictures of ` +
          `'${all.classNames[label]}'`,
      );
    }
    train.push(...parts.train);
    test.push(...parts.validation);
  }
  if (test.length === 0) {
    throw new ValueError(`train: --validation-split ${fraction} of ${all.paths.length} pictures holds none out`);
  }
  return { train: chosen(all, train), test: chosen(all, test) };
}

/** The first pictures of each class, as many of one as of another. */
function balanced(listing: PictureListing, limit: number | undefined): PictureListing {
  if (limit === undefined || limit >= listing.paths.length) return listing;
  return chosen(listing, balancedRows(rowsOfClasses(listing.labels), limit));
}

/** The pictures of a listing, opened. */
interface OpenedListing extends Pick<StreamedFolder, 'skipped' | 'close'> {
  readonly images: RunImages;
}

/** Open the pictures of a listing in the size that a model takes, kept in memory where they fit. */
export async function openListing(
  { paths, labels }: PictureListing,
  inputShape: SymbolicShape,
  strict: boolean,
): Promise<OpenedListing> {
  const [, height, width, channels] = inputShape;
  const size: [number, number] = [height ?? 224, width ?? 224];
  const bytes = paths.length * size[0] * size[1] * (channels ?? 3);
  const { images, skipped, close } = await openPictures(paths, {
    size,
    channels: channels === 1 ? 1 : 3,
    onBadPicture: strict ? 'error' : 'skip',
    cache: bytes <= KEPT_BYTES ? 'memory' : undefined,
  });
  return { images: streamed(images, arrayView(labels, [labels.length])), skipped, close };
}

/** Open the pictures of a run in the size that its model takes. */
export async function openOwnPictures(own: OwnPictures, inputShape: SymbolicShape, strict: boolean): Promise<RunData> {
  const train = await openListing(own.train, inputShape, strict);
  const test = await openListing(own.test, inputShape, strict);
  return {
    train: train.images,
    test: test.images,
    classNames: own.classNames,
    get skipped() {
      return [...train.skipped, ...test.skipped];
    },
    async close() {
      await Promise.all([train.close(), test.close()]);
    },
  };
}

/**
 * Class weights that make all classes count equally: total / (classes · pictures of the class), as scikit-learn's.
 */
export function balancedClassWeight(
  { labels }: { labels: { data: Int32Array } },
  classes: number,
): Record<number, number> {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels.data) counts[label]++;
  const total = labels.data.length;
  return Object.fromEntries(counts.map((count, label) => [label, count === 0 ? 0 : total / (classes * count)]));
}
