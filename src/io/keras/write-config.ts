import { ValueError } from '../../base/errors.js';
import { camelCase } from '../../base/names.js';
import { registeredMaker } from '../../base/serialization.js';
import { INNER_LAYERS } from '../../layers/base/inner-layer.js';
import type { Layer } from '../../layers/base/layer.js';
import type { GraphNode, SymbolicTensor } from '../../layers/base/symbolic.js';
import { InputLayer } from '../../layers/core/input-layer.js';
import { Model } from '../../models/model.js';
import { Sequential } from '../../models/sequential.js';
import { isObject, type JsonObject } from '../bytes/json.js';
import { toSnake } from './spelling.js';
import type { WrittenVersion } from './versions.js';
import { isOperation, operationNode, writeOperation } from './write-operation.js';

/**
 * Return the Keras 3 config of a model or a layer, including the module that defines the class and the build shape; in
 * .h5 files (`legacy`) without them.
 */
export function writeConfig(layer: Layer, version: WrittenVersion, legacy: boolean): JsonObject {
  const plain = { class_name: classNameOf(layer), config: configOf(layer, version, legacy) };
  const inputShape = builtFor(layer);
  const build = inputShape ? { build_config: { input_shape: inputShape } } : {};
  // A subclassed model has no other record of its input shape.
  if (legacy) return layer instanceof Model && !layer.isGraph ? { ...plain, ...build } : plain;
  const { module, registered } = moduleOf(layer);
  return { module, ...plain, registered_name: registered, ...build };
}

/**
 * A registered custom class is written by its name and config; other subclasses of models are written as functional or
 * sequential models.
 */
const isCustom = (layer: Layer): boolean => registeredMaker(layer.className) !== undefined;

function classNameOf(layer: Layer): string {
  if (isCustom(layer)) return layer.className;
  if (layer instanceof Sequential) return 'Sequential';
  if (!(layer instanceof Model)) return layer.className;
  if (layer.isGraph) return 'Functional';
  throw new ValueError(
    `${layer.describe()}: a model with its own call is saved under its class name, expected ` +
      `registerClass(${layer.className}) with a static className; saveWeights works for any model`,
  );
}

function moduleOf(layer: Layer): { module: string | null; registered: string | null } {
  if (isCustom(layer)) return { module: null, registered: `Custom>${layer.className}` };
  if (layer instanceof Sequential) return { module: 'keras', registered: null };
  if (layer instanceof Model) return { module: 'keras.src.models.functional', registered: 'Functional' };
  return { module: 'keras.layers', registered: null };
}

function builtFor(layer: Layer): unknown {
  if (layer instanceof InputLayer) return null;
  if (layer instanceof Model) {
    if (!layer.built) return null;
    if (layer.inputs.length === 1) return layer.inputShape;
    // The inputs of a graph are listed in it.
    return layer.isGraph ? null : layer.inputs.map(({ shape }) => shape);
  }
  const shapes = layer.nodes[0]?.inputs.map(({ shape }) => shape);
  return shapes && (shapes.length === 1 ? shapes[0] : shapes);
}

function configOf(layer: Layer, version: WrittenVersion, legacy: boolean): JsonObject {
  const dtype = version.dtype(layer.dtype);
  if (layer instanceof InputLayer) {
    return { batch_shape: layer.batchInputShape, dtype: layer.inputDType, sparse: false, name: layer.name };
  }
  if (layer instanceof Sequential && !isCustom(layer)) return sequentialConfig(layer, version, legacy);
  if (layer instanceof Model && !isCustom(layer)) return functionalConfig(layer, version, legacy);
  // The input layer states the input shape.
  const { batchInputShape: _, inputDType: __, ...config } = layer.getConfig();
  return { ...withModules(toSnake(config)), dtype };
}

function sequentialConfig(model: Sequential, version: WrittenVersion, legacy: boolean): JsonObject {
  const input = model.built ? [model.inputs[0].node.layer] : [];
  return {
    name: model.name,
    trainable: model.trainable,
    dtype: version.dtype(model.dtype),
    layers: [...input, ...model.layers].map((layer) => writeConfig(layer, version, legacy)),
    ...(model.built ? { build_input_shape: model.inputShape } : {}),
  };
}

function functionalConfig(model: Model, version: WrittenVersion, legacy: boolean): JsonObject {
  const indices = callIndices(model);
  const history = ({ node, outputIndex }: SymbolicTensor, shift: number) => {
    return [node.layer.name, indices.get(node)! + shift, outputIndex];
  };
  // Keras counts a nested functional model's own call only in the list of outputs.
  const ends = (tensors: readonly SymbolicTensor[]) =>
    tensors.map((tensor) => history(tensor, classNameOf(tensor.node.layer) === 'Functional' ? 1 : 0));
  const tensor = (each: SymbolicTensor): JsonObject => ({
    class_name: '__keras_tensor__',
    config: { shape: each.shape, dtype: each.dtype, keras_history: history(each, 0) },
  });
  const calls = callsByLayer(model);
  const layers = model.layers.map((layer) => ({
    ...(isOperation(layer) ? writeOperation(layer, legacy) : writeConfig(layer, version, legacy)),
    name: layer.name,
    inbound_nodes: (calls.get(layer) ?? []).map((node) =>
      isOperation(layer) ? operationNode(layer, node.inputs.map(tensor)) : inboundNode(node, tensor),
    ),
  }));
  return {
    name: model.name,
    trainable: model.trainable,
    layers,
    input_layers: ends(model.inputs),
    output_layers: ends(model.outputs),
  };
}

/** Return the calls of each layer within one model, in order. */
function callsByLayer(model: Model): Map<Layer, GraphNode[]> {
  const calls = new Map<Layer, GraphNode[]>(model.layers.map((layer) => [layer, []]));
  for (const node of [...model.graph.nodes].sort((a, b) => a.callIndex - b.callIndex))
    calls.get(node.layer)!.push(node);
  return calls;
}

/** Number the calls of each layer within one model; calls in other models do not count. */
function callIndices(model: Model): Map<GraphNode, number> {
  const indices = new Map<GraphNode, number>(model.inputs.map(({ node }) => [node, 0]));
  const counts = new Map<Layer, number>();
  for (const node of [...model.graph.nodes].sort((a, b) => a.callIndex - b.callIndex)) {
    const count = counts.get(node.layer) ?? 0;
    indices.set(node, count);
    counts.set(node.layer, count + 1);
  }
  return indices;
}

/** Layers whose tensors after the first are their initial states. */
const WITH_STATES = new Set(['RNN', 'SimpleRNN', 'LSTM', 'GRU', 'Bidirectional', 'ConvLSTM2D']);

function inboundNode(
  { layer, inputs, callOptions }: GraphNode,
  tensor: (each: SymbolicTensor) => JsonObject,
): JsonObject {
  const tensors = inputs.map(tensor);
  const kwargs = toSnake(callOptions);
  if (layer.className === 'MultiHeadAttention') {
    // Its tensors are separate arguments; in self-attention the query is also the value.
    return { args: tensors.length === 1 ? [tensors[0], tensors[0]] : tensors, kwargs };
  }
  if (WITH_STATES.has(layer.className) && tensors.length > 1) {
    return { args: [tensors[0]], kwargs: { ...kwargs, initial_state: tensors.slice(1) } };
  }
  return { args: [tensors.length === 1 ? tensors[0] : tensors], kwargs };
}

const MODULES: readonly (readonly [suffix: string, module: string])[] = [
  ['_initializer', 'keras.initializers'],
  ['_regularizer', 'keras.regularizers'],
  ['_constraint', 'keras.constraints'],
];

/** Add the module of each initializer, regularizer, constraint and inner layer. */
function withModules(config: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      if (INNER_LAYERS.includes(camelCase(key))) {
        return [key, Array.isArray(value) ? value.map(innerConfig) : innerConfig(value)];
      }
      const module = MODULES.find(([suffix]) => key.endsWith(suffix))?.[1];
      if (!module || !isObject(value)) return [key, value];
      const custom = registeredMaker(String(value.class_name)) !== undefined;
      const registered = custom ? `Custom>${value.class_name}` : null;
      return [key, { module: custom ? null : module, ...value, registered_name: registered }];
    }),
  );
}

/** Return the Keras config of an inner layer. */
function innerConfig(value: unknown): unknown {
  if (!isObject(value) || !isObject(value.config)) return value;
  const isCustomClass = registeredMaker(String(value.class_name)) !== undefined;
  const { input_dtype: _, ...config } = value.config;
  return {
    module: isCustomClass ? null : 'keras.layers',
    class_name: value.class_name,
    config: withModules(config),
    registered_name: isCustomClass ? `Custom>${value.class_name}` : null,
  };
}
