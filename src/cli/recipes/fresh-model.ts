import { ValueError } from '../../base/errors.js';
import { loadWeights } from '../../io/load.js';
import type { Model } from '../../models/model.js';
import { freeze } from './overrides.js';
import type { Recipe } from './recipe.js';
import type { RunSettings } from './run-settings.js';

/** Create the model of a recipe, with the weights of a file if one is given. */
export async function freshModel({ makeModel }: Recipe, settings: RunSettings, weights?: string): Promise<Model> {
  const model = makeModel();
  if (weights) await startFrom(model, weights);
  if (settings.freeze !== undefined) freeze(model, settings.freeze);
  return model;
}

/** Load the weights of a file into the layers that have the same names and shapes in both. */
async function startFrom(model: Model, file: string): Promise<void> {
  const { loaded, skipped } = await loadWeights(model, file, { byName: true, skipMismatch: true });
  if (loaded.length === 0) throw new ValueError(`--weights ${file} has no layer in common with ${model.name}`);
  console.log(`loaded ${loaded.length} weights from ${file}`);
  for (const reason of skipped) console.log(`  skipped: ${reason}`);
}
