import { ValueError } from '../base/errors.js';
import { didYouMean } from '../base/names.js';
import { boolean, integer, oneOf, readOptions } from '../base/options.js';
import { plainPath } from '../base/plain-path.js';
import { show } from '../base/show.js';
import { assertModel } from '../models/assert-model.js';
import type { Model } from '../models/model.js';
import type {
  EncodeOptions,
  FileTarget,
  ModelFormat,
  SaveOptions,
  SaveTarget,
  WritableFile,
} from '../training/options/save-options.js';
import { formatOf, MODEL_FORMATS, WRITERS } from './formats/writers.js';
import type { SaveResult } from './handlers/artifacts.js';
import { saveHandlerOf, saveToHandler } from './handlers/save-to-handler.js';
import { writeAtomically } from './storage/atomic-write.js';
import { assertPaths } from './storage/node-files.js';

/** The options of `EncodeOptions`. */
const ENCODING = {
  includeOptimizer: boolean().optional(),
  epoch: integer({ min: 0 }).optional(),
  kerasVersion: oneOf(['3.1.1', '3.15.0']).optional(),
};

/** The options of `saveWeights`. */
const WEIGHTS_SAVING = { ...ENCODING, format: oneOf(MODEL_FORMATS).optional() };

/** The options of `SaveOptions`. */
const SAVING = {
  ...ENCODING,
  format: oneOf(MODEL_FORMATS).optional(),
  quantize: oneOf(['float16', 'uint8', 'uint16']).optional(),
};

/**
 * Encode a model as the bytes of a file.
 * @throws ValueError when the format is unknown, or a part of the model is a function that cannot be saved
 * @example const bytes = await encodeModel(model, 'keras');
 */
export async function encodeModel(
  model: Model,
  format: ModelFormat,
  options: EncodeOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return encode('encodeModel', model, format, readOptions('encodeModel', ENCODING, options));
}

async function encode(
  caller: string,
  model: Model,
  format: ModelFormat,
  options: EncodeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!Object.hasOwn(WRITERS, format)) {
    const hint = typeof format === 'string' ? didYouMean(format, MODEL_FORMATS) : '';
    throw new ValueError(`${caller}: format is ${show(format)}, expected one of ${MODEL_FORMATS.join(', ')}${hint}`);
  }
  assertBuilt(model, caller);
  // Encoders write into their own memory, never into memory that threads share.
  return (await WRITERS[format].encode(model, options)) as Uint8Array<ArrayBuffer>;
}

function assertBuilt(model: Model, caller: string): void {
  assertModel(caller, model);
  if (model.built) return;
  // A model with its own training step and no `call` is built when its parts are.
  if (!model.isCallable && model.sublayers.every(({ built }) => built)) return;
  throw new ValueError(`${model.name}: ${caller} needs a known input shape; call build or the model first`);
}

/**
 * Write a model to a file that Keras 3 opens (`.keras`, `.h5`), or to safetensors. A file at a path is replaced
 * atomically: it contains either the old or the new model at any time.
 * @throws ValueError when the target or its extension is not supported, or a part of the model is a function
 * that cannot be saved
 * @throws Error of the file system, with its code: ENOSPC, EACCES, …
 * @example await saveModel(model, 'model.keras');
 */
export async function saveModel(
  model: Model,
  target: SaveTarget,
  options: SaveOptions = {},
): Promise<SaveResult | undefined> {
  const read = readOptions('saveModel', SAVING, options);
  const { format: chosen, quantize, ...encoding } = read;
  const ending = typeof target === 'string' || target instanceof URL ? formatOf(String(target)) : null;
  const handler = saveHandlerOf(target, (chosen ?? ending) !== null);
  if (handler) {
    assertBuilt(model, 'saveModel');
    return saveToHandler(model, handler, { ...encoding, quantize });
  }
  const name = nameOf('saveModel', target);
  const format = chosen ?? formatOf(name);
  if (!format) {
    throw new ValueError(
      `${name}: expected the extension .keras, .h5, .weights.h5, .safetensors or model.json, or a format`,
    );
  }
  if (quantize !== undefined) {
    throw new ValueError(
      `saveModel: quantize is ${quantize} with format ${format}, expected the format of tfjs: model.json`,
    );
  }
  await write(target as FileTarget, name, await encode('saveModel', model, format, encoding));
  return undefined;
}

/**
 * Write only the weights of a model: Keras 3's `.weights.h5`, or safetensors. `loadWeights` reads them into an
 * existing model.
 * @param options.includeOptimizer default false; true writes the state of the optimizer into `.weights.h5` too, as
 * Keras does
 * @throws ValueError for other extensions: `saveModel` writes whole models
 * @throws Error of the file system, with its code: ENOSPC, EACCES, …
 * @example await saveWeights(model, 'model.weights.h5');
 */
export async function saveWeights(
  model: Model,
  target: SaveTarget,
  options: Omit<SaveOptions, 'quantize'> = {},
): Promise<void> {
  const { format: chosen, ...encoding } = readOptions('saveWeights', WEIGHTS_SAVING, options);
  const name = nameOf('saveWeights', target);
  const format = chosen ?? formatOf(name);
  const encodeWeights = format && WRITERS[format].encodeWeights;
  if (!encodeWeights) {
    const given = chosen ? `format is ${chosen}` : `the target is ${name}`;
    throw new ValueError(`saveWeights: ${given}, expected .weights.h5 or .safetensors; saveModel writes whole models`);
  }
  assertBuilt(model, 'saveWeights');
  await write(target as FileTarget, name, await encodeWeights(model, encoding));
}

/** Return the name of a target. @throws ValueError */
function nameOf(caller: string, target: SaveTarget): string {
  const name =
    typeof target === 'string' ? target : target instanceof URL ? target.href : (target as WritableFile | null)?.name;
  if (typeof name === 'string') {
    const scheme = /^(localstorage|indexeddb|https?):\/\//.exec(name);
    if (!scheme) return name;
    throw new ValueError(
      `${caller}: ${scheme[0]} is not supported, expected a path, downloads://name or a file handle; encodeModel returns the bytes for other targets`,
    );
  }
  throw new ValueError(`${caller}: given ${show(target)}, expected a path, a URL or a file handle`);
}

async function write(target: FileTarget, name: string, bytes: Uint8Array): Promise<void> {
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

const DOWNLOADS = 'downloads://';

/** Download bytes as a file in the browser. */
function offerDownload(name: string, bytes: Uint8Array): void {
  if (typeof document !== 'object') throw new ValueError(`${DOWNLOADS}${name}: there is no page to download from`);
  const url = URL.createObjectURL(new Blob([bytes.slice()]));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}
