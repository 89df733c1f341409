import type { Model } from '../../../models/model.js';
import type { EncodeOptions } from '../../../training/options/save-options.js';
import type { StoredArray } from '../../bytes/stored-array.js';
import { fileNumbers } from '../../hdf5/file-numbers.js';
import { type Hdf5GroupWriter, writeHdf5 } from '../../hdf5/write.js';
import { WRITTEN_VERSIONS, type WrittenVersion } from '../../keras/versions.js';
import { writeFrozenSlots } from '../../training/noted-slots.js';
import { keras3Names, type OptimizerArrays, readOptimizerState } from '../../training/optimizer-state.js';
import { type OwnOptimizers, readOwnOptimizers, writeOwnOptimizers } from '../../training/own-optimizers.js';
import { layerPaths, ownWeights, weightArrays } from '../../weights/layer-tree.js';
import type { ModelWriter } from '../model-writer.js';

/** Only weights, in the .weights.h5 format of Keras 3: by path, with the names of the layers. */
export const weightsH5Writer: ModelWriter = {
  ending: /\.weights\.h5$/,
  encode: encodeWeightsH5,
  encodeWeights: (model, options) =>
    encodeWeightsH5(model, { ...options, includeOptimizer: options.includeOptimizer ?? false }),
};

export async function encodeWeightsH5(model: Model, options: EncodeOptions): Promise<Uint8Array> {
  const withOptimizer = options.includeOptimizer !== false && model.compileOptions !== null;
  const version = WRITTEN_VERSIONS[options.kerasVersion ?? '3.15.0'];
  return encodeVariables(
    model,
    version,
    withOptimizer ? await readOptimizerState(model) : null,
    options.includeOptimizer === false ? null : await readOwnOptimizers(model),
  );
}

/** Every layer's variables by its path, and those of the optimizers. */
export async function encodeVariables(
  model: Model,
  version: WrittenVersion,
  state: OptimizerArrays | null,
  own: OwnOptimizers<StoredArray> | null,
): Promise<Uint8Array> {
  const values = await weightArrays(model);
  return writeHdf5((root) => {
    for (const { path, layer } of layerPaths(model)) {
      const arrays = ownWeights(layer).map((weight) => values.get(weight)!);
      writeVariables(path ? root.child(path) : root, arrays, version, layer.name);
    }
    writeOwnOptimizers(root, own);
    if (!state) return;
    const name = model.optimizer.className.toLowerCase();
    writeVariables(root.child('optimizer'), keras3Names(state, ''), version, name);
    writeFrozenSlots(root, state);
  });
}

function writeVariables(
  group: Hdf5GroupWriter,
  arrays: readonly StoredArray[],
  version: WrittenVersion,
  name: string,
): void {
  const vars = group.child('vars');
  if (version.namesVariables) vars.text('name', name, 'str');
  for (const [index, array] of arrays.entries()) vars.numbers(String(index), fileNumbers(array), array.shape);
}
