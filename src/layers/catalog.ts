import { ValueError } from '../base/errors.js';
import { Registry } from '../base/registry.js';
import { registeredMaker } from '../base/serialization.js';
import { isPlainObject } from '../base/show.js';
import type { LayerClass } from './base/factory.js';
import { INNER_LAYERS } from './base/inner-layer.js';
import { Layer } from './base/layer.js';
import { LAYER_OPTIONS, tableOf } from './base/layer-options.js';
import type { LayerConfig } from './base/register-layer.js';
import * as namespace from './index.js';

/** Every built-in layer: those of the namespace. */
export const LAYER_CLASSES: readonly LayerClass[] = [
  ...new Set(Object.values(namespace).flatMap((member) => ('LayerClass' in member ? [member.LayerClass] : []))),
];

const builtIn = new Registry<LayerClass>(Object.fromEntries(LAYER_CLASSES.map((each) => [each.className, each])));

/**
 * Return whether a class has an option; custom classes may have any. For files, which have more options of layers than
 * nabla.
 */
export function hasOption(className: string, name: string): boolean {
  const found = registeredMaker(className, builtIn) ? undefined : builtIn.find(className);
  return !found || Object.hasOwn(tableOf(found), name) || Object.hasOwn(LAYER_OPTIONS, name);
}

/** Return whether a class of this name exists, built in or custom. */
export const isLayerClass = (className: string): boolean =>
  registeredMaker(className, builtIn) !== undefined || builtIn.has(className);

/**
 * Make a layer from its class name and its config of `getConfig`. Custom classes come before built-in ones.
 * @throws ValueError when the class is unknown, or the config is not valid for it
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
  return new known(withInnerLayers(config) as never);
}

/** A config whose inner layers are made: those of Bidirectional, TimeDistributed, RNN. */
function withInnerLayers(config: LayerConfig): LayerConfig {
  const made = INNER_LAYERS.flatMap((name) => (config[name] ? [[name, madeOf(config[name])] as const] : []));
  return made.length > 0 ? { ...config, ...Object.fromEntries(made) } : config;
}

function madeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(madeOf);
  if (!isPlainObject(value)) return value;
  const { className, config } = value as { readonly className?: unknown; readonly config?: LayerConfig };
  return typeof className === 'string' ? layerFromConfig(className, config ?? {}) : value;
}
