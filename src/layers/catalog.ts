import { ValueError } from '../base/errors.js';
import { Registry } from '../base/registry.js';
import { registeredMaker } from '../base/serialization.js';
import type { LayerClass } from './base/factory.js';
import { Layer } from './base/layer.js';
import { LAYER_OPTIONS, tableOf } from './base/layer-options.js';
import type { LayerConfig } from './base/register-layer.js';
import * as namespace from './index.js';

/** Every layer that is built in: those of the namespace. */
export const LAYER_CLASSES: readonly LayerClass[] = [
  ...new Set(Object.values(namespace).flatMap((member) => ('LayerClass' in member ? [member.LayerClass] : []))),
];

const builtIn = new Registry<LayerClass>(Object.fromEntries(LAYER_CLASSES.map((each) => [each.className, each])));

/**
 * Whether a class reads an option; a custom class reads what it likes. For files, which say more of a layer than nabla
 * reads.
 */
export function hasOption(className: string, name: string): boolean {
  const found = registeredMaker(className, builtIn) ? undefined : builtIn.find(className);
  return !found || Object.hasOwn(tableOf(found), name) || Object.hasOwn(LAYER_OPTIONS, name);
}

/** Whether there is a class of this name, built in or custom. */
export const isLayerClass = (className: string): boolean =>
  registeredMaker(className, builtIn) !== undefined || builtIn.has(className);

/**
 * Make the layer that a class name and a config of `getConfig` describe. Custom classes come before built-in ones.
 * @throws ValueError when the class is unknown, or the config does not suit it
 * @example layerFromConfig(layer.className, layer.getConfig())
 */
export function layerFromConfig(className: string, config: LayerConfig): Layer {
  const make = registeredMaker(className, builtIn);
  if (make) {
    const layer = make(config);
    if (layer instanceof Layer) return layer;
    throw new ValueError(`layerFromConfig: what is registered as '${className}' did not make a layer`);
  }
  const known = builtIn.resolve(
    'layerFromConfig: className',
    className,
    ', or a class under registerClass or registerLayer',
  );
  return new known(config as never);
}
