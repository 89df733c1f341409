import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FormatError } from '../base/errors.js';
import { mebibytes } from '../base/mebibytes.js';
import { boolean, type Given, listOf, type Options, oneOf, readOptions } from '../base/options.js';
import { Registry } from '../base/registry.js';
import type { ImageSet, Split } from '../images/image-set.js';
import {
  cifar10ClassNames,
  cifar10Splits,
  cifar100ClassNames,
  cifar100Splits,
  readCifar10,
  readCifar100,
} from './cifar.js';
import { FASHION_MNIST_CLASS_NAMES, FASHION_MNIST_OPTIONS, fashionMnistFolder } from './fashion-mnist.js';
import { FETCH_OPTIONS, type FetchOptions, fetchSet } from './fetch-set.js';
import { FOLDER_OPTIONS, readImageFolder } from './folder.js';
import { listFolder } from './folder-listing.js';
import { cacheFolder, dataFolder } from './locations.js';
import { MNIST_CLASS_NAMES, mnistSplits, readMnist } from './mnist.js';
import { bytesOf, REMOTE_SETS, type RemoteSet } from './remote-sets.js';
import type { ImageSetName } from './set-names.js';
import { readSigns, SIGNS_CLASS_NAMES, signsSplits } from './signs.js';

/** The result of `loadImageSet`: the parts that were requested, or those that exist. */
export interface NamedImages {
  name: ImageSetName;
  /** The folder it was read from. */
  folder: string;
  classNames: readonly string[];
  train?: ImageSet;
  test?: ImageSet;
}

const LOAD_OPTIONS = {
  ...FASHION_MNIST_OPTIONS,
  ...FOLDER_OPTIONS,
  /** The parts to read; default those that exist. */
  splits: listOf(oneOf(['train', 'test'])).optional(),
  /** Whether to download a missing data set into the cache; default false. */
  download: boolean().default(false),
};

type LoadSettings = Options<typeof LOAD_OPTIONS>;

/** Options of `loadImageSet`. */
export type LoadOptions = Given<typeof LOAD_OPTIONS>;

interface CatalogEntry {
  /** Folder in `NABLA_DATA` or the cache. */
  folder: string;
  splits(folder: string): Promise<Split[]>;
  read(folder: string, split: Split, options: LoadSettings): Promise<ImageSet>;
  classNames(folder: string): Promise<readonly string[]>;
}

const CATALOG: Record<ImageSetName, CatalogEntry> = {
  mnist: { folder: 'mnist', splits: mnistSplits, read: readMnistDigits, classNames: async () => MNIST_CLASS_NAMES },
  'fashion-mnist': {
    folder: 'fashion-mnist',
    splits: mnistSplits,
    read: readMnistDigits,
    classNames: async () => FASHION_MNIST_CLASS_NAMES,
  },
  cifar10: { folder: 'cifar-10', splits: cifar10Splits, read: readCifar10, classNames: cifar10ClassNames },
  cifar100: {
    folder: 'cifar-100',
    splits: cifar100Splits,
    read: (folder, split) => readCifar100(folder, split),
    classNames: (folder) => cifar100ClassNames(folder),
  },
  signs: { folder: 'signs', splits: signsSplits, read: readSigns, classNames: async () => SIGNS_CLASS_NAMES },
  // tf_flowers has no test set: `trainValidationSplit` makes one.
  flowers: {
    folder: join('flowers', 'flower_photos'),
    splits: async () => ['train'],
    read: (folder, _split, { size, limitPerClass }) => readImageFolder(folder, { size, limitPerClass }),
    classNames: (folder) => listFolder(folder, 'folders'),
  },
};

const REGISTRY = /* @__PURE__ */ new Registry<CatalogEntry>(CATALOG);

function readMnistDigits(folder: string, split: Split): Promise<ImageSet> {
  return readMnist(folder, split);
}

/**
 * Find an image set by its name and read it: in `options.folder`, else below `NABLA_DATA`, else in the cache;
 * Fashion-MNIST also from the package's sample or, with `source: 'full'`, from its official URL.
 * @param name `mnist`, `fashion-mnist`, `cifar10`, `cifar100`, `signs` or `flowers`; `cifar-10` and `CIFAR10` are
 * accepted too
 * @returns images [count, height, width, channels] of 0–255 with labels [count]
 * @throws ValueError when no set has that name, or an option is unknown or wrong @throws FormatError when its files are
 * missing or broken
 * @example const { test, classNames } = await loadImageSet('cifar10', { splits: ['test'] })
 */
export async function loadImageSet(name: string, options: LoadOptions = {}): Promise<NamedImages> {
  const settings = readOptions('loadImageSet', LOAD_OPTIONS, options);
  const entry = REGISTRY.resolve('loadImageSet: name', name);
  const known = REGISTRY.nameOf(name) as ImageSetName;
  const folder = await findFolder(known, settings);
  const present = await entry.splits(folder);
  const wanted = settings.splits ?? present;
  const missing = wanted.find((split) => !present.includes(split));
  if (missing || present.length === 0) {
    throw new FormatError(`${folder}: no ${missing ?? 'train or test'} files of ${known} in it`);
  }
  const found: NamedImages = { name: known, folder, classNames: await entry.classNames(folder) };
  for (const split of wanted) found[split] = await entry.read(folder, split, settings);
  return found;
}

async function findFolder(name: ImageSetName, options: LoadSettings): Promise<string> {
  if (options.folder) return options.folder;
  if (name === 'fashion-mnist') return fashionMnistFolder(options);
  const present = await imageSetFolder(name);
  if (present) return present;
  if (options.download) {
    const { stallTimeout, onProgress, signal } = options;
    return fetchImageSet(name, { stallTimeout, onProgress, signal });
  }
  throw new FormatError(missingMessage(name));
}

/** The folder of a data set in `NABLA_DATA` or the cache; undefined if it is in neither. */
export async function imageSetFolder(name: ImageSetName): Promise<string | undefined> {
  REGISTRY.resolve('imageSetFolder: name', name);
  for (const folder of placesOf(name)) {
    const info = await stat(folder).catch(() => undefined);
    if (info?.isDirectory()) return folder;
  }
  return undefined;
}

const placesOf = (name: ImageSetName): string[] =>
  [dataFolder(), cacheFolder()].filter((root) => root !== undefined).map((root) => join(root, CATALOG[name].folder));

/**
 * Download a set into the cache.
 * @param options those of `download`, and `address`, which replaces that of the authors
 * @returns the folder that it is read from
 * @throws ValueError when no set has that name, or an option is unknown or wrong
 * @throws FormatError when it has no public address, or the download fails
 * @throws FileError when the disk is full
 * @example await fetchImageSet('cifar10', { onProgress: (received, total) => console.log(received / total) })
 */
export async function fetchImageSet(name: string, options: FetchOptions = {}): Promise<string> {
  const { address, stallTimeout, onProgress, signal } = readOptions('fetchImageSet', FETCH_OPTIONS, options);
  REGISTRY.resolve('fetchImageSet: name', name);
  const known = REGISTRY.nameOf(name) as ImageSetName;
  const remote = REMOTE_SETS[known];
  if (!remote) throw new FormatError(missingMessage(known));
  const folder = join(cacheFolder(), CATALOG[known].folder);
  try {
    await fetchSet(remote, folder, { address, stallTimeout, onProgress, signal });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${error.message}\n${missingMessage(known)}`, { cause: error });
  }
  return folder;
}

/** Describe where a data set was searched, and how to install it. */
function missingMessage(name: ImageSetName): string {
  const places = placesOf(name);
  const remote = REMOTE_SETS[name];
  return `${name}: not found in ${places.join(' or ')}; ${remote ? byHand(remote, places[0]) : 'it has no public address'}; NABLA_DATA names the folder of the sets`;
}

function byHand(remote: RemoteSet, folder: string): string {
  const urls = remote.files.map(({ name }) => new URL(name, remote.address).href).join(', ');
  const what = remote.isArchive ? 'put the content of its folder' : 'put them';
  return `download ${urls} (${mebibytes(bytesOf(remote))}) and ${what} into ${folder}`;
}
