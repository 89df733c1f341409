import { ValueError } from '../base/errors.js';
import { asObject, parseJson } from '../io/bytes/json.js';
import { encodeWeights } from '../io/formats/tfjs/encode-weights.js';
import { loadModel } from '../io/load.js';
import type { Model } from '../models/model.js';

/* The `models` namespace of tfjs. */

/**
 * Build a model from a config, with initial weights.
 * @param modelAndWeightsConfig the result of `model.toJSON`, as text or as an object, or `{ modelTopology }` with that
 * object
 * @throws FormatError if it is not the config of a model
 * @example const twin = await models.modelFromJSON(model.toJSON());
 */
export async function modelFromJSON(modelAndWeightsConfig: string | object): Promise<Model> {
  const given =
    typeof modelAndWeightsConfig === 'string'
      ? parseJson(modelAndWeightsConfig, { name: 'modelFromJSON' }, 'JSON')
      : modelAndWeightsConfig;
  if (typeof given !== 'object' || given === null) {
    throw new ValueError('modelFromJSON: expected the config of a model, as text or as an object');
  }
  const { modelTopology } = asObject(given, 'modelFromJSON') as { modelTopology?: object };
  const empty = encodeWeights([]);
  const artifacts = { modelTopology: modelTopology ?? given, weightSpecs: empty.specs, weightData: empty.data };
  return loadModel({ load: async () => artifacts }, { strict: false, onReport: () => {} });
}
