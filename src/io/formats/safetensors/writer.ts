import type { Model } from '../../../models/model.js';
import type { EncodeOptions } from '../../../training/options/save-options.js';
import type { NamedArray, StoredArray } from '../../bytes/stored-array.js';
import { WRITTEN_VERSIONS } from '../../keras/versions.js';
import { writeConfig } from '../../keras/write-config.js';
import {
  OPTIMIZER_PREFIX,
  type OptimizerArrays,
  OWN_PREFIX,
  readOptimizerState,
} from '../../training/optimizer-state.js';
import { type OwnOptimizers, readOwnOptimizers } from '../../training/own-optimizers.js';
import { currentProgress } from '../../training/progress.js';
import { writeCompileConfig, writeOptimizer } from '../../training/write-compile-config.js';
import { namedWeights, weightArrays } from '../../weights/layer-tree.js';
import type { ModelWriter } from '../model-writer.js';
import { writeSafetensors } from './bytes.js';

/** Safetensors files: weights by name, for any program; the model as a Keras config in the metadata, for nabla. */
export const safetensorsWriter: ModelWriter = {
  ending: /\.safetensors$/,
  encode: encodeSafetensors,
  encodeWeights: async (model) =>
    writeSafetensors({ arrays: await weightsByName(model), metadata: { format: 'nabla' } }),
};

async function encodeSafetensors(model: Model, options: EncodeOptions): Promise<Uint8Array> {
  const version = WRITTEN_VERSIONS[options.kerasVersion ?? '3.1.1'];
  const compiled = options.includeOptimizer === false ? null : model.compileOptions;
  const weights = await weightsByName(model);
  const state = compiled ? await readOptimizerState(model) : null;
  const own = options.includeOptimizer === false ? null : await readOwnOptimizers(model);
  const nabla = {
    config: writeConfig(model, version, false),
    training: compiled && { ...writeCompileConfig(compiled), optimizer: state && writeOptimizer(model.optimizer) },
    progress: compiled || own ? currentProgress(model, options.epoch) : null,
    optimizers: own?.notes ?? null,
  };
  return writeSafetensors({
    arrays: [...weights, ...(state ? optimizerArrays(state) : []), ...(own ? ownArrays(own) : [])],
    metadata: { format: 'nabla', nabla: JSON.stringify(nabla) },
  });
}

/** The slots of optimizers in the model's properties, by number. */
const ownArrays = ({ arrays }: OwnOptimizers<StoredArray>): NamedArray[] =>
  arrays.flatMap((slots, index) => slots.map((array, slot) => ({ ...array, name: `${OWN_PREFIX}${index}.${slot}` })));

/** All arrays of the optimizer, by name. */
const optimizerArrays = ({ iteration, learningRate, slots, frozen }: OptimizerArrays): NamedArray[] =>
  [iteration, ...(learningRate ? [learningRate] : []), ...slots, ...frozen].map((array) => {
    return { ...array, name: OPTIMIZER_PREFIX + array.name };
  });

async function weightsByName(model: Model): Promise<NamedArray[]> {
  const values = await weightArrays(model);
  return namedWeights(model).map(([name, weight]) => ({ name, ...values.get(weight)! }));
}
