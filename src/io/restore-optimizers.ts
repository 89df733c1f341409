import type { Model } from '../models/model.js';
import type { ModelFile } from './formats/model-file.js';
import { restoreOwnOptimizers } from './training/own-optimizers.js';
import { restoreOptimizer } from './training/restore-optimizer.js';

/** Restore all optimizers of a model from a file: that of `compile`, and those in properties of a subclass. */
export async function restoreOptimizers(model: Model, file: ModelFile, name: string): Promise<void> {
  const state = model.compiledOptimizer && (await file.optimizerState(model));
  if (state) restoreOptimizer(model, state);
  const own = await file.ownOptimizers(model);
  if (own) restoreOwnOptimizers(model, own, name);
}
