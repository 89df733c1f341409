import { FormatError } from '../../base/errors.js';
import { isLayerClass } from '../../layers/catalog.js';
import { asArray, asObject, asString, isObject, type JsonObject } from '../bytes/json.js';
import { isShape } from '../bytes/stored-array.js';
import { inboundCalls, readRefs, shiftOwnNodes } from './inbound.js';
import { CLASS_NAMES, readLayerConfig } from './layer-config.js';
import type { CallConfig, LayerConfig, ModelConfig } from './model-config.js';
import { isOperation, readOperation } from './operations.js';
import type { ReadContext } from './origin.js';

const SEQUENTIAL = 'Sequential';
/** Keras 1 and 2.0 to 2.3 write `Model`, then `Functional`. */
const FUNCTIONAL = new Set(['Model', 'Functional']);

/**
 * Read the architecture of a model from Keras's JSON.
 * @param caller the file, for messages
 * @throws FormatError naming the layer that cannot be read
 */
export function readModelConfig(json: unknown, context: ReadContext, caller: string): ModelConfig {
  const object = asObject(json, caller);
  const className = asString(object.class_name, `${caller}: class_name`);
  if (className === SEQUENTIAL) return readSequential(object.config, context, caller);
  if (isFunctional(object)) return readFunctional(asObject(object.config, caller), context, caller);
  // A custom class builds itself from its config.
  const layer = readLayer(object, context, caller);
  return { ...EMPTY, kind: 'Custom', name: layer.name, layers: [layer], inputShape: builtShape(object), caller };
}

const EMPTY = { name: undefined, trainable: undefined, inputs: [], outputs: [], inputShape: null };

/** A subclass of Model that is built as a functional model also has its layers in the config. */
function isFunctional({ class_name, config }: JsonObject): boolean {
  return FUNCTIONAL.has(class_name as string) || (isObject(config) && 'input_layers' in config && 'layers' in config);
}

/** Keras 2.0 to 2.2 write only the list of layers. */
function readSequential(config: unknown, context: ReadContext, caller: string): ModelConfig {
  const object = Array.isArray(config) ? { layers: config } : asObject(config, caller);
  const layers = layerList(object as JsonObject, caller);
  return {
    ...EMPTY,
    kind: 'Sequential',
    ...nameAndTrainable(object),
    layers: layers.map((layer, index) => readLayer(layer, context, `${caller}: layer ${index}`, caller)),
    inputShape: shapeOf((object as JsonObject).build_input_shape),
    caller,
  };
}

function readFunctional(config: JsonObject, context: ReadContext, caller: string): ModelConfig {
  const entries = layerList(config, caller);
  const layers = entries.map((layer, index) => readLayer(layer, context, `${caller}: layer ${index}`, caller));
  const names = new Set<string>();
  for (const { name, caller: place } of layers) {
    if (names.has(name)) throw new FormatError(`${place}: the name is used twice`);
    names.add(name);
  }
  return shiftOwnNodes(
    {
      kind: 'Functional',
      ...nameAndTrainable(config),
      layers,
      inputs: readRefs(config.input_layers, `${caller}: input_layers`),
      outputs: readRefs(config.output_layers, `${caller}: output_layers`),
      inputShape: null,
      caller,
    },
    context.generation,
  );
}

/** Several times the number of layers in the largest models; a forged config with more would take minutes. */
const MAX_LAYERS = 10_000;

function layerList(config: JsonObject, caller: string): readonly unknown[] {
  const layers = asArray(config.layers, `${caller}: layers`);
  if (layers.length > MAX_LAYERS) {
    throw new FormatError(`${caller}: ${layers.length} layers, expected at most ${MAX_LAYERS}`);
  }
  return layers;
}

function nameAndTrainable(config: JsonObject): Pick<ModelConfig, 'name' | 'trainable'> {
  return {
    name: typeof config.name === 'string' ? config.name : undefined,
    trainable: typeof config.trainable === 'boolean' ? config.trainable : undefined,
  };
}

/** @param place the position of the layer, for messages until its name is known */
function readLayer(json: unknown, context: ReadContext, place: string, file = place): LayerConfig {
  const object = asObject(json, place);
  const className = asString(object.class_name, `${place}: class_name`);
  const inner = isObject(object.config) ? object.config : {};
  const name = asString(object.name ?? inner.name ?? className, `${place}: name`);
  const caller = `${file}: ${name} (${className})`;
  if (isOperation(object))
    return { className: 'OpLayer', name, ...readOperation(object, name, caller), model: null, caller };
  const calls = object.inbound_nodes === undefined ? [] : callsOf(object.inbound_nodes, className, caller);
  if (className === SEQUENTIAL || isFunctional(object)) {
    const model = { ...readModelConfig(json, context, caller), name };
    return { className, name, config: {}, model, calls, caller };
  }
  const layer = readLayerConfig({ className, config: asObject(object.config, caller) }, context, caller);
  return { className: layer.className, name, config: { ...layer.config, name }, model: null, calls, caller };
}

/** The calls of a layer. @throws FormatError that names an unknown class, rather than an error in its calls */
function callsOf(json: unknown, className: string, caller: string): CallConfig[] {
  try {
    return inboundCalls(json, caller);
  } catch (error) {
    if (!(error instanceof FormatError) || isKnownClass(className)) throw error;
    throw new FormatError(
      `${caller}: there is no layer class '${className}'; add it with registerClass or registerLayer`,
      {
        cause: error,
      },
    );
  }
}

const isKnownClass = (className: string): boolean =>
  className === SEQUENTIAL ||
  FUNCTIONAL.has(className) ||
  Object.hasOwn(CLASS_NAMES, className) ||
  isLayerClass(className);

/** Keras 3 stores the shape that a layer was built for. */
/** The shape that a model was built for, or one for each of several inputs. */
function builtShape({ build_config }: JsonObject): ModelConfig['inputShape'] {
  if (!isObject(build_config)) return null;
  const { input_shape } = build_config;
  const shapes = Array.isArray(input_shape) ? input_shape.map(shapeOf) : [];
  return shapes.length > 0 && shapes.every((shape) => shape !== null) ? shapes : shapeOf(input_shape);
}

function shapeOf(value: unknown): (number | null)[] | null {
  if (!Array.isArray(value) || !isShape(value.map((size) => size ?? 1))) return null;
  return value as (number | null)[];
}
