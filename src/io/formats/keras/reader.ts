import { FormatError } from '../../../base/errors.js';
import { decodeText } from '../../../base/utf8.js';
import type { Model } from '../../../models/model.js';
import type { NamedBytes } from '../../bytes/cursor.js';
import { asObject, isObject, type JsonObject, parseJson } from '../../bytes/json.js';
import { isZip, openZip } from '../../bytes/zip.js';
import { listArrays } from '../../hdf5/list-arrays.js';
import { type Hdf5Group, openHdf5 } from '../../hdf5/read.js';
import { type Origin, originOf } from '../../keras/origin.js';
import { readModelConfig } from '../../keras/read-config.js';
import { readSlotNames } from '../../training/noted-slots.js';
import { ownOptimizersIn } from '../../training/own-optimizers.js';
import { readProgress } from '../../training/progress.js';
import { loadByPath } from '../../weights/by-path.js';
import { namesByPath } from '../../weights/layer-tree.js';
import type { ModelFile, ModelReader } from '../model-file.js';
import { stateByPath } from '../weights-h5/reader.js';
import { CONFIG, METADATA, WEIGHTS } from './archive.js';

/** `.keras` archives of Keras 3, and of Keras 2.12 and later. */
export const kerasReader: ModelReader = {
  format: 'Keras 3 archive',
  accepts: isZip,
  read: ({ file }) => readArchive(file),
};

/** Larger than any config. Entries of an archive may claim a thousand times their packed size. */
const MAX_CONFIG_BYTES = 2 ** 26;

async function readArchive(file: NamedBytes): Promise<ModelFile> {
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
  const open = async (maxBytes: number): Promise<Hdf5Group> => {
    const bytes = () => archive.read(WEIGHTS, maxBytes);
    weights ??= await openHdf5({ name: `${file.name}: ${WEIGHTS}`, bytes: await bytes() });
    return weights;
  };
  const openFor = (model: Model): Promise<Hdf5Group> => open(largestWeights(model));
  return {
    origin,
    config,
    training,
    progress: readProgress(metadata.nabla, `${file.name}: ${METADATA}: nabla`),
    hasWeights: archive.has(WEIGHTS),
    loadWeights: async (model, options) => loadByPath(await openFor(model), model, options, layerNames(config, origin)),
    optimizerState: async (model) => stateByPath(await openFor(model), origin, readSlotNames(metadata.nabla)),
    ownOptimizers: async (model) => ownOptimizersIn(await openFor(model)),
    arrays: async () => (archive.has(WEIGHTS) ? listArrays(await open(likelyWeights(file))) : []),
  };
}

/** Bytes that HDF5 may take for a layer or an array in addition to its values. */
const HDF5_OVERHEAD = 2 ** 14;

/** Maximum number of optimizer arrays per weight, as 64-bit numbers. */
const MAX_SLOTS = 4;

/**
 * Maximum size of a file with a model's weights and its optimizer. A packed file could claim a thousand times its size.
 */
const largestWeights = (model: Model): number =>
  2 ** 22 + (1 + MAX_SLOTS) * model.weights.reduce((total, { size }) => total + 8 * size + HDF5_OVERHEAD, 0);

/** Highest ratio of unpacked to packed size, which only arrays of mostly zeros exceed. */
const LIKELY_RATIO = 64;

/** Maximum size of the unpacked weights if there is no model to determine it. */
const likelyWeights = (file: NamedBytes): number => MAX_CONFIG_BYTES + LIKELY_RATIO * file.bytes.length;

/**
 * Names of the layers by their paths, if the config can be read: weights may be loaded into an existing model from a
 * file whose own model cannot be built.
 */
function layerNames(config: unknown, origin: Origin): Map<string, string> | undefined {
  try {
    return namesByPath(readModelConfig(config, origin, CONFIG));
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}
