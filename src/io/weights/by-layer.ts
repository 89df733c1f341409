import { FormatError } from '../../base/errors.js';
import type { Layer } from '../../layers/base/layer.js';
import type { Weight } from '../../layers/base/weight.js';
import type { Model } from '../../models/model.js';
import type { FileArray } from '../bytes/stored-array.js';
import type { Hdf5Group } from '../hdf5/read.js';
import { readTexts } from '../keras/attributes.js';
import { fromCudnn, isCudnnBias, shapeFromCudnn } from '../keras/cudnn-weights.js';
import { concatenated, joinedGates } from '../keras/gate-weights.js';
import { convertedKernel, convertedShape, type KernelSource } from '../keras/kernel-layouts.js';
import type { Generation } from '../keras/origin.js';
import { type Assignment, assignAll, isPartial, some, type WeightOptions, type WeightReport } from './assign.js';
import { legacyOrder } from './layer-tree.js';
import { matchVariables } from './match-variables.js';
import { type NamedLayer, pairInOrder } from './pair-layers.js';

/*
 * Weights by layer, as in files of Keras 1, Keras 2 and Keras 3's .h5: the attribute `layer_names` lists the layers'
 * groups, in each of which `weight_names` lists its arrays, the trainable ones first.
 */

interface StoredLayer extends NamedLayer {
  readonly name: string;
  readonly group: Hdf5Group;
  readonly weights: readonly string[];
  /** Names of the arrays of a weight whose gates Keras 1 stores separately. */
  readonly parts: ReadonlyMap<string, readonly string[]>;
}

/** Return whether a group contains weights by layer. */
export const hasLayerNames = (group: Hdf5Group): boolean => readTexts(group, 'layer_names') !== null;

/** @throws FormatError */
export function loadByLayer(
  group: Hdf5Group,
  generation: Generation,
  model: Model,
  options: WeightOptions,
): WeightReport {
  const stored = storedLayers(group);
  const source: KernelSource = { generation, backend: group.attribute('backend') };
  const pairs = isPartial(options) ? pairByName(stored, model.layers) : pairAll(stored, model.layers, group, options);
  const skipped: string[] = [];
  const assignments: Assignment[] = [];
  for (const [from, layer] of pairs) {
    const caller = `${group.file.name}: ${from.group.path}`;
    const matched = weightsWithin(from, layer, options);
    if (typeof matched === 'string') {
      if (!options.skipMismatch) throw new FormatError(`${caller}: ${matched}`);
      skipped.push(`${caller}: ${matched}`);
      continue;
    }
    const isCudnn = cudnnCells(from, layer, matched);
    for (const [weight, name] of matched) {
      const array = arrayOf(from, name);
      const owner = ownerOf(layer, weight);
      const ofCudnn = isCudnn.has(owner);
      assignments.push({
        weight,
        shape: ofCudnn ? shapeFromCudnn(weight.name, array.shape, owner) : convertedShape(array.shape, owner, source),
        read: () =>
          ofCudnn ? fromCudnn(weight.name, array.read(), owner) : convertedKernel(array.read(), owner, source),
        caller: `${caller}/${name}`,
      });
    }
  }
  return assignAll(model, assignments, options, skipped);
}

function storedLayers(group: Hdf5Group): StoredLayer[] {
  const names = readTexts(group, 'layer_names');
  if (!names) throw group.fail('no attribute layer_names, expected the layers of the model');
  return names.map((name): StoredLayer => {
    const layer = group.child(name);
    if (!layer) throw group.fail(`no group for the layer ${name}`);
    const arrays = joinedGates(readTexts(layer, 'weight_names') ?? []);
    const parts = new Map(arrays.map((array) => [array.name, array.parts]));
    return { name, group: layer, weights: [...parts.keys()], parts };
  });
}

function arrayOf({ group, parts }: StoredLayer, weight: string): FileArray {
  const arrays = parts.get(weight)!.map((name) => {
    const array = group.numbers(name);
    if (!array) throw group.fail(`no array for the weight ${name}`);
    return array;
  });
  return concatenated(arrays);
}

/**
 * Return the trainable weights sorted by their names in the file; Keras up to 2.0.5 stores an optimizer's slots
 * in this order.
 */
export function weightsSortedByName(group: Hdf5Group, model: Model): Weight[] {
  const names = new Map<Weight, string>();
  for (const [from, layer] of pairAll(storedLayers(group), model.layers, group, {})) {
    const matched = weightsWithin(from, layer, {});
    if (typeof matched !== 'string') for (const [weight, name] of matched) names.set(weight, name);
  }
  // By code points, as in Python.
  const before = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...model.trainableWeights].sort((a, b) => before(names.get(a) ?? '', names.get(b) ?? ''));
}

/** Pair the arrays and weights of one layer, or return the reason why they do not match. */
function weightsWithin(
  { weights: names }: StoredLayer,
  layer: Layer,
  options: WeightOptions,
): (readonly [Weight, string])[] | string {
  const weights = legacyOrder(layer);
  if (weights.length !== names.length) {
    return `${names.length} weights for ${layer.describe()}, which has ${weights.length}`;
  }
  const { pairs, missing, unused } = matchVariables(names, layer);
  if (missing.length === 0) return [...pairs];
  if (options.byOrder) return weights.map((weight, index) => [weight, names[index]]);
  return `${some(unused)} for ${layer.describe()}, which has ${some(missing.map(({ path }) => path))}; { byOrder: true } matches them in order`;
}

/** The cells inside a layer whose arrays are in cuDNN's layout. */
function cudnnCells(from: StoredLayer, layer: Layer, matched: readonly (readonly [Weight, string])[]): Set<Layer> {
  const cells = matched.flatMap(([weight, name]) => {
    const owner = ownerOf(layer, weight);
    const shape = weight.name === 'bias' ? arrayOf(from, name).shape : undefined;
    return shape && isCudnnBias(shape, owner) ? [owner] : [];
  });
  return new Set(cells);
}

/** Return the layer inside `root` that holds a weight: its class determines the layout of kernels. */
function ownerOf(root: Layer, weight: Weight): Layer {
  const inner = root.sublayers.find((layer) => layer.weights.includes(weight));
  return inner ? ownerOf(inner, weight) : root;
}

/** Pair layers of the same name; the others stay unpaired. */
function pairByName(stored: readonly StoredLayer[], layers: readonly Layer[]): [StoredLayer, Layer][] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  return stored.flatMap((each): [StoredLayer, Layer][] => {
    const layer = byName.get(each.name);
    return layer ? [[each, layer]] : [];
  });
}

/** Pair every layer with weights. @throws FormatError when names or counts differ */
function pairAll(
  stored: readonly StoredLayer[],
  layers: readonly Layer[],
  group: Hdf5Group,
  options: WeightOptions,
): (readonly [StoredLayer, Layer])[] {
  const weighted = layers.filter(({ weights }) => weights.length > 0);
  const sources = stored.filter(({ weights }) => weights.length > 0);
  const byName = new Map(weighted.map((layer) => [layer.name, layer]));
  const named = sources.filter(({ name }) => byName.has(name));
  if (weighted.length !== sources.length) {
    const lacking = weighted.filter(({ name }) => !sources.some((source) => source.name === name));
    throw group.fail(
      `${sources.length} layers with weights, the model has ${weighted.length}: ` +
        `${some(lacking.map(({ name }) => name)) || 'none'} are not in the file; { byName: true } loads the common layers`,
    );
  }
  // A file of the same model names every layer; its order does not matter then.
  if (named.length === sources.length) return sources.map((each) => [each, byName.get(each.name)!]);
  return pairInOrder(sources, weighted, options, (message) => group.fail(message));
}
