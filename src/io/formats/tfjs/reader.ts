import { decodeText } from '../../../base/utf8.js';
import { isObject, type JsonObject } from '../../bytes/json.js';
import { originOf } from '../../keras/origin.js';
import type { OpenedSource } from '../../storage/source.js';
import type { StoredSlot } from '../../training/restore-optimizer.js';
import { loadByName } from '../../weights/by-name.js';
import type { ModelFile, ModelReader } from '../model-file.js';
import { readManifest, type TfjsArray } from './manifest.js';

/** model.json of TensorFlow.js with its shards, and the JSON of Keras's `model.to_json()`. */
export const tfjsReader: ModelReader = {
  format: 'tfjs model.json',
  // A model's JSON may itself be a JSON string: json.dumps(model.to_json()).
  accepts: (bytes) => /^\s*["{]/.test(decodeText(bytes.subarray(0, 100))),
  read: modelFile,
};

async function modelFile(source: OpenedSource): Promise<ModelFile> {
  const { file } = source;
  const { kerasVersion, modelConfig, trainingConfig, weights, optimizerState } = await readManifest(source);
  const origin = originOf(kerasVersion, file.name);
  const state = optimizerState.map((array) => asVelocity(array, trainingConfig));
  return {
    origin,
    config: modelConfig,
    training: trainingConfig,
    progress: null,
    hasWeights: weights.length > 0,
    loadWeights: async (target, options) => loadByName(weights, target, options, file.name),
    optimizerState: async () =>
      state.length > 0 ? { arrays: state, origin, where: `${file.name}: weightsManifest` } : null,
    ownOptimizers: async () => null,
    arrays: async () => [...weights, ...optimizerState].map(({ name, shape, dtype }) => ({ name, shape, dtype })),
  };
}

/** Convert momentum: tfjs accumulates gradients and then multiplies by the rate; Keras accumulates negative steps. */
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
