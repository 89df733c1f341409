import { snakeCase } from '../../base/names.js';
import type { Layer } from '../../layers/base/layer.js';
import type { Weight } from '../../layers/base/weight.js';
import { isModel, isSequential } from '../../models/kind.js';
import type { Model } from '../../models/model.js';
import { hostArray, type StoredArray } from '../array.js';
import type { ModelConfig } from '../keras/model-config.js';

/** A layer's weights without those of its sublayers, in Keras 3's order. */
export function ownWeights(layer: Layer): Weight[] {
  const inner = new Set(layer.sublayers.flatMap(({ weights }) => weights));
  return layer.weights.filter((weight) => !inner.has(weight));
}

/** Weights in the order of Keras 1, Keras 2 and Keras 3's .h5: in a nested model, all that are trained come before all others. */
export const legacyOrder = (layer: Layer): Weight[] => [...layer.trainableWeights, ...layer.nonTrainableWeights];

/** A layer at its place in a tree of layers. */
export interface LayerAtPath {
  /** As Keras 3 has it: `layers/conv2d_1`; empty for the model itself. */
  readonly path: string;
  readonly layer: Layer;
}

/**
 * Keras 3's path of every layer in a model. Among its neighbours a layer is numbered by its class, in the order of the model's
 * layers, whatever its name is: `conv2d`, `conv2d_1`, … A layer that is met twice counts where it is met first.
 */
export function layerPaths(model: Layer): LayerAtPath[] {
  const placed: LayerAtPath[] = [];
  const seen = new Set<Layer>();
  const visit = (layer: Layer, path: string): void => {
    if (seen.has(layer)) return;
    seen.add(layer);
    placed.push({ path, layer });
    for (const [name, child] of children(layer)) visit(child, path ? `${path}/${name}` : name);
  };
  visit(model, '');
  return placed;
}

function children(layer: Layer): [string, Layer][] {
  if (isModel(layer)) return numbered('layers', layer.layers);
  // Of a layer of the user's own, by the property that holds it.
  const sublayers = new Set(layer.sublayers);
  return Object.entries(layer).flatMap(([property, value]): [string, Layer][] => {
    const name = snakeCase(property);
    if (sublayers.has(value)) return [[name, value]];
    if (!Array.isArray(value)) return [];
    return numbered(
      name,
      value.filter((each) => sublayers.has(each)),
    );
  });
}

function numbered<T extends { readonly className: string }>(container: string, items: readonly T[]): [string, T][] {
  const counts = new Map<string, number>();
  return items.map((item) => {
    const kind = snakeCase(item.className);
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    return [`${container}/${count ? `${kind}_${count}` : kind}`, item];
  });
}

/** Names of layers by their paths, from a config: what `layerPaths` would say of the model. */
export function namesByPath({ kind, layers }: ModelConfig, prefix = ''): Map<string, string> {
  const listed = layers.filter(({ className }) => kind === 'Functional' || className !== 'InputLayer');
  const names = new Map<string, string>();
  for (const [place, { name, model }] of numbered('layers', listed)) {
    names.set(prefix + place, name);
    if (model) for (const [path, inner] of namesByPath(model, `${prefix}${place}/`)) names.set(path, inner);
  }
  return names;
}

/** Names of weights that tell them apart in a whole model: nested models' names come before their layers'. */
export function namedWeights(model: Layer): [string, Weight][] {
  const named: [string, Weight][] = [];
  const seen = new Set<Layer>();
  const visit = (layer: Layer, prefix: string): void => {
    if (seen.has(layer)) return;
    seen.add(layer);
    for (const weight of ownWeights(layer)) named.push([`${prefix}${weight.name}`, weight]);
    for (const sublayer of layer.sublayers) visit(sublayer, `${prefix}${sublayer.name}/`);
  };
  visit(model, '');
  return named;
}

/** The numbers of every weight of a model. */
export async function weightArrays(model: Layer): Promise<Map<Weight, StoredArray>> {
  const arrays = new Map<Weight, StoredArray>();
  for (const weight of model.weights) arrays.set(weight, await hostArray(weight.variable));
  return arrays;
}

/** Whether Keras puts the model's name before those of its variables: a sequential model builds its layers itself. */
export const variablePrefix = (model: Model): string => (isSequential(model) ? `${model.name}/` : '');
