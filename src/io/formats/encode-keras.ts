import type { Model } from '../../models/model.js';
import type { EncodeOptions } from '../../training/options/save-options.js';
import type { StoredArray } from '../bytes/stored-array.js';
import { writeZip } from '../bytes/zip.js';
import { fileNumbers } from '../hdf5/file-numbers.js';
import { type Hdf5GroupWriter, writeHdf5 } from '../hdf5/write.js';
import { WRITTEN_VERSIONS, type WrittenVersion } from '../keras/versions.js';
import { writeConfig } from '../keras/write-config.js';
import {
  FROZEN_SLOTS,
  keras3Names,
  type OptimizerArrays,
  readOptimizerState,
  slotNames,
} from '../training/optimizer-state.js';
import { currentProgress } from '../training/progress.js';
import { writeCompileConfig, writeOptimizer } from '../training/write-compile-config.js';
import { layerPaths, ownWeights, weightArrays } from '../weights/layer-tree.js';

/** A .keras archive: metadata.json, config.json and model.weights.h5. */
export async function encodeKeras(model: Model, options: EncodeOptions): Promise<Uint8Array> {
  const version = WRITTEN_VERSIONS[options.kerasVersion ?? '3.1.1'];
  const compiled = options.includeOptimizer === false ? null : model.compileOptions;
  const state = compiled ? await readOptimizerState(model) : null;
  const metadata = {
    keras_version: version.version,
    date_saved: new Date().toISOString().slice(0, 19).replace('T', '@'),
    // Keras reads nothing else of the metadata.
    ...(state ? { nabla: { ...currentProgress(model, options.epoch), optimizer: slotNames(state) } } : {}),
  };
  const optimizer = { module: 'keras.optimizers', registered_name: null };
  const config = {
    ...writeConfig(model, version, false),
    ...(compiled
      ? {
          compile_config: {
            optimizer: { ...optimizer, ...writeOptimizer(model.optimizer) },
            ...writeCompileConfig(compiled),
          },
        }
      : {}),
  };
  const text = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  return writeZip({
    'metadata.json': text(metadata),
    'config.json': text(config),
    'model.weights.h5': await encodeVariables(model, version, state),
  });
}

/** Every layer's variables by its path, and the optimizer's. */
export async function encodeVariables(
  model: Model,
  version: WrittenVersion,
  state: OptimizerArrays | null,
): Promise<Uint8Array> {
  const values = await weightArrays(model);
  return writeHdf5((root) => {
    for (const { path, layer } of layerPaths(model)) {
      const arrays = ownWeights(layer).map((weight) => values.get(weight)!);
      writeVariables(path ? root.child(path) : root, arrays, version, layer.name);
    }
    if (!state) return;
    const name = model.optimizer.className.toLowerCase();
    writeVariables(root.child('optimizer'), keras3Names(state, ''), version, name);
    writeFrozenSlots(root, state);
  });
}

/** Slots that Keras has no place for, where it does not look. */
export function writeFrozenSlots(root: Hdf5GroupWriter, { frozen }: OptimizerArrays): void {
  for (const [index, array] of frozen.entries()) root.numbers(`${FROZEN_SLOTS}/${index}`, array.values, array.shape);
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
