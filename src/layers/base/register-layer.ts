import { registerMaker } from '../../base/serialization.js';
import type { Layer } from './layer.js';

/** A config as `getConfig` gives it. */
export type LayerConfig = Readonly<Record<string, unknown>>;

/**
 * Makes a layer class known to loaders by a function of its config; `registerClass` does the same for a class whose
 * constructor takes the config.
 * @example registerLayer('SquaredSum', (config) => new SquaredSum(config))
 */
export function registerLayer(className: string, fromConfig: (config: LayerConfig) => Layer): void {
  registerMaker(className, fromConfig);
}
