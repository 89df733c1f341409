import { FormatError } from '../../base/errors.js';
import type { Layer } from '../../layers/base/layer.js';
import type { Hdf5Group } from '../hdf5/read.js';
import { type Assignment, assignAll, isPartial, type WeightOptions, type WeightReport } from './assign.js';
import { type LayerAtPath, layerPaths, ownWeights } from './layer-tree.js';
import { pairInOrder } from './pair-layers.js';
import { type VariableGroup, variableGroups } from './path-index.js';

/* Weights by path, as in .keras and .weights.h5: `layers/conv2d_1/vars/0`. */

/** Return whether a file contains weights by path. */
export const hasPaths = (root: Hdf5Group): boolean =>
  root.keys().some((key) => /^(layers|_layer_checkpoint_dependencies|vars)($|\\)/.test(key));

interface StoredLayer {
  readonly path: string;
  readonly vars: Hdf5Group;
  /** Name, preceded by those of the enclosing models; null if neither file nor config states it. */
  readonly name: string | null;
}

/**
 * @param names of layers by path, if the file has a config
 * @throws FormatError
 */
export function loadByPath(
  root: Hdf5Group,
  model: Layer,
  options: WeightOptions,
  names?: ReadonlyMap<string, string>,
): WeightReport {
  const stored = new Map(
    [...variableGroups(root)].map(([path, { vars, name }]: [string, VariableGroup]): [string, StoredLayer] => [
      path,
      { path, vars, name: names?.get(path) ?? name },
    ]),
  );
  const assignments: Assignment[] = [];
  const skipped: string[] = [];
  for (const { path, layer, source } of sourcesOf(root, stored, model, options)) {
    const weights = ownWeights(layer);
    const vars = source?.vars;
    const count = vars?.keys().length ?? 0;
    if (!vars || count !== weights.length) {
      if (isPartial(options) && !vars) continue;
      const message = `${root.file.name}: /${path}/vars: ${count} weights for ${layer.describe()}, which has ${weights.length}`;
      if (!options.skipMismatch) throw new FormatError(message);
      skipped.push(message);
      continue;
    }
    for (const [index, weight] of weights.entries()) {
      const array = vars.numbers(String(index));
      if (!array) throw vars.fail(`no array ${index}`);
      const caller = `${root.file.name}: ${vars.path}/${index}`;
      assignments.push({ weight, shape: array.shape, read: () => array.read(), caller });
    }
  }
  return assignAll(model, assignments, options, skipped);
}

interface Source {
  readonly path: string;
  readonly layer: Layer;
  readonly source: StoredLayer | null;
}

/**
 * Find the weights of each layer: by its name if the file has names for all layers of the model, else by
 * its path.
 */
function sourcesOf(
  root: Hdf5Group,
  stored: ReadonlyMap<string, StoredLayer>,
  model: Layer,
  options: WeightOptions,
): Source[] {
  const placed = layerPaths(model).filter(({ layer }) => ownWeights(layer).length > 0);
  if (options.byOrder) return placed.map((each) => ({ ...each, source: stored.get(each.path) ?? null }));
  const byName = uniqueNames([...stored.values()]);
  const named = placed.map((each): Source => ({ ...each, source: byName(each) }));
  if (isPartial(options)) {
    if ([...stored.values()].every(({ name }) => name === null)) {
      throw new FormatError(
        `${root.file.name}: it has no layer names (Keras writes them since 3.3), which { byName: true } ` +
          'and { strict: false } need',
      );
    }
    return named;
  }
  if (named.every(({ source }) => source !== null)) return named;
  const found = placed.filter(({ path }) => stored.has(path));
  const pairs = pairInOrder(
    found.map(({ path }) => ({ ...stored.get(path)!, name: lastName(stored.get(path)!.name) })),
    found.map(({ layer }) => layer),
    options,
    (message) => new FormatError(`${root.file.name}: ${message}`),
  );
  const sources = new Map<Layer, StoredLayer>(pairs.map(([source, layer]) => [layer, source]));
  return placed.map((each) => ({ ...each, source: sources.get(each.layer) ?? null }));
}

const lastName = (name: string | null): string | null => name?.slice(name.lastIndexOf('/') + 1) ?? null;

/** Find a layer by its name and those of the enclosing models, else by its own name if that is unique. */
function uniqueNames(stored: readonly StoredLayer[]): (layer: LayerAtPath) => StoredLayer | null {
  const whole = new Map<string, StoredLayer>();
  const last = new Map<string, StoredLayer | null>();
  for (const layer of stored) {
    if (layer.name === null) continue;
    whole.set(layer.name, layer);
    const own = lastName(layer.name)!;
    last.set(own, last.has(own) ? null : layer);
  }
  return ({ names, layer }) => whole.get(names) ?? last.get(layer.name) ?? null;
}
