import type { Model } from '../models/model.js';
import { ValueError } from '../tensor/errors.js';
import { writeAtomically } from './atomic-write.js';
import { encodeH5, encodeWeightsH5 } from './encode-h5.js';
import { encodeKeras } from './encode-keras.js';
import type { EncodeOptions } from './encode-options.js';
import { encodeSafetensors } from './encode-safetensors.js';
import { assertPaths, plainPath } from './node-files.js';

/** Kinds of files that nabla writes. */
export type ModelFormat = 'keras' | 'h5' | 'weights.h5' | 'safetensors';

/** A file that a browser's page may write: `FileSystemFileHandle`. */
export interface WritableFile {
  readonly name: string;
  createWritable(): Promise<{ write(data: Uint8Array): Promise<void>; close(): Promise<void> }>;
}

/** A path or `file://` URL (under Node), `downloads://name` (in a browser), or a file handle. */
export type SaveTarget = string | URL | WritableFile;

export interface SaveOptions extends EncodeOptions {
  /** Default: by the ending of the target's name. */
  readonly format?: ModelFormat;
}

const ENDINGS: readonly (readonly [RegExp, ModelFormat])[] = [
  [/\.weights\.h5$/, 'weights.h5'],
  [/\.(h5|hdf5)$/, 'h5'],
  [/\.safetensors$/, 'safetensors'],
  [/\.keras$/, 'keras'],
];

const ENCODERS: Readonly<Record<ModelFormat, (model: Model, options: EncodeOptions) => Promise<Uint8Array>>> = {
  keras: encodeKeras,
  h5: encodeH5,
  'weights.h5': encodeWeightsH5,
  safetensors: encodeSafetensors,
};

/** The kind of file that a name's ending says. @throws ValueError for another ending */
function formatOf(name: string): ModelFormat {
  const found = ENDINGS.find(([ending]) => ending.test(name));
  if (!found)
    throw new ValueError(`${name}: expected the ending .keras, .h5, .weights.h5 or .safetensors, or a format`);
  return found[1];
}

/**
 * A model as the bytes of a file.
 * @throws ValueError when the format is none of them, or a part of the model is a function that no file can hold
 * @example const bytes = await encodeModel(model, 'keras');
 */
export async function encodeModel(model: Model, format: ModelFormat, options: EncodeOptions = {}): Promise<Uint8Array> {
  if (!Object.hasOwn(ENCODERS, format)) {
    throw new ValueError(`saveModel: format is ${String(format)}, expected one of ${Object.keys(ENCODERS).join(', ')}`);
  }
  if (!model.built) {
    throw new ValueError(
      `${model.name}: saveModel before the shape of the input is known; call build or the model first`,
    );
  }
  return ENCODERS[format](model, options);
}

/**
 * Writes a model to a file that Keras 3 opens (`.keras`, `.h5`), or to safetensors. A file at a path is replaced in one step: whatever
 * happens, it holds the old model or the new.
 * @throws ValueError when the target or its ending is none that can be written, or a part of the model is a function that no file can hold
 * @throws Error of the file system, with its code: ENOSPC, EACCES, …
 * @example await saveModel(model, 'model.keras');
 */
export async function saveModel(model: Model, target: SaveTarget, options: SaveOptions = {}): Promise<void> {
  const name = typeof target === 'string' ? target : target instanceof URL ? target.href : target?.name;
  if (typeof name !== 'string') {
    throw new ValueError(`saveModel: given ${String(target)}, expected a path, a URL or a file handle`);
  }
  const bytes = await encodeModel(model, options.format ?? formatOf(name), options);
  if (typeof target === 'object' && !(target instanceof URL)) {
    const file = await target.createWritable();
    await file.write(bytes);
    await file.close();
  } else if (name.startsWith(DOWNLOADS)) {
    offerDownload(name.slice(DOWNLOADS.length), bytes);
  } else {
    assertPaths(name);
    await writeAtomically(plainPath(name), bytes);
  }
}

/**
 * Writes a model's weights alone: `.weights.h5` as Keras 3 has it, or safetensors. See `saveModel`.
 * @example await saveWeights(model, 'model.weights.h5');
 */
export async function saveWeights(model: Model, target: SaveTarget, options: SaveOptions = {}): Promise<void> {
  return saveModel(model, target, { includeOptimizer: false, ...options });
}

const DOWNLOADS = 'downloads://';

/** Lets the browser save bytes under a name. */
function offerDownload(name: string, bytes: Uint8Array): void {
  if (typeof document !== 'object') throw new ValueError(`${DOWNLOADS}${name}: there is no page to download from`);
  const url = URL.createObjectURL(new Blob([bytes.slice()]));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}
