import { FormatError, NablaError } from '../base/errors.js';
import type { Model } from '../models/model.js';
import type { NamedBytes } from './bytes/cursor.js';
import { asObject, decodeText, isObject, type JsonObject, parseJson } from './bytes/json.js';
import { openZip } from './bytes/zip.js';
import { recognise } from './formats/file-kind.js';
import { readSafetensors, type SafetensorsArray } from './formats/read-safetensors.js';
import { readTfjs, type TfjsArray } from './formats/read-tfjs.js';
import { type Hdf5Group, openHdf5 } from './hdf5/read.js';
import { readTexts } from './keras/attributes.js';
import { type Origin, originOf } from './keras/origin.js';
import { readModelConfig } from './keras/read-config.js';
import type { OpenedSource } from './storage/source.js';
import { FROZEN_SLOTS, OPTIMIZER_PREFIX, type SlotNames } from './training/optimizer-state.js';
import { readProgress, type TrainingProgress } from './training/progress.js';
import type { StoredOptimizer, StoredSlot } from './training/restore-optimizer.js';
import type { WeightOptions, WeightReport } from './weights/assign.js';
import { hasLayerNames, loadByLayer, weightsSortedByName } from './weights/by-layer.js';
import { loadByName } from './weights/by-name.js';
import { hasPaths, loadByPath } from './weights/by-path.js';
import { namesByPath } from './weights/layer-tree.js';

/** Contents of a model file of any kind. Numbers are read on demand. */
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
  optimizerState(model: Model): Promise<StoredOptimizer | null>;
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
    // An error that a forged file causes in a layer is the file's fault, whatever its class.
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
    optimizerState: async (model) =>
      byPath
        ? stateByPath(root, origin, null)
        : stateByName(root, weights, model, origin, slotNamesOf(training?.nabla)),
  };
}

/** An optimizer's arrays under names, of which those of nabla's own are in its notes. */
function stateByName(
  root: Hdf5Group,
  weights: Hdf5Group,
  model: Model,
  origin: Origin,
  own: SlotNames | null,
): StoredOptimizer | null {
  const group = root.child('optimizer_weights');
  const names = group && readTexts(group, 'weight_names');
  if (!group || !names) return null;
  const arrays = names.map((name): StoredSlot => ({ ...(group.numbers(name) ?? fail(group, name)), name }));
  const order = origin.sortsWeights ? { weights: weightsSortedByName(weights, model) } : {};
  return { arrays: withOwnNames(root, arrays, own), origin, where: placeOf(group), ...order };
}

/** The arrays of a file that nabla wrote, by nabla's names, and those of frozen weights. */
function withOwnNames(root: Hdf5Group, arrays: readonly StoredSlot[], own: SlotNames | null): readonly StoredSlot[] {
  if (!own) return arrays;
  const header = arrays.length - own.slots.length;
  const named = arrays.map((array, index) => (index < header ? array : { ...array, name: own.slots[index - header] }));
  const frozen = own.frozen.flatMap((name, index): StoredSlot[] => {
    const array = root.numbers(`${FROZEN_SLOTS}/${index}`);
    return array ? [{ ...array, name }] : [];
  });
  return [...named, ...frozen];
}

function slotNamesOf(nabla: unknown): SlotNames | null {
  const { slots, frozen } = isObject(nabla) && isObject(nabla.optimizer) ? nabla.optimizer : {};
  const isNames = (list: unknown): list is string[] =>
    Array.isArray(list) && list.every((name) => typeof name === 'string');
  return isNames(slots) && isNames(frozen) ? { slots, frozen } : null;
}

const placeOf = (group: Hdf5Group): string => `${group.file.name}: ${group.path}`;

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
    optimizerState: async (model) => stateByPath(await open(model), origin, slotNamesOf(metadata.nabla)),
  };
}

/** Bytes that HDF5 may take for a layer or an array besides its numbers. */
const HDF5_OVERHEAD = 2 ** 14;

/** Arrays of an optimizer for each weight, at most, as 64-bit numbers. */
const MAX_SLOTS = 4;

/**
 * Largest size of a file with a model's weights and its optimizer. A packed file could claim a thousand times its size.
 */
const largestWeights = (model: Model): number =>
  2 ** 22 + (1 + MAX_SLOTS) * model.weights.reduce((total, { size }) => total + 8 * size + HDF5_OVERHEAD, 0);

/**
 * Names of the layers by their paths, where the config can be read: weights may be wanted of a model that cannot be
 * built here.
 */
function layerNames(config: unknown, origin: Origin): Map<string, string> | undefined {
  try {
    return namesByPath(readModelConfig(config, origin, CONFIG));
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

function stateByPath(root: Hdf5Group, origin: Origin, own: SlotNames | null): StoredOptimizer | null {
  const vars = root.child('optimizer/vars') ?? root.child('optimizer\\vars') ?? root.child('optimizer')?.child('vars');
  if (!vars) return null;
  const arrays = vars.keys().map((_, index): StoredSlot => {
    return { ...(vars.numbers(String(index)) ?? fail(vars, String(index))), name: null };
  });
  return { arrays: withOwnNames(root, arrays, own), origin, where: placeOf(vars) };
}

/** Safetensors: weights of any program's by name; nabla's own have the model in their metadata. */
function safetensorsFile(file: NamedBytes): ModelFile {
  const { arrays, metadata } = readSafetensors(file);
  const model = metadata.nabla === undefined ? null : asObject(parseJson(metadata.nabla, file, 'nabla'), file.name);
  const state = arrays.filter(({ name }) => name.startsWith(OPTIMIZER_PREFIX));
  const weights = arrays.filter((array) => !state.includes(array));
  const plain = (array: SafetensorsArray): StoredSlot => ({
    ...array,
    name: array.name.slice(OPTIMIZER_PREFIX.length),
  });
  return {
    origin: KERAS_3,
    config: model?.config ?? null,
    training: isObject(model?.training) ? model.training : null,
    progress: readProgress(model?.progress, `${file.name}: nabla`),
    hasWeights: true,
    loadWeights: async (target, options) => loadByName(weights, target, options, file.name),
    optimizerState: async () =>
      state.length > 0
        ? { arrays: state.map(plain), origin: KERAS_3, where: `${file.name}: ${OPTIMIZER_PREFIX}` }
        : null,
  };
}

/** tfjs's momentum sums gradients, which the rate multiplies afterwards; Keras's sums steps against the gradient. */
function asVelocity(array: TfjsArray, training: JsonObject | null): StoredSlot {
  const { class_name, config } = isObject(training?.optimizer_config) ? training.optimizer_config : {};
  const rate = class_name === 'Momentum' && isObject(config) ? Number(config.learningRate) : null;
  if (rate === null || !array.name.endsWith('/momentum')) return array;
  const read = () => {
    const { shape, values } = array.read();
    return { shape, values: Float32Array.from(values, (value) => -rate * value) };
  };
  return { ...array, read };
}

async function tfjsFile(source: OpenedSource): Promise<ModelFile> {
  const { file } = source;
  const { kerasVersion, modelConfig, trainingConfig, weights, optimizerState } = await readTfjs(source);
  const origin = originOf(kerasVersion, file.name);
  const where = `${file.name}: weightsManifest`;
  const arrays = optimizerState.map((array) => asVelocity(array, trainingConfig));
  return {
    origin,
    config: modelConfig,
    training: trainingConfig,
    progress: null,
    hasWeights: weights.length > 0,
    loadWeights: async (target, options) => loadByName(weights, target, options, file.name),
    optimizerState: async () => (optimizerState.length > 0 ? { arrays, origin, where } : null),
  };
}
