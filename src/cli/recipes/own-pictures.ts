import { ValueError } from '../../base/errors.js';
import { openTree } from '../../datasets/folder-tree.js';
import { streamPictures } from '../../datasets/stream-image-folder.js';
import { balancedRows, rowsOfClasses, splitRows } from '../../images/class-rows.js';
import { listClasses, type PictureListing, topFolders } from '../../images/folders/class-listing.js';
import type { PictureTree } from '../../images/folders/picture-tree.js';
import type { StreamedFolder } from '../../images/streaming/streamed-folder.js';
import type { SymbolicShape } from '../../layers/base/symbolic.js';
import { arrayView } from '../../tensor/array-view.js';
import { type RunData, type RunImages, streamed } from './run-data.js';
import type { RunSettings } from './run-settings.js';

/** The usual names of folders with the parts of a data set. */
const TRAIN = ['train', 'training'];
const HELD_OUT = ['validation', 'val', 'valid', 'test'];

/** Fraction of each class to hold out if the folder has no validation part. */
const VALIDATION_SPLIT = 0.2;

/** Maximum bytes of decoded images to keep in memory; larger sets are decoded in every epoch. */
const KEPT_BYTES = 2 ** 29;

/** The pictures of a folder or an archive, in the parts that a run needs. */
export interface OwnPictures {
  readonly classNames: readonly string[];
  readonly train: PictureListing;
  readonly test: PictureListing;
  close(): Promise<void>;
}

const partOf = (tree: PictureTree, names: readonly string[]): string | undefined => {
  const present = topFolders(tree);
  return names.find((name) => present.includes(name));
};

/** Whether a path is an archive, or a folder of pictures in one folder per class, perhaps within one of some parts. */
export async function isPictureFolder(path: string, parts: readonly string[] = TRAIN): Promise<boolean> {
  // A damaged archive is one too: opening it says what is wrong.
  if (/\.zip$/i.test(path)) return true;
  try {
    const tree = await openTree(path);
    return listClasses('train', tree, { folder: partOf(tree, parts) }).pictures.length > 0;
  } catch {
    return false;
  }
}

/**
 * List the pictures of a folder or an archive. Its `train` part is trained on and its `validation` or `test` part held
 * out; a folder of classes is split, the last pictures of each class by name held out.
 * @throws ValueError when a part has a class that training lacks, there are fewer than two classes, or the split leaves
 * a part empty @throws FormatError when there are no images
 */
export async function listOwnPictures(
  path: string,
  { limit, testLimit, validationSplit }: RunSettings,
): Promise<OwnPictures> {
  const tree = await openTree(path);
  try {
    const folder = partOf(tree, TRAIN);
    const heldOut = folder && partOf(tree, HELD_OUT);
    const all = listClasses('train', tree, { folder });
    const { classNames } = all;
    if (classNames.length < 2) {
      const where = folder ? `${path}/${folder}` : path;
      throw new ValueError(`train: ${where} has only the class '${classNames[0]}', expected two or more`);
    }
    const parts = heldOut
      ? { train: all, test: listHeldOut(tree, heldOut, classNames) }
      : split(all, validationSplit ?? VALIDATION_SPLIT);
    const [train, test] = [balanced(parts.train, limit), balanced(parts.test, testLimit)];
    return { classNames, train, test, close: () => tree.close() };
  } catch (error) {
    await tree.close();
    throw error;
  }
}

/**
 * List the pictures that a model is judged by: the `test` or `validation` part of a folder or an archive, else all.
 * @param classNames those of the model; empty: those of the folder
 * @throws ValueError when the folder has a class that the model lacks @throws FormatError when there are no images
 */
export async function listTestPictures(
  path: string,
  classNames: readonly string[],
): Promise<PictureListing & Pick<OwnPictures, 'close'>> {
  const tree = await openTree(path);
  try {
    const folder = partOf(tree, ['test', ...HELD_OUT]);
    const listing =
      classNames.length > 0 ? listHeldOut(tree, folder, classNames) : listClasses('evaluate', tree, { folder });
    return { ...listing, close: () => tree.close() };
  } catch (error) {
    await tree.close();
    throw error;
  }
}

/** The images of a validation part, with the class numbers of training. */
function listHeldOut(tree: PictureTree, folder: string | undefined, classNames: readonly string[]): PictureListing {
  const found = listClasses('train', tree, { folder });
  const unknown = found.classNames.find((name) => !classNames.includes(name));
  if (unknown !== undefined) {
    const where = folder ? `${tree.name}/${folder}` : tree.name;
    throw new ValueError(`${where} has the class '${unknown}', expected those of the model: ${classNames.join(', ')}`);
  }
  const labels = found.labels.map((label) => classNames.indexOf(found.classNames[label]));
  return { classNames, pictures: found.pictures, labels };
}

const chosen = ({ classNames, pictures, labels }: PictureListing, rows: readonly number[]): PictureListing => ({
  classNames,
  pictures: rows.map((row) => pictures[row]),
  labels: Int32Array.from(rows, (row) => labels[row]),
});

function split(all: PictureListing, fraction: number): Pick<OwnPictures, 'train' | 'test'> {
  const train: number[] = [];
  const test: number[] = [];
  for (const [label, rows] of rowsOfClasses(all.labels).entries()) {
    const parts = splitRows(rows, fraction);
    if (parts.train.length === 0) {
      throw new ValueError(
        `train: --validation-split ${fraction} leaves none of the ${rows.length} images of ` +
          `'${all.classNames[label]}'`,
      );
    }
    train.push(...parts.train);
    test.push(...parts.validation);
  }
  if (test.length === 0) {
    throw new ValueError(`train: --validation-split ${fraction} of ${all.pictures.length} pictures holds none out`);
  }
  return { train: chosen(all, train), test: chosen(all, test) };
}

/** The first images of each class, the same number for each. */
function balanced(listing: PictureListing, limit: number | undefined): PictureListing {
  if (limit === undefined || limit >= listing.pictures.length) return listing;
  return chosen(listing, balancedRows(rowsOfClasses(listing.labels), limit));
}

/** Opened images of a listing. */
interface OpenedListing extends Pick<StreamedFolder, 'skipped' | 'close'> {
  readonly images: RunImages;
}

/** Open the images of a listing in the input size of a model, cached in memory if they fit. */
export async function openListing(
  { pictures, labels }: PictureListing,
  inputShape: SymbolicShape,
  strict: boolean,
): Promise<OpenedListing> {
  const [, height, width, channels] = inputShape;
  const size: [number, number] = [height ?? 224, width ?? 224];
  const bytes = pictures.length * size[0] * size[1] * (channels ?? 3);
  const { images, skipped, close } = await streamPictures(pictures, {
    size,
    channels: channels === 1 ? 1 : 3,
    onBadPicture: strict ? 'error' : 'skip',
    cache: bytes <= KEPT_BYTES ? 'memory' : undefined,
  });
  return { images: streamed(images, arrayView(labels, [labels.length])), skipped, close };
}

/** Open the images of a run in the input size of its model. */
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
      await Promise.all([train.close(), test.close(), own.close()]);
    },
  };
}

/**
 * Class weights that make all classes count equally: total / (classes · images of the class), as in scikit-learn.
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
