import { listArrays } from '../../hdf5/list-arrays.js';
import type { Hdf5Group } from '../../hdf5/read.js';
import { type Origin, originOf } from '../../keras/origin.js';
import { nameArrays, type SlotNames } from '../../training/noted-slots.js';
import { ownOptimizersIn } from '../../training/own-optimizers.js';
import type { StoredOptimizer, StoredSlot } from '../../training/restore-optimizer.js';
import { loadByPath } from '../../weights/by-path.js';
import type { ModelFile } from '../model-file.js';

/** `.weights.h5` of Keras 3: variables by the paths of their layers. `h5Reader` opens it, because it is HDF5 too. */
export function weightsFile(root: Hdf5Group): ModelFile {
  const origin = originOf('3', root.file.name);
  return {
    origin,
    config: null,
    training: null,
    progress: null,
    hasWeights: true,
    loadWeights: async (model, options) => loadByPath(root, model, options),
    optimizerState: async () => stateByPath(root, origin, null),
    ownOptimizers: async () => ownOptimizersIn(root),
    arrays: async () => listArrays(root),
  };
}

/** Read an optimizer's variables, which Keras numbers. */
export function stateByPath(root: Hdf5Group, origin: Origin, names: SlotNames | null): StoredOptimizer | null {
  const vars = root.child('optimizer/vars') ?? root.child('optimizer\\vars') ?? root.child('optimizer')?.child('vars');
  if (!vars) return null;
  const arrays = vars.keys().map((_, index): StoredSlot => {
    const array = vars.numbers(String(index));
    if (!array) throw vars.fail(`no array for the weight ${index}`);
    return { ...array, name: null };
  });
  return { arrays: nameArrays(root, arrays, names), origin, where: `${vars.file.name}: ${vars.path}` };
}
