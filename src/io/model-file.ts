import { FormatError, NablaError } from '../base/errors.js';
import type { Model } from '../models/model.js';
import type { FileArray, StoredArray } from './array.js';
import type { NamedBytes } from './cursor.js';
import { recognise } from './file-kind.js';
import { type Hdf5Group, openHdf5 } from './hdf5/read.js';
import { asObject, decodeText, isObject, type JsonObject, parseJson } from './json.js';
import { readTexts } from './keras/attributes.js';
import { type Origin, originOf } from './keras/origin.js';
import { readModelConfig } from './keras/read-config.js';
import { readSafetensors } from './safetensors.js';
import type { OpenedSource } from './source.js';
import { readTfjs } from './tfjs.js';
import type { SlotOrder } from './training/optimizer-state.js';
import { readProgress, type TrainingProgress } from './training/progress.js';
import type { WeightOptions, WeightReport } from './weights/assign.js';
import { hasLayerNames, loadByLayer } from './weights/by-layer.js';
import { loadByName } from './weights/by-name.js';
import { hasPaths, loadByPath } from './weights/by-path.js';
import { namesByPath } from './weights/layer-tree.js';
import { openZip } from './zip.js';

/** What a model file of any kind holds. Numbers are read when they are asked for. */
export interface ModelFile {
  readonly origin: Origin;
  /** The architecture as Keras writes it; null in a file of weights alone. */
  readonly config: unknown;
  /** What `compile` was given, as Keras writes it. */
  readonly training: JsonObject | null;
  readonly progress: TrainingProgress | null;
  /** Whether the file has arrays at all: `model.to_json()` of Keras has none. */
  readonly hasWeights: boolean;
  /** @throws FormatError when the weights do not fit the model */
  loadWeights(model: Model, options: WeightOptions): Promise<WeightReport>;
  /** The optimizer's state; null where the file has none. */
  optimizerState(model: Model): Promise<OptimizerState | null>;
}

export interface OptimizerState {
  readonly arrays: readonly StoredArray[];
  readonly order: SlotOrder;
  /** The place in the file, for messages. */
  readonly where: string;
}

/**
 * Opens a model file of any kind, known by how it begins, and runs `f` on what it holds.
 * @throws FormatError
 */
export async function openModelFile<T>(source: OpenedSource, f: (file: ModelFile) => T | Promise<T>): Promise<T> {
  const { name } = source.file;
  try {
    return await f(await read(source));
  } catch (error) {
    if (error instanceof FormatError) throw error;
    // What a forged file makes a layer stumble over is the file's fault, whatever kind of error it is.
    const reason = error instanceof NablaError ? error.message : 'a value in it is not what its place wants';
    throw new FormatError(`${name}: ${reason}`, { cause: error });
  }
}

async function read(source: OpenedSource): Promise<ModelFile> {
  const { file } = source;
  switch (recognise(file)) {
    case 'hdf5':
      return hdf5File(await openHdf5(file));
    case 'zip':
      return kerasFile(file);
    case 'safetensors':
      return safetensorsFile(file);
    case 'json':
      return tfjsFile(source);
  }
}

const KERAS_3 = originOf('3', '');

/** .h5 of any release: a whole model, its weights by layer, or (.weights.h5) by path. */
function hdf5File(root: Hdf5Group): ModelFile {
  const { file } = root;
  const text = root.attribute('model_config');
  const weights = root.child('model_weights') ?? root;
  const version = root.attribute('keras_version') ?? weights.attribute('keras_version');
  const byPath = !hasLayerNames(weights) && hasPaths(root);
  const origin = byPath ? KERAS_3 : originOf(version, file.name);
  const trainingText = root.attribute('training_config');
  const training =
    typeof trainingText === 'string'
      ? asObject(parseJson(trainingText, file, 'training_config'), `${file.name}: training_config`)
      : null;
  return {
    origin,
    config: typeof text === 'string' ? parseJson(text, file, 'model_config') : null,
    training,
    progress: readProgress(training?.nabla, `${file.name}: training_config.nabla`),
    hasWeights: true,
    loadWeights: async (model, options) =>
      byPath ? loadByPath(root, model, options) : loadByLayer(weights, origin.generation, model, options),
    optimizerState: async () => (byPath ? stateByPath(root) : stateByName(root, origin)),
  };
}

function stateByName(root: Hdf5Group, { generation }: Origin): OptimizerState | null {
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

/** Larger than any config; the entries of an archive may claim a thousand times what they take. */
const MAX_CONFIG_BYTES = 2 ** 26;

/** .keras of Keras 3, and of Keras 2.12 and later. */
async function kerasFile(file: NamedBytes): Promise<ModelFile> {
  const archive = openZip(file);
  const json = async (name: string): Promise<JsonObject> => {
    const bytes = await archive.read(name, MAX_CONFIG_BYTES);
    return asObject(parseJson(decodeText(bytes), file, name), `${file.name}: ${name}`);
  };
  const config = await json(CONFIG);
  const metadata = await json(METADATA);
  const training = isObject(config.compile_config) ? config.compile_config : null;
  const origin = originOf(metadata.keras_version, `${file.name}: ${METADATA}`);
  let weights: Hdf5Group | null = null;
  const open = async (model: Model): Promise<Hdf5Group> => {
    const bytes = () => archive.read(WEIGHTS, largestWeights(model));
    weights ??= await openHdf5({ name: `${file.name}: ${WEIGHTS}`, bytes: await bytes() });
    return weights;
  };
  return {
    origin,
    config,
    // A model of a user's class that was not compiled has an empty record.
    training: training?.optimizer ? training : null,
    progress: readProgress(metadata.nabla, `${file.name}: ${METADATA}: nabla`),
    hasWeights: archive.has(WEIGHTS),
    loadWeights: async (model, options) => loadByPath(await open(model), model, options, layerNames(config, origin)),
    optimizerState: async (model) => stateByPath(await open(model)),
  };
}

/** Bytes that HDF5 may take for a layer or an array besides its numbers. */
const HDF5_OVERHEAD = 2 ** 14;

/** Arrays of an optimizer for each weight, at most, as 64-bit numbers. */
const MAX_SLOTS = 4;

/** What a file of a model's weights and its optimizer can take. Packed, it could claim a thousand times what it takes. */
const largestWeights = (model: Model): number =>
  2 ** 22 + (1 + MAX_SLOTS) * model.weights.reduce((total, { size }) => total + 8 * size + HDF5_OVERHEAD, 0);

/** Names of the layers by their paths, where the config can be read: weights may be wanted of a model that cannot be built here. */
function layerNames(config: unknown, origin: Origin): Map<string, string> | undefined {
  try {
    return namesByPath(readModelConfig(config, origin, CONFIG));
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

function stateByPath(root: Hdf5Group): OptimizerState | null {
  const vars = root.child('optimizer/vars') ?? root.child('optimizer\\vars') ?? root.child('optimizer')?.child('vars');
  if (!vars) return null;
  const arrays = vars.keys().map((_, index) => (vars.numbers(String(index)) ?? fail(vars, String(index))).read());
  return { arrays, order: 'keras3', where: vars.path };
}

/** Names of an optimizer's arrays in a safetensors file begin with this. */
export const OPTIMIZER_PREFIX = 'optimizer.';

const readAll = (arrays: readonly FileArray[]): StoredArray[] => arrays.map((each) => each.read());

/** Safetensors: weights of any program's by name; nabla's own have the model in their metadata. */
function safetensorsFile(file: NamedBytes): ModelFile {
  const { arrays, metadata } = readSafetensors(file);
  const model = metadata.nabla === undefined ? null : asObject(parseJson(metadata.nabla, file, 'nabla'), file.name);
  const state = arrays.filter(({ name }) => name.startsWith(OPTIMIZER_PREFIX));
  const weights = arrays.filter((array) => !state.includes(array));
  return {
    origin: KERAS_3,
    config: model?.config ?? null,
    training: isObject(model?.training) ? model.training : null,
    progress: readProgress(model?.progress, `${file.name}: nabla`),
    hasWeights: true,
    loadWeights: async (target, options) => loadByName(weights, target, options, file.name),
    optimizerState: async () =>
      state.length > 0 ? { arrays: readAll(state), order: 'keras3', where: OPTIMIZER_PREFIX } : null,
  };
}

async function tfjsFile(source: OpenedSource): Promise<ModelFile> {
  const { file } = source;
  const { kerasVersion, modelConfig, trainingConfig, weights } = await readTfjs(source);
  return {
    origin: originOf(kerasVersion, file.name),
    config: modelConfig,
    training: trainingConfig,
    progress: null,
    hasWeights: weights.length > 0,
    loadWeights: async (target, options) => loadByName(weights, target, options, file.name),
    optimizerState: async () => null,
  };
}
