import type { Dataset, File as Hdf5File } from 'h5wasm';
import { FormatError } from '../base/errors.js';
import { type ImageSet, imageArray, labelArray, type Split } from '../images/image-set.js';
import { content, lookAt } from './file.js';
import { findFile } from './folder-listing.js';

/** Fingers shown, from none to five. */
export const SIGNS_CLASS_NAMES = ['0', '1', '2', '3', '4', '5'] as const;

/** Both parts of SIGNS are a few megabytes; a claim beyond this is a forgery. */
const MAX_BYTES = 2 ** 28;

/** HDF5's number for the class of integer types. */
const INTEGER = 0;

const findSigns = (folder: string, split: Split) => findFile(folder, new RegExp(`^${split}_signs.*\\.h5$`));

/** The parts of SIGNS of which a folder has files. */
export async function signsSplits(folder: string): Promise<Split[]> {
  const found = await Promise.all([findSigns(folder, 'train'), findSigns(folder, 'test')]);
  return (['train', 'test'] as const).filter((_, index) => found[index] !== undefined);
}

/**
 * Reads one part of SIGNS: HDF5 files `train_signs*.h5` (data sets `train_set_x`, `train_set_y`) and `test_signs*.h5`.
 * @param folder the folder with the files
 * @returns images [count, height, width, 3], labels [count] of 0–5
 * @throws FormatError naming the file and the data set when it is missing, cut short or broken
 * @see the course "Convolutional neural networks" of deeplearning.ai, whose files these are
 * @example const test = await readSigns('data/signs', 'test')
 */
export async function readSigns(folder: string, split: Split): Promise<ImageSet> {
  const path = await findSigns(folder, split);
  if (!path) throw new FormatError(`${folder}: no file named ${split}_signs*.h5 in it`);
  const file = await lookAt(path, MAX_BYTES);
  const bytes = await content(file, { maxBytes: MAX_BYTES });
  return openHdf5(path, bytes, (hdf5) => {
    const images = integers(hdf5, path, `${split}_set_x`, 4);
    const labels = integers(hdf5, path, `${split}_set_y`, 1);
    const [count, height, width, channels] = images.shape;
    if (!(images.data instanceof Uint8Array)) {
      throw new FormatError(`${path}: ${split}_set_x: ${images.data.constructor.name} elements, expected uint8`);
    }
    if (count !== labels.shape[0]) {
      throw new FormatError(`${path}: ${split}_set_x has ${count} images, ${split}_set_y ${labels.shape[0]} labels`);
    }
    return {
      images: imageArray(images.data, height, width, channels),
      labels: labelArray(labels.data, SIGNS_CLASS_NAMES.length, path, (i) => `${split}_set_y[${i}]`),
    };
  });
}

/** Opens a file inside h5wasm's own file system, so that nothing in it can reach another file. */
async function openHdf5<Result>(path: string, bytes: Uint8Array, use: (hdf5: Hdf5File) => Result): Promise<Result> {
  const { default: h5wasm } = await import('h5wasm');
  const module = await h5wasm.ready;
  // Without this the library prints its errors and goes on with nulls.
  module.activate_throwing_error_handler();
  const name = `/signs-${crypto.randomUUID()}.h5`;
  module.FS.writeFile(name, bytes);
  let hdf5: Hdf5File | undefined;
  try {
    hdf5 = new h5wasm.File(name, 'r');
    return use(hdf5);
  } catch (error) {
    throw error instanceof FormatError ? error : new FormatError(`${path}: ${deepest(error)}`, { cause: error });
  } finally {
    close(hdf5);
    module.FS.unlink(name);
  }
}

/** A file so broken that it cannot even be closed has been reported already. */
function close(hdf5: Hdf5File | undefined): void {
  try {
    hdf5?.close();
  } catch {}
}

function integers(hdf5: Hdf5File, path: string, name: string, rank: number) {
  if (!hdf5.keys().includes(name))
    throw new FormatError(`${path}: no data set ${name}, only ${hdf5.keys().join(', ')}`);
  const dataset = hdf5.get(name) as Dataset | null;
  const metadata = dataset?.metadata;
  const shape = metadata?.shape ?? [];
  if (!dataset || metadata?.type !== INTEGER || shape.length !== rank) {
    throw new FormatError(`${path}: ${name}: expected integers with ${rank} axes, found [${shape}]`);
  }
  const elements = shape.reduce((product, length) => product * length, 1);
  if (elements === 0 || elements * metadata.size > MAX_BYTES) {
    throw new FormatError(`${path}: ${name}: claims a shape of [${shape}], expected 1 to ${MAX_BYTES} bytes`);
  }
  const data = dataset.value as Uint8Array | BigInt64Array;
  if (data?.length !== elements) throw new FormatError(`${path}: ${name}: its ${elements} elements cannot be read`);
  return { data, shape };
}

/** HDF5 reports a stack of calls; the last line with a number says what was wrong with the file. */
function deepest(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const frames = text.match(/#\d+: .*/g);
  return frames?.at(-1)?.replace(/^#\d+: .* in (\w+)\(\): /, 'HDF5: ') ?? `HDF5: ${text.split('\n')[0]}`;
}
