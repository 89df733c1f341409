import { ValueError } from '../base/errors.js';
import type { SaveResult } from '../training/options/model-artifacts.js';
import type { SaveOptions, SaveTarget } from '../training/options/save-options.js';
import type { Model } from './model.js';

/** The functions that write models to files. */
export interface Saving {
  saveModel(model: Model, target: SaveTarget, options?: SaveOptions): Promise<SaveResult | undefined>;
  saveWeights(model: Model, target: SaveTarget, options?: Omit<SaveOptions, 'quantize'>): Promise<void>;
  /** The config in the format of tfjs. */
  topologyOf(model: Model): object;
}

let registered: Saving | null = null;

/** Register the functions that save models. `io` depends on models, so models reach it only through this function. */
export function registerSaving(saving: Saving): void {
  registered = saving;
}

/** @throws ValueError when the module that writes files is not loaded */
export function savingOf(model: Model): Saving {
  if (registered) return registered;
  throw new ValueError(`${model.name}: the code that writes files is not loaded, expected saveModel to be imported`);
}
