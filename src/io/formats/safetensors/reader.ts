import type { NamedBytes } from '../../bytes/cursor.js';
import { asObject, isObject, parseJson } from '../../bytes/json.js';
import { originOf } from '../../keras/origin.js';
import { OPTIMIZER_PREFIX } from '../../training/optimizer-state.js';
import { readProgress } from '../../training/progress.js';
import type { StoredSlot } from '../../training/restore-optimizer.js';
import { loadByName } from '../../weights/by-name.js';
import type { ModelFile, ModelReader } from '../model-file.js';
import { isSafetensors, readSafetensors, type SafetensorsArray } from './bytes.js';

/** Safetensors: weights by name, whatever program wrote them; nabla's files have the model in their metadata. */
export const safetensorsReader: ModelReader = {
  format: 'safetensors',
  accepts: isSafetensors,
  read: async ({ file }) => modelFile(file),
};

function modelFile(file: NamedBytes): ModelFile {
  const { arrays, metadata } = readSafetensors(file);
  const model = metadata.nabla === undefined ? null : asObject(parseJson(metadata.nabla, file, 'nabla'), file.name);
  const state = arrays.filter(({ name }) => name.startsWith(OPTIMIZER_PREFIX));
  const weights = arrays.filter((array) => !state.includes(array));
  const origin = originOf('3', file.name);
  return {
    origin,
    config: model?.config ?? null,
    training: isObject(model?.training) ? model.training : null,
    progress: readProgress(model?.progress, `${file.name}: nabla`),
    hasWeights: true,
    loadWeights: async (target, options) => loadByName(weights, target, options, file.name),
    optimizerState: async () =>
      state.length > 0
        ? { arrays: state.map(withoutPrefix), origin, where: `${file.name}: ${OPTIMIZER_PREFIX}` }
        : null,
    arrays: async () => arrays.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
  };
}

const withoutPrefix = (array: SafetensorsArray): StoredSlot => ({
  ...array,
  name: array.name.slice(OPTIMIZER_PREFIX.length),
});
