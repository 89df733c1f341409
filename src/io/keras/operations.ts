import { FormatError } from '../../base/errors.js';
import { isLayerClass } from '../../layers/catalog.js';
import { operationName } from '../../layers/core/operations.js';
import { asArray, asObject, isObject, type JsonObject, show } from '../bytes/json.js';
import { readRef } from './inbound.js';
import { plainObject } from './layer-config.js';
import type { CallConfig, TensorRef } from './model-config.js';
import { toCamel } from './spelling.js';
import { TENSORFLOW_OPERATIONS } from './tensorflow-operations.js';

/*
 * Operators in functional graphs: `x + y`, `x / 255`, `ops.relu(x)`. Keras 3 writes an object of a class of
 * `keras.ops`, whose call has the numbers among its arguments; Keras 2 a layer TFOpLambda that names a function of
 * TensorFlow. Both become an OpLayer.
 */

/** An operation in the form of OpLayer, and its input tensors. */
export interface OperationConfig {
  readonly config: JsonObject;
  readonly calls: readonly CallConfig[];
}

const TENSORFLOW = new Set(['TFOpLambda', 'SlicingOpLambda']);

/**
 * Return whether a layer's JSON is an operator. In .h5 Keras 3 omits the module; a layer of the same name takes a list.
 */
export function isOperation({ module, class_name, config, inbound_nodes }: JsonObject): boolean {
  const className = String(class_name);
  if (TENSORFLOW.has(className) || /(^|\.)ops(\.|$)/.test(String(module ?? ''))) return true;
  if (module !== undefined || !operationName(className)) return false;
  const [node] = Array.isArray(inbound_nodes) ? inbound_nodes : [];
  if (!isObject(node) || !Array.isArray(node.args)) return false;
  const isReshape = isObject(config) && 'newshape' in config;
  return node.args.length > 1 || isReshape || !isLayerClass(className);
}

/** @throws FormatError naming an operation, or an argument of it, that nabla does not have */
export function readOperation(json: JsonObject, name: string, caller: string): OperationConfig {
  const nodes = asArray(json.inbound_nodes, `${caller}: inbound_nodes`);
  const config = asObject(json.config ?? {}, caller);
  const read = TENSORFLOW.has(String(json.class_name))
    ? (node: unknown) => tensorflowCall(node, config, caller)
    : (node: unknown) => kerasCall(asObject(node, `${caller}: inbound_nodes`), json, caller);
  const calls = nodes.map(read);
  const [first] = calls;
  if (!first) throw new FormatError(`${caller}: inbound_nodes: an operation without a call`);
  const same = ({ operation, operands, settings }: Call): string => JSON.stringify([operation, operands, settings]);
  if (calls.some((call) => same(call) !== same(first))) {
    throw new FormatError(`${caller}: inbound_nodes: calls with different arguments, expected one`);
  }
  const { operation, operands, settings } = first;
  return {
    config: { name, operation, operands, settings },
    calls: calls.map(({ inputs }) => ({ inputs, list: inputs.length > 1, options: {} })),
  };
}

interface Call {
  readonly operation: string;
  readonly operands: readonly unknown[];
  readonly settings: JsonObject;
  readonly inputs: readonly TensorRef[];
}

/** Collects the operands of a call: references to tensors, and numbers. */
class Operands {
  readonly inputs: TensorRef[] = [];
  readonly values: unknown[] = [];

  constructor(private readonly caller: string) {}

  tensor(ref: unknown): void {
    this.inputs.push(readRef(ref, this.caller));
    this.values.push(null);
  }

  constant(value: unknown): void {
    const isNumbers = (each: unknown): boolean =>
      typeof each === 'number' || (Array.isArray(each) && each.every(isNumbers));
    if (!isNumbers(value))
      throw new FormatError(`${this.caller}: an argument is ${show(value)}, expected tensors or numbers`);
    this.values.push(value);
  }
}

const knownOperation = (name: string, caller: string): string => {
  const known = operationName(name);
  if (known) return known;
  throw new FormatError(`${caller}: the operation ${name} is not one that nabla has`);
};

/** Names of arguments that are operands, in order, for calls with keyword arguments. */
const OPERAND_NAMES = new Set(['x', 'x1', 'x2', 'xs', 'y']);

function kerasCall(node: JsonObject, { class_name, config }: JsonObject, caller: string): Call {
  const operands = new Operands(caller);
  const operation = knownOperation(String(class_name), caller);
  const { name: _, dtype, ...own } = isObject(config) ? config : {};
  const settings: Record<string, unknown> = { ...own, ...(operation === 'Cast' ? { dtype } : {}) };
  const add = (value: unknown): void => {
    if (isObject(value) && value.class_name === '__keras_tensor__') {
      operands.tensor(asObject(value.config, caller).keras_history);
    } else if (isObject(value) && /^__(tensor|numpy)__$/.test(String(value.class_name))) {
      operands.constant(asObject(value.config, caller).value);
    } else if (Array.isArray(value) && value.some(isObject)) value.forEach(add);
    else operands.constant(value);
  };
  const args = [...asArray(node.args, `${caller}: args`)];
  if (operation === 'GetItem') settings.key = readKey(args.splice(1), caller);
  args.forEach(add);
  for (const [name, value] of Object.entries(isObject(node.kwargs) ? node.kwargs : {})) {
    if (OPERAND_NAMES.has(name)) add(value);
    else if (value !== null) settings[name] = value;
  }
  return { operation, operands: operands.values, settings: toCamel(plainSettings(settings)), inputs: operands.inputs };
}

const plainSettings = (settings: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, plainObject(value)]));

/** Read the indices of `x[…]` from Keras's form of a Python key. */
function readKey(args: readonly unknown[], caller: string): unknown[] {
  const [key] = args;
  const items =
    isObject(key) && key.class_name === '__tuple__' ? (key.items ?? asObject(key.config, caller).items) : key;
  return (Array.isArray(items) ? items : [items]).map((item) => {
    if (Number.isInteger(item)) return item;
    const slice = isObject(item) && isObject(item.config) ? item.config : item;
    if (isObject(slice) && 'start' in slice) return slice;
    throw new FormatError(`${caller}: an index is ${show(item)}, expected integers and slices`);
  });
}

/** Arguments of TensorFlow's functions without effect here. */
const WITHOUT_MEANING = new Set(['name']);

function tensorflowCall(node: unknown, config: JsonObject, caller: string): Call {
  const name = String(config.function);
  const known = TENSORFLOW_OPERATIONS[name];
  if (!known) throw new FormatError(`${caller}: the function tf.${name} is not one that nabla has`);
  const operands = new Operands(caller);
  const list = asArray(node, `${caller}: inbound_nodes`);
  const entries = typeof list[0] === 'string' ? [list] : list;
  const given: Record<string, unknown> = {};
  for (const entry of entries) {
    const [layer, _, value, options] = asArray(entry, caller);
    if (layer === '_CONSTANT_VALUE') operands.constant(value);
    else operands.tensor(entry);
    if (isObject(options)) Object.assign(given, options);
  }
  const settings: Record<string, unknown> = { ...known.settings };
  for (const [argument, value] of Object.entries(given)) {
    if (value === null || WITHOUT_MEANING.has(argument)) continue;
    if (known.operand === argument) {
      if (Array.isArray(value) && typeof value[0] === 'string') {
        if (value[0] === '_CONSTANT_VALUE') operands.constant(value[2]);
        else operands.tensor(value);
      } else operands.constant(value);
      continue;
    }
    const setting = known.arguments?.[argument];
    if (!setting) {
      if (value === false) continue;
      throw new FormatError(`${caller}: tf.${name} has ${argument} = ${show(value)}, which nabla does not have`);
    }
    settings[setting] = setting === 'key' ? readKey([value], caller) : value;
  }
  return { operation: known.operation, operands: operands.values, settings, inputs: operands.inputs };
}
