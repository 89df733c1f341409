import { FormatError } from '../../base/errors.js';
import { asArray, asObject, isObject, type JsonObject, show } from '../bytes/json.js';
import type { CallConfig, LayerConfig, ModelConfig, TensorRef } from './model-config.js';
import type { Generation } from './origin.js';

/*
 * Calls of layers. Keras 1 writes a call as a list of inputs, [layer, node, tensor] each; Keras 2 adds the call's
 * options as a fourth item; Keras 3 writes the arguments of the call, tensors among them as `__keras_tensor__` objects.
 */

/** Read the calls of a layer. @throws FormatError */
export function inboundCalls(json: unknown, caller: string): CallConfig[] {
  return asArray(json, `${caller}: inbound_nodes`).map((node, index) => {
    const place = `${caller}: inbound_nodes[${index}]`;
    return Array.isArray(node) ? listedCall(node, place) : argumentsCall(asObject(node, place), place);
  });
}

function listedCall(node: readonly unknown[], caller: string): CallConfig {
  // Keras 2.4 and later write a call with one input as that input alone.
  const inputs = typeof node[0] === 'string' ? [node] : node;
  const options = inputs.map((input) => asArray(input, caller)[3]).find((each) => isObject(each) && each !== null);
  return {
    inputs: inputs.map((input) => readRef(input, caller)),
    list: inputs.length > 1,
    options: callOptions((options as JsonObject | undefined) ?? {}, caller),
  };
}

function argumentsCall(node: JsonObject, caller: string): CallConfig {
  const args = asArray(node.args, `${caller}: args`);
  const inputs: TensorRef[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isObject(value) && value.class_name === '__keras_tensor__') {
      inputs.push(readRef(asObject(value.config, caller).keras_history, caller));
    } else if (value !== null) {
      throw new FormatError(`${caller}: an argument is ${show(value)}, expected tensors`);
    }
  };
  visit(args);
  const { tensors, rest } = splitTensors(isObject(node.kwargs) ? node.kwargs : {});
  for (const each of tensors) visit(each);
  return { inputs, list: Array.isArray(args[0]) || inputs.length > 1, options: callOptions(rest, caller) };
}

/** Arguments of calls that are tensors, in the order in which layers take them after the first input. */
const TENSOR_ARGUMENTS = ['value', 'key', 'initial_state'];

function splitTensors(kwargs: JsonObject): { tensors: unknown[]; rest: JsonObject } {
  const rest = Object.entries(kwargs).filter(([name]) => !TENSOR_ARGUMENTS.includes(name));
  return { tensors: TENSOR_ARGUMENTS.map((name) => kwargs[name] ?? null), rest: Object.fromEntries(rest) };
}

/** Read the options of a call: only `training` is supported, and a mask that is null. */
function callOptions(options: JsonObject, caller: string): JsonObject {
  const given = Object.entries(options).filter(([, value]) => value !== null);
  for (const [key, value] of given) {
    if (key !== 'training' && !FLAGS.has(key)) {
      throw new FormatError(`${caller}: the call has ${key} = ${show(value)}, expected only training`);
    }
  }
  return Object.fromEntries(
    given
      .filter(([key, value]) => key === 'training' || value !== false)
      .map(([key, value]) => [FLAGS.get(key) ?? key, value]),
  );
}

/** Switches of attention layers, and nabla's names for them. */
const FLAGS = new Map([
  ['use_causal_mask', 'useCausalMask'],
  ['return_attention_scores', 'returnAttentionScores'],
]);

export function readRef(json: unknown, caller: string): TensorRef {
  const [layer, call, output] = asArray(json, caller);
  if (typeof layer !== 'string' || !Number.isInteger(call) || !Number.isInteger(output)) {
    throw new FormatError(`${caller}: found ${show(json)}, expected [layer, call, output]`);
  }
  return { layer, call: call as number, output: output as number };
}

/** Read the inputs or outputs of a model: one reference, a list, or an object. */
export function readRefs(json: unknown, caller: string): TensorRef[] {
  if (isObject(json)) return Object.values(json).flatMap((each) => readRefs(each, caller));
  const list = asArray(json, caller);
  return typeof list[0] === 'string' ? [readRef(list, caller)] : list.flatMap((each) => readRefs(each, caller));
}

/**
 * A nested functional model has one call of its own, from its inputs to its outputs. Keras 1 and 2 count it as call 0,
 * also for sequential models; Keras 3 counts it only for functional models, and only where the outputs of a model are
 * listed. Here it is not counted.
 */
export function shiftOwnNodes(model: ModelConfig, generation: Generation): ModelConfig {
  const fromCalls = shifter(
    model,
    model.layers.flatMap(({ calls }) => calls.flatMap(({ inputs }) => inputs)),
    () => generation < 3,
  );
  const fromOutputs = shifter(
    model,
    model.outputs,
    ({ model: nested }) => generation < 3 || nested?.kind === 'Functional',
  );
  return {
    ...model,
    outputs: model.outputs.map(fromOutputs),
    layers: model.layers.map((layer) => ({
      ...layer,
      calls: layer.calls.map((call) => ({ ...call, inputs: call.inputs.map(fromCalls) })),
    })),
  };
}

/** Some releases deviate: if the indices show how calls are counted, follow them. */
function shifter(
  model: ModelConfig,
  refs: readonly TensorRef[],
  rule: (layer: LayerConfig) => boolean,
): (ref: TensorRef) => TensorRef {
  const shifted = new Set<string>();
  for (const layer of model.layers) {
    if (!layer.model) continue;
    const used = refs.filter((ref) => ref.layer === layer.name).map(({ call }) => call);
    if (!used.includes(0) && (used.includes(layer.calls.length) || rule(layer))) shifted.add(layer.name);
  }
  return (ref) => (shifted.has(ref.layer) ? { ...ref, call: ref.call - 1 } : ref);
}
