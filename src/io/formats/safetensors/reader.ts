import { FormatError } from '../../../base/errors.js';
import type { NamedBytes } from '../../bytes/cursor.js';
import { asObject, isObject, parseJson } from '../../bytes/json.js';
import { originOf } from '../../keras/origin.js';
import { OPTIMIZER_PREFIX, OWN_PREFIX } from '../../training/optimizer-state.js';
import { type OwnOptimizers, parseNotes } from '../../training/own-optimizers.js';
import { readProgress } from '../../training/progress.js';
import type { StoredSlot } from '../../training/restore-optimizer.js';
import { loadByName } from '../../weights/by-name.js';
import type { ModelFile, ModelReader } from '../model-file.js';
import { isSafetensors, readSafetensors, type SafetensorsArray } from './bytes.js';

/** Safetensors files: weights by name, from any program; files written by nabla contain the model in their metadata. */
export const safetensorsReader: ModelReader = {
  format: 'safetensors',
  accepts: isSafetensors,
  read: async ({ file }) => modelFile(file),
};

function modelFile(file: NamedBytes): ModelFile {
  const { arrays, metadata } = readSafetensors(file);
  const model = metadata.nabla === undefined ? null : asObject(parseJson(metadata.nabla, file, 'nabla'), file.name);
  const state = arrays.filter(({ name }) => name.startsWith(OPTIMIZER_PREFIX));
  const own = arrays.filter(({ name }) => name.startsWith(OWN_PREFIX));
  const weights = arrays.filter((array) => !state.includes(array) && !own.includes(array));
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
    ownOptimizers: async () => ownOptimizers(own, model?.optimizers, `${file.name}: nabla.optimizers`),
    arrays: async () => arrays.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
  };
}

const withoutPrefix = (array: SafetensorsArray): StoredSlot => ({
  ...array,
  name: array.name.slice(OPTIMIZER_PREFIX.length),
});

/** The optimizers in a model's properties: described in the metadata, arrays by the numbers of optimizer and slot. */
function ownOptimizers(
  arrays: readonly SafetensorsArray[],
  json: unknown,
  place: string,
): OwnOptimizers<SafetensorsArray> | null {
  if ((json ?? null) === null) return null;
  const notes = parseNotes(json, place);
  const byName = new Map(arrays.map((array) => [array.name, array]));
  const find = (name: string): SafetensorsArray => {
    const array = byName.get(name);
    if (array) return array;
    throw new FormatError(`${place}: no array ${name}`);
  };
  return {
    notes,
    arrays: notes.optimizers.map(({ slots }, index) => slots.map((_, slot) => find(`${OWN_PREFIX}${index}.${slot}`))),
  };
}
