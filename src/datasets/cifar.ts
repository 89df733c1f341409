import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assertText } from '../base/arguments.js';
import { FormatError } from '../base/errors.js';
import { oneOf } from '../base/option.js';
import { type ImageSet, imageArray, labelArray, SPLIT, type Split } from '../images/image-set.js';
import { arrayView } from '../tensor/array-view.js';
import { content, lookAt } from './file.js';
import { findFiles } from './folder-listing.js';

const SIDE = 32;
const PIXELS = SIDE * SIDE;
const CHANNELS = 3;

/** The largest file with this layout, the training set of CIFAR-100, has 154 MB. */
const MAX_BYTES = 2 ** 28;

/** The label of a CIFAR-100 record to read: one of 100 classes, or one of 20 superclasses. */
export type Cifar100Labels = 'fine' | 'coarse';

interface RecordLayout {
  /** Number of label bytes before the pixels. */
  labelBytes: number;
  /** Index of the label byte to read. */
  labelIndex: number;
  classes: number;
  files: Record<Split, RegExp>;
}

const CIFAR10: RecordLayout = {
  labelBytes: 1,
  labelIndex: 0,
  classes: 10,
  files: { train: /^data_batch_\d+\.bin(\.gz)?$/, test: /^test_batch\.bin(\.gz)?$/ },
};

function cifar100(labels: Cifar100Labels): RecordLayout {
  const files = { train: /^train.*\.bin(\.gz)?$/, test: /^test.*\.bin(\.gz)?$/ };
  return { labelBytes: 2, labelIndex: labels === 'fine' ? 1 : 0, classes: labels === 'fine' ? 100 : 20, files };
}

/** Return the parts of CIFAR-10 that a folder has. */
export const cifar10Splits = (folder: string): Promise<Split[]> => splits(folder, CIFAR10);

/** Return the parts of CIFAR-100 that a folder has. */
export const cifar100Splits = (folder: string): Promise<Split[]> => splits(folder, cifar100('fine'));

/**
 * Read one part of CIFAR-10's binary version: `data_batch_1.bin` … `data_batch_5.bin`, `test_batch.bin`, gzipped or
 * not.
 * @param folder the folder with the batches, or some of them
 * @returns images [count, 32, 32, 3], labels [count] of 0–9
 * @throws FormatError naming the file and the record when one is missing, cut short or broken
 * @see Krizhevsky, "Learning multiple layers of features from tiny images", 2009
 * @example const test = await readCifar10('data/cifar-10', 'test')
 */
export const readCifar10 = (folder: string, split: Split): Promise<ImageSet> =>
  readSplit('readCifar10', folder, split, CIFAR10);

/**
 * Read one part of CIFAR-100's binary version: `train*.bin` and `test*.bin`, gzipped or not.
 * @param labels the 100 fine classes, or the 20 coarse ones; default fine
 * @returns images [count, 32, 32, 3], labels [count]
 * @throws FormatError naming the file and the record when one is missing, cut short or broken
 * @example const train = await readCifar100('data/cifar-100', 'train')
 */
export async function readCifar100(folder: string, split: Split, labels?: Cifar100Labels | null): Promise<ImageSet> {
  const chosen = oneOf(['fine', 'coarse']).check('readCifar100', 'labels', labels ?? 'fine');
  return readSplit('readCifar100', folder, split, cifar100(chosen));
}

/** Read CIFAR-10's class names from `batches.meta.txt`. */
export const cifar10ClassNames = (folder: string) => readNames(join(folder, 'batches.meta.txt'), 10);

/** Read CIFAR-100's class names from `fine_label_names.txt` or `coarse_label_names.txt`. */
export const cifar100ClassNames = (folder: string, labels: Cifar100Labels = 'fine') =>
  readNames(join(folder, `${labels}_label_names.txt`), labels === 'fine' ? 100 : 20);

async function splits(folder: string, layout: RecordLayout): Promise<Split[]> {
  const found = await Promise.all([findFiles(folder, layout.files.train), findFiles(folder, layout.files.test)]);
  return (['train', 'test'] as const).filter((_, index) => found[index].length > 0);
}

async function readSplit(caller: string, folder: string, split: Split, layout: RecordLayout): Promise<ImageSet> {
  assertText(caller, 'folder', folder);
  SPLIT.check(caller, 'split', split);
  const paths = await findFiles(folder, layout.files[split]);
  if (paths.length === 0) throw new FormatError(`${folder}: no file named ${layout.files[split].source} in it`);
  const batches: ImageSet[] = [];
  for (const path of paths) batches.push(await readBatch(path, layout));
  if (batches.length === 1) return batches[0];
  const images = Buffer.concat(batches.map((batch) => batch.images.data));
  const labels = batches.flatMap((batch) => Array.from(batch.labels.data));
  return {
    images: imageArray(images, SIDE, SIDE, CHANNELS),
    labels: arrayView(Int32Array.from(labels), [labels.length]),
  };
}

async function readBatch(path: string, layout: RecordLayout): Promise<ImageSet> {
  const bytes = await content(await lookAt(path, MAX_BYTES), { maxBytes: MAX_BYTES });
  const recordBytes = layout.labelBytes + PIXELS * CHANNELS;
  const count = Math.floor(bytes.length / recordBytes);
  const rest = bytes.length % recordBytes;
  if (rest !== 0 || count === 0) {
    throw new FormatError(
      `${path}: the content ends at byte ${bytes.length}, inside record ${count}: ${rest} of its ${recordBytes} bytes`,
    );
  }
  const images = new Uint8Array(count * PIXELS * CHANNELS);
  const labels = new Uint8Array(count);
  for (let record = 0; record < count; record++) {
    const start = record * recordBytes;
    labels[record] = bytes[start + layout.labelIndex];
    interleave(bytes, start + layout.labelBytes, images, record * PIXELS * CHANNELS);
  }
  return {
    images: imageArray(images, SIDE, SIDE, CHANNELS),
    labels: labelArray(labels, layout.classes, path, (i) => `the label of record ${i} (byte ${i * recordBytes})`),
  };
}

/** Convert from channel planes to channels last. */
function interleave(planes: Uint8Array, from: number, image: Uint8Array, to: number): void {
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      image[to + pixel * CHANNELS + channel] = planes[from + channel * PIXELS + pixel];
    }
  }
}

async function readNames(path: string, count: number): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw new FormatError(`${path}: cannot be read (${error.message})`, { cause: error });
  });
  const names = text.split('\n').map((line) => line.trim());
  while (names.at(-1) === '') names.pop();
  if (names.length !== count) throw new FormatError(`${path}: ${names.length} class names, expected ${count}`);
  return names;
}
