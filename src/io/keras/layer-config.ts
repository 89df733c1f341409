import { FormatError } from '../../base/errors.js';
import { bareName, camelCase, underscored } from '../../base/names.js';
import { registeredFunction, registeredMaker } from '../../base/serialization.js';
import { INNER_LAYERS } from '../../layers/base/inner-layer.js';
import { asObject, isObject, type JsonObject, show } from '../bytes/json.js';
import { isShape } from '../bytes/stored-array.js';
import { CUDNN_LAYERS } from './cudnn-weights.js';
import { knownOptions } from './foreign-options.js';
import { asComputedBy } from './formulas.js';
import { type ClassAndConfig, modernLayer } from './keras1.js';
import type { ReadContext } from './origin.js';
import { toCamel } from './spelling.js';

/** Names of layers that later releases renamed. */
export const CLASS_NAMES: Readonly<Record<string, string>> = {
  // TensorFlow 1.x and 2.x distinguish two implementations.
  BatchNormalizationV1: 'BatchNormalization',
  BatchNormalizationV2: 'BatchNormalization',
  LayerNormalizationV2: 'LayerNormalization',
  ...CUDNN_LAYERS,
  // Names of experimental layers.
  'Custom>Rescaling': 'Rescaling',
};

/**
 * Read a layer's class and options in nabla's spelling.
 * @throws FormatError when the file contains Python code
 */
export function readLayerConfig(layer: ClassAndConfig, context: ReadContext, caller: string): ClassAndConfig {
  const modern = context.generation === 1 ? modernLayer(layer, caller) : layer;
  const { className, config } = asComputedBy(context, modern);
  if (className === 'Lambda') return readLambda(config, context, caller);
  refuseCode(config, caller);
  const kept = Object.entries(config).flatMap(([key, value]): [string, unknown][] => {
    if (key === 'dtype') return [[key, dtypeName(value, caller)]];
    // Keras 3 has `batch_shape` where Keras 1 and 2 have `batch_input_shape`.
    if (key === 'batch_shape' || key === 'batch_input_shape') return [['batch_input_shape', batchShape(value, caller)]];
    return INNER_LAYERS.includes(camelCase(key)) ? [] : [[key, plainObject(value)]];
  });
  const inner = INNER_LAYERS.flatMap((name): [string, unknown][] => {
    const value = config[name] ?? config[underscored(name)];
    return value === undefined ? [] : [[name, readInner(value, context, caller)]];
  });
  const options = { ...toCamel(Object.fromEntries(kept)), ...Object.fromEntries(inner) };
  return { className: CLASS_NAMES[className] ?? className, config: withOlderDefaults(className, options, context) };
}

/** Read a layer inside another, or a list of them. */
function readInner(value: unknown, context: ReadContext, caller: string): unknown {
  if (Array.isArray(value)) return value.map((each) => readInner(each, context, caller));
  if (!isObject(value) || typeof value.class_name !== 'string' || !isObject(value.config)) return value;
  const layer = readLayerConfig({ className: value.class_name, config: value.config }, context, caller);
  return { className: layer.className, config: knownOptions(layer.className, layer.config, caller) };
}

/** Add options that files omit and whose defaults changed: Keras 2's GRU had no `reset_after` at first. */
function withOlderDefaults(className: string, config: JsonObject, { generation }: ReadContext): JsonObject {
  if (className === 'GRU' && generation < 3) return { resetAfter: false, ...config };
  return className === 'CuDNNGRU' ? { ...config, resetAfter: true } : config;
}

/** Add the caller's function to a Lambda layer, by the name of the layer or of the function. */
function readLambda(config: JsonObject, { functions = {} }: ReadContext, caller: string): ClassAndConfig {
  const layerName = String(config.name);
  const functionName = nameOfFunction(config.function);
  const given = [layerName, functionName].find((name) => name !== null && Object.hasOwn(functions, name));
  if (given !== undefined) {
    return { className: 'Lambda', config: { name: config.name, function: functions[given as string] } };
  }
  if (functionName !== null && registeredFunction(functionName)) {
    return { className: 'Lambda', config: { name: config.name, function: functionName } };
  }
  throw new FormatError(
    `${caller}: a Lambda layer contains Python code, which is not run; pass its function: { functions: { ${JSON.stringify(layerName)}: (x) => … } }`,
  );
}

/** Return the name of a Python function, if the file has one: Keras 2 writes `"function_type": "function"`. */
function nameOfFunction(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!isObject(value) || value.class_name !== 'function') return null;
  return typeof value.registered_name === 'string' && value.registered_name !== 'function'
    ? bareName(value.registered_name)
    : typeof value.config === 'string'
      ? value.config
      : null;
}

/** Refuse code: Keras stores lambdas of activations, losses and initializers. */
function refuseCode(config: unknown, caller: string): void {
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isObject(value)) {
      if (value.class_name === '__lambda__') {
        throw new FormatError(
          `${caller}: a lambda contains Python code, which is not run; save the model with a named function`,
        );
      }
      Object.values(value).forEach(visit);
    }
  };
  visit(config);
}

function batchShape(value: unknown, caller: string): unknown {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value) && isShape(value.map((size) => size ?? 1))) return value;
  throw new FormatError(`${caller}: the input shape is ${show(value)}, expected sizes, or null for any size`);
}

/** Read a dtype, since Keras 3.2 a policy: `{"class_name": "DTypePolicy", "config": {"name": "float32"}}`. */
function dtypeName(value: unknown, caller: string): unknown {
  const policy = isObject(value) ? asObject(value.config, caller).name : value;
  // Weights with mixed precision are float32 already; 16 bits are stored as 32.
  if (/^(mixed_)?b?float16$/.test(String(policy))) return 'float32';
  // Keras's integer types of pixels, labels and categories.
  if (/^u?int(8|16|32|64)$/.test(String(policy))) return 'int32';
  if (policy === undefined || policy === null) return 'float32';
  if (!DTYPES.has(policy)) throw new FormatError(`${caller}: dtype is ${show(policy)}, expected one of ${[...DTYPES]}`);
  return policy;
}

const DTYPES = new Set<unknown>(['float32', 'float64', 'int32', 'bool']);

/**
 * Convert the Keras config of an initializer, a regularizer, a constraint or an activation: Keras 3 adds the
 * module, which is ignored; a named function becomes its name, and an initializer's seed generator becomes its
 * seed.
 */
export function plainObject(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainObject);
  if (!isObject(value) || !('class_name' in value)) return value;
  const { class_name, config } = value;
  if (class_name === 'function') return config;
  if (class_name === 'SeedGenerator') return isObject(config) ? (config.seed ?? null) : null;
  if (class_name === '__tuple__') return plainObject((value as JsonObject).items);
  if (!isObject(config)) return { class_name, config: config ?? {} };
  // TensorFlow 1.x stores the dtype of the weight in its initializer; a custom class may have an option of that name.
  const { dtype, ...options } = config;
  const isCustom = typeof class_name === 'string' && registeredMaker(class_name) !== undefined;
  return { class_name, config: plainObjects(isCustom ? config : options) };
}

/** Return an object with each of its values as `plainObject` returns it. */
export const plainObjects = (config: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(config).map(([key, value]) => [key, plainObject(value)]));
