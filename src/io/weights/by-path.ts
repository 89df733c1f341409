import { FormatError } from '../../base/errors.js';
import type { Layer } from '../../layers/base/layer.js';
import type { Hdf5Group } from '../hdf5/read.js';
import { type Assignment, assignAll, type WeightOptions, type WeightReport } from './assign.js';
import { layerPaths, ownWeights } from './layer-tree.js';

/* Weights by path, as .keras and .weights.h5 have them: `layers/conv2d_1/vars/0`. */

/** Whether a file holds weights by path. */
export const hasPaths = (root: Hdf5Group): boolean => {
  const keys = root.keys();
  return keys.includes('layers') || keys.includes('_layer_checkpoint_dependencies') || keys.includes('vars');
};

/**
 * @param names of layers by their paths, where the config says them
 * @throws FormatError
 */
export function loadByPath(
  root: Hdf5Group,
  model: Layer,
  options: WeightOptions,
  names?: ReadonlyMap<string, string>,
): WeightReport {
  const assignments: Assignment[] = [];
  const skipped: string[] = [];
  for (const { path, layer, group } of groupsOf(root, model, options, names)) {
    const weights = ownWeights(layer);
    if (weights.length === 0) continue;
    const vars = group?.child('vars');
    const count = vars?.keys().length ?? 0;
    if (!vars || count !== weights.length) {
      // By name, a layer that the file does not have stays as it is.
      if (options.byName && !group) continue;
      const place = `${root.file.name}: /${path}/vars`;
      const message = `${place}: ${count} weights for ${layer.describe()}, which has ${weights.length}`;
      if (!options.skipMismatch) throw new FormatError(message);
      skipped.push(message);
      continue;
    }
    for (const [index, weight] of weights.entries()) {
      const array = vars.array(String(index));
      if (!array) throw vars.fail(`no array ${index}`);
      assignments.push({ weight, array, caller: `${root.file.name}: ${vars.path}/${index}` });
    }
  }
  return assignAll(assignments, options, skipped);
}

interface LayerGroup {
  readonly path: string;
  readonly layer: Layer;
  readonly group: Hdf5Group | null;
}

function groupsOf(
  root: Hdf5Group,
  model: Layer,
  { byName }: WeightOptions,
  names: ReadonlyMap<string, string> | undefined,
): LayerGroup[] {
  const placed = layerPaths(model);
  if (!byName) return placed.map(({ path, layer }) => ({ path, layer, group: findGroup(root, path) }));
  const groups = groupsByName(root, names);
  return placed.map(({ path, layer }) => ({ path, layer, group: groups.get(layer.name) ?? null }));
}

/** Keras 2.12 and 2.13 call a model's layers otherwise. */
function findGroup(root: Hdf5Group, path: string): Hdf5Group | null {
  if (path === '') return root;
  return root.child(path) ?? root.child(path.replaceAll(/(^|\/)layers\//g, '$1_layer_checkpoint_dependencies/'));
}

/** Groups by the names of their layers, which Keras notes since 3.3; before, by those of the config, else of the groups. */
function groupsByName(root: Hdf5Group, names?: ReadonlyMap<string, string>): Map<string, Hdf5Group> {
  const found = new Map<string, Hdf5Group>();
  const visit = (group: Hdf5Group): void => {
    for (const key of group.keys()) {
      const child = group.child(key);
      if (!child || key === 'vars' || child.path === '/optimizer') continue;
      const vars = child.child('vars');
      const name = vars?.attribute('name');
      const configured = names?.get(child.path.slice(1));
      if (vars) found.set(typeof name === 'string' ? name : (configured ?? key), child);
      visit(child);
    }
  };
  visit(root);
  return found;
}
