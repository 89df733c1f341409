import { snakeCase } from '../../base/names.js';
import type { Layer } from '../../layers/base/layer.js';
import type { Weight } from '../../layers/base/weight.js';
import { Model } from '../../models/model.js';
import { Sequential } from '../../models/sequential.js';
import { hostArray, type StoredArray } from '../bytes/stored-array.js';
import type { ModelConfig } from '../keras/model-config.js';

/** Return a layer's weights without those of its sublayers, in Keras 3's order. */
export function ownWeights(layer: Layer): Weight[] {
  const inner = new Set(layer.sublayers.flatMap(({ weights }) => weights));
  return layer.weights.filter((weight) => !inner.has(weight));
}

/**
 * Return weights in the order of Keras 1, Keras 2 and Keras 3's .h5: in a nested model, trainable ones come before all
 * others.
 */
export const legacyOrder = (layer: Layer): Weight[] => [...layer.trainableWeights, ...layer.nonTrainableWeights];

/** A layer with its path in a tree of layers. */
export interface LayerAtPath {
  /** Keras 3's path: `layers/conv2d_1`; empty for the model itself. */
  readonly path: string;
  /** Names of the enclosing models and of the layer: `encoder/dense`; for the model itself only its name. */
  readonly names: string;
  readonly layer: Layer;
}

/**
 * List every layer of a model with Keras 3's path. Neighbouring layers are numbered by class, in the order of the
 * model's layers, regardless of their names: `conv2d`, `conv2d_1`, … A shared layer has the path of its first use.
 */
export function layerPaths(model: Layer): LayerAtPath[] {
  const placed: LayerAtPath[] = [];
  const seen = new Set<Layer>();
  const pending: LayerAtPath[] = [{ path: '', names: model.name, layer: model }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { path, names, layer } = next;
    if (seen.has(layer)) continue;
    seen.add(layer);
    placed.push(next);
    const inner = children(layer).map(([name, child]) => ({
      path: path ? `${path}/${name}` : name,
      names: layer === model ? child.name : `${names}/${child.name}`,
      layer: child,
    }));
    pending.push(...inner.reverse());
  }
  return placed;
}

function children(layer: Layer): [string, Layer][] {
  if (layer instanceof Model && layer.isGraph) return numbered('layers', layer.layers);
  // Sublayers of a custom layer are named by their property.
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

/**
 * Map paths to the names of layers, preceded by those of the enclosing models, as `layerPaths` would for the model of a
 * config.
 */
export function namesByPath({ kind, layers }: ModelConfig, prefix = '', around = ''): Map<string, string> {
  const listed = layers.filter(({ className }) => kind === 'Functional' || className !== 'InputLayer');
  const names = new Map<string, string>();
  for (const [place, { name, model }] of numbered('layers', listed)) {
    names.set(prefix + place, around + name);
    if (!model) continue;
    const inside = namesByPath(model, `${prefix}${place}/`, `${around}${name}/`);
    for (const [path, inner] of inside) names.set(path, inner);
  }
  return names;
}

/** Return whether Keras 2 and tfjs name the variables of an inner layer after the enclosing one: `lstm/kernel`. */
export const sharesScope = (outer: Layer, inner: Layer): boolean =>
  outer.className === 'TimeDistributed' || inner.className.endsWith('Cell');

/** A layer with its own weights, and its position among named layers. */
export interface WeightOwnerAtPath {
  /** Whether files may name the weights after the enclosing layer. */
  readonly inOuterScope: boolean;
  /** Names of the enclosing layers and its own, without the root. */
  readonly path: readonly string[];
  readonly layer: Layer;
  readonly weights: readonly Weight[];
}

/** List the layers with weights, each once. A weight named `gate/kernel` belongs to an inner layer `gate`. */
export function weightOwners(root: Layer): WeightOwnerAtPath[] {
  const owners = new Map<string, WeightOwnerAtPath & { weights: Weight[] }>();
  for (const { path, layer, weight, inOuterScope } of weightsByOwner(root)) {
    const parts = [...path, ...weight.name.split('/').slice(0, -1)];
    const key = parts.join('/');
    const owner = owners.get(key) ?? { path: parts, layer, inOuterScope, weights: [] };
    owners.set(key, owner);
    owner.weights.push(weight);
  }
  return [...owners.values()];
}

interface OwnedWeight extends Omit<WeightOwnerAtPath, 'weights'> {
  readonly weight: Weight;
}

function* weightsByOwner(root: Layer): Generator<OwnedWeight> {
  const seen = new Set<Layer>();
  const pending: Omit<OwnedWeight, 'weight'>[] = [{ layer: root, path: [], inOuterScope: false }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { layer, path } = next;
    if (seen.has(layer)) continue;
    seen.add(layer);
    for (const weight of ownWeights(layer)) yield { ...next, weight };
    const inner = layer.sublayers.map((sublayer) => ({
      layer: sublayer,
      path: [...path, sublayer.name],
      inOuterScope: sharesScope(layer, sublayer),
    }));
    pending.push(...inner.reverse());
  }
}

/** Return unique names of weights in a model: names of nested models precede those of their layers. */
export const namedWeights = (model: Layer): [string, Weight][] =>
  [...weightsByOwner(model)].map(({ path, weight }) => [[...path, weight.name].join('/'), weight]);

/** Read the values of every weight of a model. */
export async function weightArrays(model: Layer): Promise<Map<Weight, StoredArray>> {
  const arrays = new Map<Weight, StoredArray>();
  for (const weight of model.weights) arrays.set(weight, await hostArray(weight.variable));
  return arrays;
}

/** Return Keras's prefix of variables, the model's name: a sequential model builds its layers itself. */
export const variablePrefix = (model: Model): string => (model instanceof Sequential ? `${model.name}/` : '');
