import type { Layer } from '../../../layers/base/layer.js';
import type { Weight } from '../../../layers/base/weight.js';
import type { Model } from '../../../models/model.js';
import type { EncodeOptions } from '../../../training/options/save-options.js';
import type { NamedArray, StoredArray } from '../../bytes/stored-array.js';
import { fileNumbers } from '../../hdf5/file-numbers.js';
import { type Hdf5GroupWriter, writeHdf5 } from '../../hdf5/write.js';
import { writeTexts } from '../../keras/attributes.js';
import { pythonJson } from '../../keras/python-json.js';
import { WRITTEN_VERSIONS } from '../../keras/versions.js';
import { writeConfig } from '../../keras/write-config.js';
import { slotNames, writeFrozenSlots } from '../../training/noted-slots.js';
import { keras3Names, readOptimizerState } from '../../training/optimizer-state.js';
import { readOwnOptimizers, writeOwnOptimizers } from '../../training/own-optimizers.js';
import { currentProgress } from '../../training/progress.js';
import { writeCompileConfig, writeOptimizer } from '../../training/write-compile-config.js';
import { legacyOrder, namedWeights, variablePrefix, weightArrays } from '../../weights/layer-tree.js';
import type { ModelWriter } from '../model-writer.js';

/** A whole model in the .h5 format of Keras 3: the config in attributes, weights by layer. */
export const h5Writer: ModelWriter = { ending: /\.(h5|hdf5)$/, encode: encodeH5 };

async function encodeH5(model: Model, options: EncodeOptions): Promise<Uint8Array> {
  const version = WRITTEN_VERSIONS[options.kerasVersion ?? '3.1.1'];
  const compiled = options.includeOptimizer === false ? null : model.compileOptions;
  const values = await weightArrays(model);
  const state = compiled ? await readOptimizerState(model) : null;
  const own = options.includeOptimizer === false ? null : await readOwnOptimizers(model);
  return writeHdf5((root) => {
    root.text('keras_version', version.version, 'str').text('backend', BACKEND, 'str');
    root.text('model_config', pythonJson(writeConfig(model, version, true)), 'bytes');
    const weights = root.child('model_weights');
    writeTexts(
      weights,
      'layer_names',
      model.layers.map(({ name }) => name),
    );
    weights.text('backend', BACKEND, 'bytes').text('keras_version', version.version, 'bytes');
    for (const layer of model.layers) writeArrays(weights.child(layer.name), layerArrays(layer, values));
    writeArrays(weights.child('top_level_model_weights'), []);
    writeOwnOptimizers(root, own);
    if (!compiled && !own) return;
    const training = {
      ...(compiled ? writeCompileConfig(compiled) : {}),
      ...(state ? { optimizer_config: writeOptimizer(model.optimizer) } : {}),
      // Keras ignores unknown keys.
      nabla: { ...currentProgress(model, options.epoch), ...(state ? { optimizer: slotNames(state) } : {}) },
    };
    root.text('training_config', pythonJson(training), 'bytes');
    if (!state) return;
    writeArrays(root.child('optimizer_weights'), keras3Names(state, variablePrefix(model)));
    writeFrozenSlots(root, state);
  });
}

/** Keras rotates kernels of files from Theano; these kernels are in TensorFlow's layout. */
const BACKEND = 'tensorflow';

/** Names within the layer's group: `kernel`; within a nested model they include the layer's name: `conv2d/kernel`. */
function layerArrays(layer: Layer, values: ReadonlyMap<Weight, StoredArray>): NamedArray[] {
  const names = new Map(namedWeights(layer).map(([name, weight]) => [weight, name]));
  return legacyOrder(layer).map((weight) => ({ name: names.get(weight)!, ...values.get(weight)! }));
}

function writeArrays(group: Hdf5GroupWriter, arrays: readonly NamedArray[]): void {
  writeTexts(
    group,
    'weight_names',
    arrays.map(({ name }) => name),
  );
  for (const array of arrays) group.numbers(array.name, fileNumbers(array), array.shape);
}
