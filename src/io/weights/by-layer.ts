import { FormatError } from '../../base/errors.js';
import type { Layer } from '../../layers/base/layer.js';
import type { Model } from '../../models/model.js';
import type { Hdf5Group } from '../hdf5/read.js';
import { readTexts } from '../keras/attributes.js';
import { convertKernels } from '../keras/theano.js';
import { type Assignment, assignAll, type WeightOptions, type WeightReport } from './assign.js';
import { legacyOrder } from './layer-tree.js';

/*
 * Weights by layer, as Keras 1, Keras 2 and Keras 3's .h5 have them: the attribute `layer_names` lists the layers' groups, in each
 * of which `weight_names` lists its arrays, the trainable ones first.
 */

interface StoredLayer {
  readonly name: string;
  readonly group: Hdf5Group;
  readonly weights: readonly string[];
}

/** Whether a group holds weights by layer. */
export const hasLayerNames = (group: Hdf5Group): boolean => readTexts(group, 'layer_names') !== null;

/** @throws FormatError */
export function loadByLayer(group: Hdf5Group, model: Model, options: WeightOptions): WeightReport {
  const names = readTexts(group, 'layer_names');
  if (!names) throw group.fail('no attribute layer_names, expected the layers of the model');
  const stored = names.map((name): StoredLayer => {
    const layer = group.child(name);
    if (!layer) throw group.fail(`no group for the layer ${name}`);
    return { name, group: layer, weights: readTexts(layer, 'weight_names') ?? [] };
  });
  const backend = group.attribute('backend');
  const skipped: string[] = [];
  const assignments: Assignment[] = [];
  const pairs = options.byName ? pairByName(stored, model.layers) : pairByOrder(stored, model.layers, group);
  for (const [source, layer] of pairs) {
    const weights = legacyOrder(layer);
    const caller = `${group.file.name}: ${source.group.path}`;
    if (weights.length !== source.weights.length) {
      const message = `${caller}: ${source.weights.length} weights for ${layer.describe()}, which has ${weights.length}`;
      if (!options.skipMismatch) throw new FormatError(message);
      skipped.push(message);
      continue;
    }
    for (const [index, weight] of weights.entries()) {
      const name = source.weights[index];
      const array = source.group.array(name);
      if (!array) throw source.group.fail(`no array for the weight ${name}`);
      assignments.push({ weight, array: convertKernels(array, layer, backend), caller: `${caller}/${name}` });
    }
  }
  return assignAll(assignments, options, skipped);
}

/** Layers that share a name; the rest of either side stays alone. */
function pairByName(stored: readonly StoredLayer[], layers: readonly Layer[]): [StoredLayer, Layer][] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  return stored.flatMap((each): [StoredLayer, Layer][] => {
    const layer = byName.get(each.name);
    return layer ? [[each, layer]] : [];
  });
}

/** Keras's way: those that have weights, in order. */
function pairByOrder(
  stored: readonly StoredLayer[],
  layers: readonly Layer[],
  group: Hdf5Group,
): [StoredLayer, Layer][] {
  const weighted = layers.filter(({ weights }) => weights.length > 0);
  const sources = stored.filter(({ weights }) => weights.length > 0);
  if (weighted.length !== sources.length) {
    throw group.fail(`${sources.length} layers with weights, the model has ${weighted.length}`);
  }
  // A file of this very model names every layer; then its order does not matter.
  const byName = new Map(weighted.map((layer) => [layer.name, layer]));
  if (sources.every(({ name }) => byName.has(name))) return sources.map((each) => [each, byName.get(each.name)!]);
  return sources.map((each, index) => [each, weighted[index]]);
}
