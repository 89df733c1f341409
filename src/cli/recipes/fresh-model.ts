import { ValueError } from '../../base/errors.js';
import { loadWeights } from '../../io/load.js';
import type { Model } from '../../models/model.js';
import { freeze } from './overrides.js';
import type { Recipe } from './recipe.js';
import type { RunSettings } from './run-settings.js';

/** The model of a recipe, with the weights of a file where there is one. */
export async function freshModel({ makeModel }: Recipe, settings: RunSettings, weights?: string): Promise<Model> {
  const model = makeModel();
  if (weights) await startFrom(model, weights);
  if (settings.freeze !== undefined) freeze(model, settings.freeze);
  return model;
}

/** Load the weights of a file into the layers that have the same names and shapes in both. */
async function startFrom(model: Model, file: string): Promise<void> {
  const { loaded, skipped } = await loadWeights(model, file, { byName: true, skipMismatch: true });
  if (loaded.length === 0) throw new ValueError(`--weights ${file} has no layer that ${model.name} has`);
  console.log(`${loaded.length} weights from ${file}`);
  for (const reason of skipped) console.log(`  left alone: ${reason}`);
}
