import { ValueError } from '../base/errors.js';
import type { SaveResult } from '../training/options/model-artifacts.js';
import type { SaveOptions, SaveTarget } from '../training/options/save-options.js';
import type { Model } from './model.js';

/** The functions that write models to files. */
export interface Saving {
  saveModel(model: Model, target: SaveTarget, options?: SaveOptions): Promise<SaveResult | undefined>;
  saveWeights(model: Model, target: SaveTarget, options?: Omit<SaveOptions, 'quantize'>): Promise<void>;
  /** The config in tfjs's form. */
  topologyOf(model: Model): object;
}

let registered: Saving | null = null;

/** Register the functions that save models. Files depend on models, so models reach files only through this. */
export function registerSaving(saving: Saving): void {
  registered = saving;
}

/** @throws ValueError when the module that writes files was not loaded */
export function savingOf(model: Model): Saving {
  if (registered) return registered;
  throw new ValueError(`${model.name}: save needs the files of nabla, expected saveModel to be imported`);
}
