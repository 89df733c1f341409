import { registerMaker } from '../../base/serialization.js';
import type { Layer } from './layer.js';

/** A config of `getConfig`. */
export type LayerConfig = Readonly<Record<string, unknown>>;

/**
 * Register a layer class for loaders with a function of its config; `registerClass` is for classes whose
 * constructor takes the config.
 * @example registerLayer('SquaredSum', (config) => new SquaredSum(config))
 */
export function registerLayer(className: string, fromConfig: (config: LayerConfig) => Layer): void {
  registerMaker(className, fromConfig);
}
