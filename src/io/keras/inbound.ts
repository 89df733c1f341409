import { FormatError } from '../../tensor/errors.js';
import { asArray, asObject, isObject, type JsonObject, show } from '../json.js';
import type { CallConfig, Generation, ModelConfig, TensorRef } from './model-config.js';

/*
 * Who calls whom. Keras 1 writes a call as a list of inputs, [layer, node, tensor] each; Keras 2 adds the call's options as
 * a fourth item; Keras 3 writes the arguments of the call, tensors among them as `__keras_tensor__` objects.
 */

/** The calls of one layer. @throws FormatError */
export function inboundCalls(json: unknown, where: string): CallConfig[] {
  return asArray(json, `${where}: inbound_nodes`).map((node, index) => {
    const place = `${where}: inbound_nodes[${index}]`;
    return Array.isArray(node) ? listedCall(node, place) : argumentsCall(asObject(node, place), place);
  });
}

function listedCall(node: readonly unknown[], where: string): CallConfig {
  // Keras 2.4 and later write a call with one input as that input alone.
  const inputs = typeof node[0] === 'string' ? [node] : node;
  const options = inputs.map((input) => asArray(input, where)[3]).find((each) => isObject(each) && each !== null);
  return {
    inputs: inputs.map((input) => readRef(input, where)),
    list: inputs.length > 1,
    options: callOptions((options as JsonObject | undefined) ?? {}, where),
  };
}

function argumentsCall(node: JsonObject, where: string): CallConfig {
  const args = asArray(node.args, `${where}: args`);
  const inputs: TensorRef[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isObject(value) && value.class_name === '__keras_tensor__') {
      inputs.push(readRef(asObject(value.config, where).keras_history, where));
    } else if (value !== null) {
      throw new FormatError(`${where}: an argument is ${show(value)}, expected tensors`);
    }
  };
  visit(args);
  const { kwargs } = node;
  return { inputs, list: Array.isArray(args[0]), options: callOptions(isObject(kwargs) ? kwargs : {}, where) };
}

/** Of a call's options nabla knows `training`; a mask that is not given says nothing. */
function callOptions(options: JsonObject, where: string): JsonObject {
  const given = Object.entries(options).filter(([, value]) => value !== null);
  for (const [key, value] of given) {
    if (key !== 'training')
      throw new FormatError(`${where}: the call has ${key} = ${show(value)}, expected training alone`);
  }
  return Object.fromEntries(given);
}

function readRef(json: unknown, where: string): TensorRef {
  const [layer, call, output] = asArray(json, where);
  if (typeof layer !== 'string' || !Number.isInteger(call) || !Number.isInteger(output)) {
    throw new FormatError(`${where}: found ${show(json)}, expected [layer, call, output]`);
  }
  return { layer, call: call as number, output: output as number };
}

/** Inputs or outputs of a model: one reference, a list, or a record of them. */
export function readRefs(json: unknown, where: string): TensorRef[] {
  if (isObject(json)) return Object.values(json).flatMap((each) => readRefs(each, where));
  const list = asArray(json, where);
  return typeof list[0] === 'string' ? [readRef(list, where)] : list.flatMap((each) => readRefs(each, where));
}

/**
 * A functional model that is a layer of another has a call of its own, from its inputs to its outputs, which Keras counts as
 * its call 0; in Keras 1 and 2 a sequential one has it too. Here calls are counted without it.
 */
export function shiftOwnNodes(model: ModelConfig, generation: Generation): ModelConfig {
  const nested = new Map(model.layers.flatMap((layer) => (layer.model ? [[layer.name, layer] as const] : [])));
  if (nested.size === 0) return model;
  const all = [...model.layers.flatMap(({ calls }) => calls.flatMap(({ inputs }) => inputs)), ...model.outputs];
  const offsets = new Map<string, number>();
  for (const [name, layer] of nested) {
    const used = all.filter((ref) => ref.layer === name).map(({ call }) => call);
    const byRule = generation < 3 || layer.model?.kind === 'Functional' ? 1 : 0;
    const offset = used.includes(0) ? 0 : used.includes(layer.calls.length) ? 1 : byRule;
    offsets.set(name, offset);
  }
  const shift = (ref: TensorRef): TensorRef => ({ ...ref, call: ref.call - (offsets.get(ref.layer) ?? 0) });
  return {
    ...model,
    outputs: model.outputs.map(shift),
    layers: model.layers.map((layer) => ({
      ...layer,
      calls: layer.calls.map((call) => ({ ...call, inputs: call.inputs.map(shift) })),
    })),
  };
}
