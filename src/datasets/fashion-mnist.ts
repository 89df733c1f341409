import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Given, type Options, oneOf, readOptions, string } from '../base/options.js';
import type { TrainTestImages } from '../images/image-set.js';
import { DOWNLOAD_OPTIONS } from './download.js';
import { fetchSet } from './fetch-set.js';
import { assetFolder, cacheFolder, dataFolder } from './locations.js';
import { mnistSplits, readMnist } from './mnist.js';
import { REMOTE_SETS } from './remote-sets.js';

/** The ten kinds of clothing, by label. */
export const FASHION_MNIST_CLASS_NAMES = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
] as const;

const OFFICIAL = REMOTE_SETS['fashion-mnist']!;

export const FASHION_MNIST_OPTIONS = {
  ...DOWNLOAD_OPTIONS,
  /**
   * `sample`: a balanced selection of 10,000 / 2,000 images that comes with the package. `full`: all 60,000 / 10,000,
   * from
   * `NABLA_DATA`, the cache, or the official URL. Default: the folder of `NABLA_DATA` if it has the set, else
   * the sample.
   */
  source: oneOf(['sample', 'full']).optional(),
  /** A folder with the four files; `source` is ignored then. */
  folder: string().optional(),
  /** The address that `full` downloads from, ending in a slash; default that of the authors. */
  address: string().default(OFFICIAL.address),
};

/** The source of Fashion-MNIST. */
export type FashionMnistOptions = Given<typeof FASHION_MNIST_OPTIONS>;

/**
 * Fashion-MNIST: 28×28 grey images of ten kinds of clothing.
 * @returns images [count, 28, 28, 1] of 0–255 and labels [count], for training and test
 * @throws ValueError when an option is unknown or wrong
 * @throws FormatError naming the file or the URL when something is missing, cut short or broken
 * @see Xiao, Rasul and Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms",
 * arXiv:1708.07747
 * @example const { train, test, classNames } = await loadFashionMnist()
 */
export async function loadFashionMnist(
  options: FashionMnistOptions = {},
): Promise<TrainTestImages & { folder: string }> {
  const folder = await fashionMnistFolder(readOptions('loadFashionMnist', FASHION_MNIST_OPTIONS, options));
  const [train, test] = [await readMnist(folder, 'train'), await readMnist(folder, 'test')];
  return { train, test, classNames: FASHION_MNIST_CLASS_NAMES, folder };
}

/**
 * Return the folder of Fashion-MNIST, after a download if one is requested and the folder is missing.
 * @throws FormatError when a download fails
 */
export async function fashionMnistFolder(options: Options<typeof FASHION_MNIST_OPTIONS>): Promise<string> {
  const { source, folder } = options;
  if (folder) return folder;
  const sample = assetFolder('fashion-mnist');
  if (source === 'sample') return sample;
  const root = dataFolder();
  const own = root && join(root, 'fashion-mnist');
  if (own && (await exists(own)) && (await mnistSplits(own)).length > 0) return own;
  return source === 'full' ? cachedFolder(options) : sample;
}

async function cachedFolder({ address, ...options }: Options<typeof FASHION_MNIST_OPTIONS>): Promise<string> {
  const { stallTimeout, onProgress, signal } = options;
  const folder = join(cacheFolder(), 'fashion-mnist');
  await fetchSet(OFFICIAL, folder, { address, stallTimeout, onProgress, signal });
  return folder;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
