// Adds operators as methods to symbolic tensors: outputs of a loaded model may become inputs of another.
import '../../layers/core/symbolic-methods.js';
import { FormatError, NablaError } from '../../base/errors.js';
import type { Layer } from '../../layers/base/layer.js';
import { isSymbolic, type SymbolicShape, type SymbolicTensor } from '../../layers/base/symbolic.js';
import { layerFromConfig } from '../../layers/catalog.js';
import { InputLayer } from '../../layers/core/input-layer.js';
import { Model } from '../../models/model.js';
import { Sequential } from '../../models/sequential.js';
import { knownOptions } from './foreign-options.js';
import type { CallConfig, LayerConfig, ModelConfig, TensorRef } from './model-config.js';

/**
 * Build the model of a config, without values for its weights.
 * @throws FormatError naming a layer that is unknown, has invalid options, or is part of a cycle
 */
export function buildModel(config: ModelConfig): Model {
  if (config.kind === 'Custom') return buildCustom(config);
  const model = config.kind === 'Sequential' ? buildSequential(config) : buildFunctional(config);
  if (config.trainable === false) model.trainable = false;
  return model;
}

/** Convert errors of layers to errors of the file. */
function within<T>(caller: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (error instanceof FormatError || !(error instanceof NablaError)) throw error;
    // Messages of layers begin with the layer's name, as `caller` does.
    const own = `${caller.slice(caller.lastIndexOf(': ') + 2)}: `;
    const message = error.message.startsWith(own) ? error.message.slice(own.length) : error.message;
    throw new FormatError(`${caller}: ${message}`, { cause: error });
  }
}

function buildLayer({ className, config, model, caller }: LayerConfig): Layer {
  if (model) return buildModel(model);
  return within(caller, () => layerFromConfig(className, knownOptions(className, config, caller)));
}

function buildCustom({ layers, inputShape, caller }: ModelConfig): Model {
  const layer = buildLayer(layers[0]);
  if (!(layer instanceof Model)) throw new FormatError(`${caller}: ${layer.describe()} is not a model`);
  if (inputShape && !layer.built) within(caller, () => layer.build(anyBatch(inputShape)));
  return layer;
}

/** A shape, or shapes of several inputs, for any number of samples. */
function anyBatch(shape: SymbolicShape | readonly SymbolicShape[]): SymbolicShape | readonly SymbolicShape[] {
  const each = ([, ...rest]: SymbolicShape): SymbolicShape => [null, ...rest];
  return Array.isArray(shape[0]) ? (shape as readonly SymbolicShape[]).map(each) : each(shape as SymbolicShape);
}

function buildSequential({ name, layers, inputShape, caller }: ModelConfig): Model {
  const model = new Sequential({ name });
  for (const each of layers) {
    const layer = buildLayer(each);
    within(each.caller, () => model.add(layer));
  }
  if (!model.built && inputShape && layers.length > 0) {
    within(caller, () => model.build(anyBatch(inputShape)));
  }
  return model;
}

const keyOf = ({ layer, call, output }: TensorRef): string => `${layer}\n${call}\n${output}`;

interface PendingCall {
  readonly layer: LayerConfig;
  readonly made: Layer;
  readonly call: CallConfig;
  readonly index: number;
  /** Missing outputs, and the previous call of the layer. */
  missing: number;
}

/** Create every layer, then its calls, each as soon as its inputs exist. */
function buildFunctional(config: ModelConfig): Model {
  const tensors = new Map<string, SymbolicTensor>();
  const waiting = new Map<string, PendingCall[]>();
  const ready: PendingCall[] = [];
  let left = 0;
  for (const layer of config.layers) {
    const made = buildLayer(layer);
    if (made instanceof InputLayer) {
      tensors.set(keyOf({ layer: layer.name, call: 0, output: 0 }), made.output as SymbolicTensor);
      continue;
    }
    for (const [index, call] of layer.calls.entries()) {
      const needs = [...new Set(call.inputs.map(keyOf)), ...(index > 0 ? [callKey(layer.name, index - 1)] : [])];
      const pending = { layer, made, call, index, missing: needs.length };
      left++;
      for (const need of needs) waiting.set(need, [...(waiting.get(need) ?? []), pending]);
      if (needs.length === 0) ready.push(pending);
    }
  }
  const announce = (key: string): void => {
    for (const pending of waiting.get(key) ?? []) if (--pending.missing === 0) ready.push(pending);
    waiting.delete(key);
  };
  for (const key of [...tensors.keys()]) announce(key);
  for (const { layer, made, call, index } of ready) {
    left--;
    const inputs = call.inputs.map((ref) => tensors.get(keyOf(ref))!);
    const results = within(layer.caller, () => made.apply(call.list ? inputs : inputs[0], call.options));
    for (const [output, tensor] of [results].flat().entries()) {
      if (!isSymbolic(tensor)) throw new FormatError(`${layer.caller}: call ${index} has no inputs`);
      const key = keyOf({ layer: layer.name, call: index, output });
      tensors.set(key, tensor);
      announce(key);
    }
    announce(callKey(layer.name, index));
  }
  if (left > 0) throw unreachable(config, waiting);
  const find = (what: string) => (ref: TensorRef) => {
    const tensor = tensors.get(keyOf(ref));
    if (!tensor) throw new FormatError(`${config.caller}: ${what}: ${describe(ref)} does not exist`);
    return tensor;
  };
  const inputs = config.inputs.map(find('input_layers'));
  const outputs = config.outputs.map(find('output_layers'));
  return within(config.caller, () => new Model({ name: config.name, inputs, outputs }));
}

const callKey = (layer: string, call: number): string => `${layer}\n${call}`;

const describe = ({ layer, call, output }: TensorRef): string => `output ${output} of call ${call} of ${layer}`;

/** Explain why some calls cannot be made: a missing layer, or a cycle. */
function unreachable(config: ModelConfig, waiting: ReadonlyMap<string, readonly PendingCall[]>): FormatError {
  const calls = new Map(config.layers.map((layer) => [layer.name, layer.calls.length]));
  const stuck = [...new Set([...waiting.values()].flat().filter(({ missing }) => missing > 0))];
  for (const { layer, call } of stuck) {
    for (const ref of call.inputs) {
      const count = calls.get(ref.layer);
      if (count === undefined) return new FormatError(`${layer.caller}: inbound_nodes: there is no layer ${ref.layer}`);
      if (ref.call < 0 || ref.call >= Math.max(count, 1)) {
        return new FormatError(
          `${layer.caller}: inbound_nodes: ${describe(ref)} does not exist, the layer has ${count} calls`,
        );
      }
    }
  }
  const names = [...new Set(stuck.map(({ layer }) => layer.name))].slice(0, 5).join(', ');
  return new FormatError(`${config.caller}: inbound_nodes: ${names} form a cycle`);
}
