import type { Model } from '../../../models/model.js';
import { asObject, parseJson } from '../../bytes/json.js';
import { listArrays } from '../../hdf5/list-arrays.js';
import { type Hdf5Group, openHdf5 } from '../../hdf5/read.js';
import { isHdf5 } from '../../hdf5/superblock.js';
import { readTexts } from '../../keras/attributes.js';
import { type Origin, originOf } from '../../keras/origin.js';
import { nameArrays, readSlotNames, type SlotNames } from '../../training/noted-slots.js';
import { ownOptimizersIn } from '../../training/own-optimizers.js';
import { readProgress } from '../../training/progress.js';
import type { StoredOptimizer, StoredSlot } from '../../training/restore-optimizer.js';
import { hasLayerNames, loadByLayer, weightsSortedByName } from '../../weights/by-layer.js';
import { hasPaths } from '../../weights/by-path.js';
import type { ModelFile, ModelReader } from '../model-file.js';
import { weightsFile } from '../weights-h5/reader.js';

/** HDF5 of every release of Keras: a whole model, its weights by layer, or (.weights.h5) by path. */
export const h5Reader: ModelReader = {
  format: 'HDF5',
  accepts: isHdf5,
  read: async ({ file }) => {
    const root = await openHdf5(file);
    const weights = root.child('model_weights') ?? root;
    return !hasLayerNames(weights) && hasPaths(root) ? weightsFile(root) : fileByLayer(root, weights);
  },
};

function fileByLayer(root: Hdf5Group, weights: Hdf5Group): ModelFile {
  const { file } = root;
  const origin = originOf(root.attribute('keras_version') ?? weights.attribute('keras_version'), file.name);
  const config = jsonAttribute(root, 'model_config');
  const trainingConfig = jsonAttribute(root, 'training_config');
  const training = trainingConfig === null ? null : asObject(trainingConfig, `${file.name}: training_config`);
  return {
    origin,
    config,
    training,
    progress: readProgress(training?.nabla, `${file.name}: training_config.nabla`),
    hasWeights: true,
    loadWeights: async (model, options) => loadByLayer(weights, origin.generation, model, options),
    optimizerState: async (model) => stateByName(root, weights, model, origin, readSlotNames(training?.nabla)),
    ownOptimizers: async () => ownOptimizersIn(root),
    arrays: async () => listArrays(root),
  };
}

/** The value of an attribute that contains JSON; null if there is none. */
function jsonAttribute(root: Hdf5Group, name: string): unknown {
  const text = root.attribute(name);
  return typeof text === 'string' ? parseJson(text, root.file, name) : null;
}

/** Read an optimizer's arrays and their names; names recorded by nabla take precedence. */
function stateByName(
  root: Hdf5Group,
  weights: Hdf5Group,
  model: Model,
  origin: Origin,
  noted: SlotNames | null,
): StoredOptimizer | null {
  const group = root.child('optimizer_weights');
  const names = group && readTexts(group, 'weight_names');
  if (!group || !names) return null;
  const arrays = names.map((name): StoredSlot => {
    const array = group.numbers(name);
    if (!array) throw group.fail(`no array for the weight ${name}`);
    return { ...array, name };
  });
  const order = origin.sortsWeights ? { weights: weightsSortedByName(weights, model) } : {};
  return { arrays: nameArrays(root, arrays, noted), origin, where: `${group.file.name}: ${group.path}`, ...order };
}
