import { encodeText } from '../../../base/utf8.js';
import type { Model } from '../../../models/model.js';
import type { EncodeOptions } from '../../../training/options/save-options.js';
import { writeZip } from '../../bytes/zip.js';
import { pythonJson } from '../../keras/python-json.js';
import { WRITTEN_VERSIONS } from '../../keras/versions.js';
import { writeConfig } from '../../keras/write-config.js';
import { slotNames } from '../../training/noted-slots.js';
import { readOptimizerState } from '../../training/optimizer-state.js';
import { readOwnOptimizers } from '../../training/own-optimizers.js';
import { currentProgress } from '../../training/progress.js';
import { writeCompileConfig, writeOptimizer } from '../../training/write-compile-config.js';
import type { ModelWriter } from '../model-writer.js';
import { encodeVariables } from '../weights-h5/writer.js';
import { CONFIG, METADATA, WEIGHTS } from './archive.js';

/** A `.keras` archive: metadata, config and variables. */
export const kerasWriter: ModelWriter = { ending: /\.keras$/, encode: encodeKeras };

async function encodeKeras(model: Model, options: EncodeOptions): Promise<Uint8Array> {
  const version = WRITTEN_VERSIONS[options.kerasVersion ?? '3.1.1'];
  const compiled = options.includeOptimizer === false ? null : model.compileOptions;
  const state = compiled ? await readOptimizerState(model) : null;
  const own = options.includeOptimizer === false ? null : await readOwnOptimizers(model);
  const metadata = {
    keras_version: version.version,
    date_saved: new Date().toISOString().slice(0, 19).replace('T', '@'),
    // Keras ignores all other metadata.
    ...(compiled || own
      ? { nabla: { ...currentProgress(model, options.epoch), ...(state ? { optimizer: slotNames(state) } : {}) } }
      : {}),
  };
  const optimizer = { module: 'keras.optimizers', registered_name: null };
  const config = {
    ...writeConfig(model, version, false),
    ...(compiled
      ? {
          compile_config: {
            optimizer: state && { ...optimizer, ...writeOptimizer(model.optimizer) },
            ...writeCompileConfig(compiled),
          },
        }
      : {}),
  };
  const text = (value: object): Uint8Array => encodeText(pythonJson(value));
  return writeZip({
    [METADATA]: text(metadata),
    [CONFIG]: text(config),
    [WEIGHTS]: await encodeVariables(model, version, state, own),
  });
}
