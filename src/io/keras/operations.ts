import { FormatError } from '../../base/errors.js';
import { isLayerClass } from '../../layers/catalog.js';
import {
  type Index,
  isIndex,
  type OperationName,
  operandNames,
  operationName,
} from '../../layers/core/operations/index.js';
import { asArray, asObject, isObject, type JsonObject, show } from '../bytes/json.js';
import { readRef } from './inbound.js';
import { plainObject, plainObjects } from './layer-config.js';
import type { CallConfig, TensorRef } from './model-config.js';
import { toCamel } from './spelling.js';
import { TENSORFLOW_OPERATIONS } from './tensorflow-operations.js';

/*
 * Operators in functional graphs: `x + y`, `x / 255`, `ops.relu(x)`. Keras 3 writes an object of a class of
 * `keras.ops`, whose call has the numbers among its arguments; Keras 2 writes a layer TFOpLambda that names a function
 * of
 * TensorFlow. Both are read as an OpLayer.
 */

/** The options of an OpLayer, and its input tensors. */
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
  // `keras.activations.mish(x)` has a class of its own; that of relu has the options of the layer ReLU.
  if (/(^|\.)activations(\.|$)/.test(String(module ?? ''))) return !isLayerClass(className);
  if (module !== undefined || !operationName(className)) return false;
  const [node] = Array.isArray(inbound_nodes) ? inbound_nodes : [];
  if (!isObject(node) || !Array.isArray(node.args)) return false;
  const isReshape = isObject(config) && 'newshape' in config;
  return node.args.length > 1 || isReshape || !isLayerClass(className);
}

/** @throws FormatError naming an operation or an argument that nabla does not support */
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
  private readonly refs: (TensorRef | null)[] = [];
  private readonly constants: unknown[] = [];

  constructor(private readonly caller: string) {}

  /** The constants in order, null for each tensor. */
  get values(): readonly unknown[] {
    return this.constants;
  }

  /** The tensors in order. */
  get inputs(): TensorRef[] {
    return this.refs.filter((ref) => ref !== null);
  }

  get next(): number {
    return this.constants.length;
  }

  /** @param at its position among the operands; default the next */
  tensor(ref: unknown, at = this.next): void {
    this.refs[at] = readRef(ref, this.caller);
    this.constants[at] = null;
  }

  constant(value: unknown, at = this.next): void {
    if (!isNumbers(value)) {
      throw new FormatError(`${this.caller}: an argument is ${show(value)}, expected tensors or numbers`);
    }
    this.refs[at] = null;
    this.constants[at] = value;
  }

  /** @throws FormatError when an operand before another is missing */
  assertComplete(): void {
    const missing = Array.from(this.constants).indexOf(undefined);
    if (missing >= 0) throw new FormatError(`${this.caller}: argument ${missing} of the call is missing`);
  }
}

const isNumbers = (value: unknown): boolean =>
  typeof value === 'number' || (Array.isArray(value) && value.every(isNumbers));

const knownOperation = (name: string, caller: string): OperationName => {
  const known = operationName(name);
  if (known) return known;
  throw new FormatError(`${caller}: nabla does not support the operation ${name}`);
};

function kerasCall(node: JsonObject, { class_name, config }: JsonObject, caller: string): Call {
  const operands = new Operands(caller);
  const operation = knownOperation(String(class_name), caller);
  const names = operandNames(operation);
  const { name: _, dtype, ...own } = isObject(config) ? config : {};
  const settings: Record<string, unknown> = { ...own, dtype: policyName(dtype) };
  const add = (value: unknown, at?: number): void => {
    if (isObject(value) && value.class_name === '__keras_tensor__') {
      operands.tensor(asObject(value.config, caller).keras_history, at);
    } else if (isObject(value) && /^__(tensor|numpy)__$/.test(String(value.class_name))) {
      operands.constant(asObject(value.config, caller).value, at);
    } else if (names === 'list' && Array.isArray(value) && value.some(isObject)) for (const each of value) add(each);
    else operands.constant(value, at);
  };
  const args = [...asArray(node.args, `${caller}: args`)];
  if (operation === 'GetItem' && args.length > 1) settings.key = readKey(args.splice(1), caller);
  for (const arg of args) add(arg);
  for (const [name, value] of Object.entries(isObject(node.kwargs) ? node.kwargs : {})) {
    const at = names === 'list' ? -1 : names.indexOf(name);
    if (at >= 0) add(value, at);
    else if (names === 'list' && LISTS.has(name)) add(value);
    else if (name === 'key') settings.key = readKey([value], caller);
    else settings[name] = value;
  }
  operands.assertComplete();
  const plain = storable(operation, toCamel(plainObjects(settings)));
  return { operation, operands: operands.values, settings: plain, inputs: operands.inputs };
}

/** Return settings with a dtype that nabla supports: wide integers become int32. */
const storable = (operation: string, settings: JsonObject): JsonObject =>
  operation === 'Cast' && settings.dtype === 'int64' ? { ...settings, dtype: 'int32' } : settings;

/** Keras's names of arguments that are a list of operands. */
const LISTS = new Set(['x', 'xs']);

/** Return the dtype that a setting states; a policy is that of the layer and has no effect here. */
const policyName = (dtype: unknown): unknown => (isObject(dtype) ? null : dtype);

/** Read the indices of `x[…]` from Keras's encoding of a Python key. */
function readKey([key]: readonly unknown[], caller: string): Index[] {
  const items =
    isObject(key) && key.class_name === '__tuple__' ? (key.items ?? asObject(key.config, caller).items) : key;
  return (Array.isArray(items) ? items : [items]).map((item) => {
    const value = isObject(item) && item.class_name === '__ellipsis__' ? '...' : item;
    const slice = isObject(value) && isObject(value.config) ? value.config : value;
    if (isIndex(slice)) return slice as Index;
    throw new FormatError(`${caller}: an index is ${show(item)}, expected integers, slices, null and ...`);
  });
}

/** Arguments of TensorFlow functions that have no effect here. */
const WITHOUT_MEANING = new Set(['name', 'output_type']);

function tensorflowCall(node: unknown, config: JsonObject, caller: string): Call {
  const name = String(config.function);
  const known = Object.hasOwn(TENSORFLOW_OPERATIONS, name) ? TENSORFLOW_OPERATIONS[name] : undefined;
  if (!known) throw new FormatError(`${caller}: nabla does not support the function tf.${name}`);
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
    const place = known.operands?.indexOf(argument) ?? -1;
    if (place >= 0) {
      if (!Array.isArray(value) || typeof value[0] !== 'string') operands.constant(value, place + 1);
      else if (value[0] === '_CONSTANT_VALUE') operands.constant(value[2], place + 1);
      else operands.tensor(value, place + 1);
      continue;
    }
    const setting = known.arguments?.[argument];
    if (!setting) {
      if (value === false) continue;
      throw new FormatError(`${caller}: tf.${name} has ${argument} = ${show(value)}, which nabla does not support`);
    }
    settings[setting] = setting === 'key' ? readKey([value], caller) : plainObject(value);
  }
  operands.assertComplete();
  const { operation = known.operation, settings: adapted } = known.adapt?.(settings) ?? { settings };
  return { operation, operands: operands.values, settings: storable(operation, adapted), inputs: operands.inputs };
}
