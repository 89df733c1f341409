import { ValueError } from '../../../base/errors.js';
import { show } from '../../../base/show.js';
import { Model } from '../../../models/model.js';
import { asArray, isObject, type JsonObject } from '../../bytes/json.js';
import { WRITTEN_VERSIONS } from '../../keras/versions.js';
import { writeConfig } from '../../keras/write-config.js';
import { isOperation } from '../../keras/write-operation.js';

/* The config of a model for tfjs 4.22: that of Keras 2, with tfjs's names of some classes and options. */

/** Options that tfjs silently drops, and the value for which this has no effect. */
const DROPPED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  Conv2D: { groups: 1 },
  Conv1D: { groups: 1 },
  GlobalAveragePooling2D: { keepdims: false },
  GlobalMaxPooling2D: { keepdims: false },
  ReLU: { negative_slope: 0, threshold: 0 },
};

/** @throws ValueError when a layer has an option that tfjs would drop */
export function writeTopology(model: Model): JsonObject {
  assertLayersAlone(model);
  const written = writeConfig(model, WRITTEN_VERSIONS['3.1.1'], true);
  return { ...readable(written, model.name), keras_version: 'tfjs-layers 4.22.0', backend: 'tensor_flow.js' };
}

/** Operations of Keras 3 for which tfjs has a layer with the same name and options. */
const LAYERS = new Set(['Add', 'Concatenate', 'Maximum', 'Minimum', 'Multiply', 'Softmax']);

/** Convert operations to layers: graphs of tfjs have no operations. */
function assertLayersAlone(model: Model): void {
  for (const layer of model.layers) {
    if (layer instanceof Model) assertLayersAlone(layer);
    else if (isOperation(layer) && !LAYERS.has(layer.options.operation)) {
      throw new ValueError(`${layer.name}: tfjs has no operation ${layer.options.operation}; save to a .keras file`);
    }
  }
}

const RENAMED: Readonly<Record<string, string>> = { LecunNormal: 'LeCunNormal', LecunUniform: 'LeCunUniform' };

/** Convert a serialized object, such as a layer or an initializer, with all nested objects. */
function readable({ class_name, config }: JsonObject, caller: string): JsonObject {
  const name = String(class_name);
  const options = isObject(config) ? config : {};
  if (name === 'L1' || name === 'L2') return { class_name: 'L1L2', config: { l1: 0, l2: 0, ...options } };
  if (name === 'InputLayer') {
    const { batch_shape, ...rest } = options;
    return { class_name: name, config: { batch_input_shape: batch_shape, ...rest } };
  }
  const place = typeof options.name === 'string' ? options.name : caller;
  for (const [key, neutral] of Object.entries(DROPPED[name] ?? {})) {
    if (Object.hasOwn(options, key) && options[key] !== neutral) {
      throw new ValueError(`${place} (${name}): tfjs has no ${key} ${show(options[key])}; save to a .keras file`);
    }
  }
  assertSamePixels(name, options, place);
  const { negative_slope: alpha, ...others } = options;
  const spelled = name === 'LeakyReLU' ? { alpha, ...others } : options;
  return { class_name: RENAMED[name] ?? name, config: inside(withActivations(spelled, place), place) };
}

/** When resizing, tfjs aligns the corners of pixels, Keras their centres; models saved by tfjs keep its alignment. */
function assertSamePixels(name: string, options: JsonObject, place: string): void {
  const isResized = name === 'UpSampling2D' || name === 'Resizing';
  if (!isResized || options.interpolation === 'nearest' || options.pixel_centers) return;
  throw new ValueError(`${place} (${name}): tfjs resizes with a different pixel alignment; save to a .keras file`);
}

/** Keras 3's hard sigmoid differs in slope from tfjs's, which is that of Keras 2. */
function withActivations(options: JsonObject, place: string): JsonObject {
  const entries = Object.entries(options).map(([key, value]): [string, unknown] => {
    if (!key.endsWith('activation')) return [key, value];
    if (value === 'hard_sigmoid')
      throw new ValueError(`${place}: tfjs has Keras 2's hard sigmoid; save to a .keras file`);
    return [key, value === 'keras2_hard_sigmoid' ? 'hard_sigmoid' : value];
  });
  return Object.fromEntries(entries);
}

function inside(config: JsonObject, caller: string): JsonObject {
  const layers = config.layers === undefined ? [] : (asArray(config.layers, caller) as JsonObject[]);
  const calls = new CallNumbers(layers);
  const entries = Object.entries(config).map(([key, value]): [string, unknown] => {
    if (key === 'layers') return [key, layers.map((layer) => node(layer, calls, caller))];
    if (key === 'output_layers') return [key, asArray(value, caller).map((end) => calls.ofOutput(end as History))];
    if (isObject(value) && typeof value.class_name === 'string') return [key, readable(value, caller)];
    return [key, value];
  });
  return Object.fromEntries(entries);
}

/** A tensor of a graph: the layer that computed it, the number of the call, and the number of the output. */
type History = readonly [layer: string, call: number, output: number];

/**
 * Numbers of calls in a graph. In tfjs, call 0 of a nested model is that from its own inputs to its outputs. Keras 3
 * counts this call only for functional models, and only when it lists the outputs of the graph.
 */
class CallNumbers {
  private readonly classes: ReadonlyMap<string, string>;

  constructor(layers: readonly JsonObject[]) {
    this.classes = new Map(layers.map(({ name, class_name }) => [String(name), String(class_name)]));
  }

  ofInput([layer, call, output]: History): History {
    return [layer, call + (this.isFunctional(layer) || this.isSequential(layer) ? 1 : 0), output];
  }

  ofOutput([layer, call, output]: History): History {
    return [layer, call + (this.isSequential(layer) ? 1 : 0), output];
  }

  private isFunctional(layer: string): boolean {
    return this.classes.get(layer) === 'Functional';
  }

  private isSequential(layer: string): boolean {
    return this.classes.get(layer) === 'Sequential';
  }
}

/** A layer of a model, in a graph with its calls. */
function node(layer: JsonObject, numbers: CallNumbers, caller: string): JsonObject {
  const { name, inbound_nodes } = layer;
  const written = readable(layer, caller);
  if (inbound_nodes === undefined) return written;
  const calls = asArray(inbound_nodes, `${String(name)}: inbound_nodes`);
  return { ...written, name, inbound_nodes: calls.map((call) => inputsOf(call as JsonObject, numbers, String(name))) };
}

/** The inputs of a call as Keras 2 lists them: [layer, call, output, keyword arguments]. */
function inputsOf({ args, kwargs }: JsonObject, numbers: CallNumbers, layer: string): unknown[] {
  const given = asArray(args, `${layer}: args`).flat();
  return given.map((tensor) => {
    const history = isObject(tensor) && isObject(tensor.config) ? tensor.config.keras_history : null;
    if (!Array.isArray(history)) {
      throw new ValueError(`${layer}: tfjs has no operation on a tensor and ${show(tensor)}; save to a .keras file`);
    }
    return [...numbers.ofInput(history as unknown as History), kwargs ?? {}];
  });
}
