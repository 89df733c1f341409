import { FormatError } from '../base/errors.js';
import type { Model } from '../models/model.js';
import type { StoredArray } from './array.js';
import { type Hdf5Group, readHdf5 } from './hdf5/read.js';
import { isHdf5 } from './hdf5/validate.js';
import { asObject, decodeText, isObject, type JsonObject, parseJson } from './json.js';
import { readTexts } from './keras/attributes.js';
import { type Generation, type Origin, originOf } from './keras/origin.js';
import { readModelConfig } from './keras/read-config.js';
import { isSafetensors, readSafetensors } from './safetensors.js';
import type { OpenedSource } from './source.js';
import { readTfjs } from './tfjs.js';
import type { SlotOrder } from './training/optimizer-state.js';
import { readProgress, type TrainingProgress } from './training/progress.js';
import type { WeightOptions, WeightReport } from './weights/assign.js';
import { hasLayerNames, loadByLayer } from './weights/by-layer.js';
import { loadByName } from './weights/by-name.js';
import { hasPaths, loadByPath } from './weights/by-path.js';
import { namesByPath } from './weights/layer-tree.js';
import { isZip, readZip } from './zip.js';

/** What a model file of any kind holds. */
export interface ModelContent {
  readonly origin: Origin;
  /** The architecture as Keras writes it; null in a file of weights alone. */
  readonly config: unknown;
  /** What `compile` was given, as Keras writes it. */
  readonly training: JsonObject | null;
  readonly optimizerState: {
    readonly arrays: readonly StoredArray[];
    readonly order: SlotOrder;
    readonly where: string;
  } | null;
  readonly progress: TrainingProgress | null;
  loadWeights(model: Model, options: WeightOptions): WeightReport;
}

/**
 * Opens a model file of any kind, known by how it begins, and runs `f` on what it holds.
 * @throws FormatError
 */
export async function openModelFile<T>(source: OpenedSource, f: (content: ModelContent) => T): Promise<T> {
  const { name } = source.file;
  try {
    return await read(source, f);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    // What a forged file makes a layer stumble over is the file's fault, whatever kind of error it is.
    throw new FormatError(`${name}: ${(error as Error).message}`, { cause: error });
  }
}

async function read<T>(source: OpenedSource, f: (content: ModelContent) => T): Promise<T> {
  const { file } = source;
  if (isHdf5(file.bytes)) return readHdf5(file, (root) => f(hdf5Content(root)));
  if (isZip(file.bytes)) return kerasContent(source, f);
  if (isSafetensors(file.bytes)) return f(safetensorsContent(source));
  if (/^\s*\{/.test(decodeText(file.bytes.subarray(0, 100)))) return f(await tfjsContent(source));
  throw new FormatError(
    `${file.name}: byte 0: not a model file: expected HDF5 (.h5), zip (.keras), safetensors or JSON (model.json)`,
  );
}

const KERAS_3 = originOf('3', '');

/** .h5 of any release: a whole model, its weights by layer, or (.weights.h5) by path. */
function hdf5Content(root: Hdf5Group): ModelContent {
  const { file } = root;
  const text = root.attribute('model_config');
  const weights = root.child('model_weights') ?? root;
  const version = root.attribute('keras_version') ?? weights.attribute('keras_version');
  const placed = !hasLayerNames(weights) && hasPaths(root);
  const origin = placed ? KERAS_3 : originOf(version, file.name);
  const { generation } = origin;
  const trainingText = root.attribute('training_config');
  const training =
    typeof trainingText === 'string'
      ? asObject(parseJson(trainingText, file, 'training_config'), `${file.name}: training_config`)
      : null;
  return {
    origin,
    config: typeof text === 'string' ? parseJson(text, file, 'model_config') : null,
    training,
    optimizerState: legacyOptimizerState(root, generation),
    progress: readProgress(training?.nabla, `${file.name}: training_config.nabla`),
    loadWeights: (model, options) =>
      placed ? loadByPath(root, model, options) : loadByLayer(weights, generation, model, options),
  };
}

function legacyOptimizerState(root: Hdf5Group, generation: Generation): ModelContent['optimizerState'] {
  const group = root.child('optimizer_weights');
  const names = group && readTexts(group, 'weight_names');
  if (!group || !names) return null;
  const arrays = names.map((name) => (group.numbers(name) ?? fail(group, name)).read());
  return { arrays, order: generation === 3 ? 'keras3' : 'byKind', where: group.path };
}

function fail(group: Hdf5Group, name: string): never {
  throw group.fail(`no array for the weight ${name}`);
}

const CONFIG = 'config.json';
const METADATA = 'metadata.json';
const WEIGHTS = 'model.weights.h5';

/** .keras of Keras 3, and of Keras 2.12 and later. */
async function kerasContent<T>({ file }: OpenedSource, f: (content: ModelContent) => T): Promise<T> {
  const entries = await readZip(file, [CONFIG, METADATA, WEIGHTS]);
  const entry = (name: string): Uint8Array => {
    const bytes = entries.get(name);
    if (!bytes) throw new FormatError(`${file.name}: there is no ${name} in the archive`);
    return bytes;
  };
  const json = (name: string): JsonObject =>
    asObject(parseJson(decodeText(entry(name)), file, name), `${file.name}: ${name}`);
  const config = json(CONFIG);
  const metadata = json(METADATA);
  const training = isObject(config.compile_config) ? config.compile_config : null;
  const weights = { name: `${file.name}: ${WEIGHTS}`, bytes: entry(WEIGHTS) };
  const origin = originOf(metadata.keras_version, `${file.name}: ${METADATA}`);
  const names = (): Map<string, string> | undefined => {
    try {
      return namesByPath(readModelConfig(config, origin, file.name));
    } catch (error) {
      // The weights of a model that cannot be built here may still be loaded, by their paths.
      if (error instanceof FormatError) return undefined;
      throw error;
    }
  };
  return readHdf5(weights, (root) =>
    f({
      origin,
      config,
      // A model of a user's class that was not compiled has an empty record.
      training: training?.optimizer ? training : null,
      optimizerState: optimizerStateByPath(root),
      progress: readProgress(metadata.nabla, `${file.name}: ${METADATA}: nabla`),
      loadWeights: (model, options) => loadByPath(root, model, options, names()),
    }),
  );
}

function optimizerStateByPath(root: Hdf5Group): ModelContent['optimizerState'] {
  const vars = root.child('optimizer/vars');
  if (!vars) return null;
  const arrays = vars.keys().map((_, index) => (vars.numbers(String(index)) ?? fail(vars, String(index))).read());
  return { arrays, order: 'keras3', where: vars.path };
}

/** Names of an optimizer's arrays in a safetensors file begin with this. */
export const OPTIMIZER_PREFIX = 'optimizer.';

/** Safetensors: weights of any program's by name; nabla's own have the model in their metadata. */
function safetensorsContent({ file }: OpenedSource): ModelContent {
  const { arrays, metadata } = readSafetensors(file);
  const model = metadata.nabla === undefined ? null : asObject(parseJson(metadata.nabla, file, 'nabla'), file.name);
  const state = arrays.filter(({ name }) => name.startsWith(OPTIMIZER_PREFIX));
  const weights = arrays.filter((array) => !state.includes(array));
  return {
    origin: KERAS_3,
    config: model?.config ?? null,
    training: isObject(model?.training) ? model.training : null,
    optimizerState:
      state.length > 0 ? { arrays: state.map((each) => each.read()), order: 'keras3', where: OPTIMIZER_PREFIX } : null,
    progress: readProgress(model?.progress, `${file.name}: nabla`),
    loadWeights: (target, options) => loadByName(weights, target, options, file.name),
  };
}

async function tfjsContent(source: OpenedSource): Promise<ModelContent> {
  const { file } = source;
  const json = asObject(parseJson(decodeText(file.bytes), file, 'model.json'), file.name);
  const model = await readTfjs(source, json);
  return {
    origin: originOf(model.kerasVersion, file.name),
    config: model.modelConfig,
    training: model.trainingConfig,
    optimizerState: null,
    progress: null,
    loadWeights: (target, options) => loadByName(model.weights, target, options, file.name),
  };
}
