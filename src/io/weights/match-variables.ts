import type { Layer } from '../../layers/base/layer.js';
import type { Weight } from '../../layers/base/weight.js';
import { weightOwners } from './layer-tree.js';
import { creationOrder, isAutomaticName, parseVariableName, variableAliases } from './variable-names.js';

/** Assignment of a file's arrays to weights. */
export interface VariableMatch {
  readonly pairs: readonly (readonly [weight: Weight, name: string])[];
  /** Weights without an array. */
  readonly missing: readonly Weight[];
  /** Names without a weight. */
  readonly unused: readonly string[];
}

/** The variables of one layer by their names in a file. */
interface StoredOwner {
  readonly path: readonly string[];
  readonly variables: { readonly variable: string; readonly name: string }[];
}

/** A layer with its own weights. */
interface ModelOwner {
  readonly path: readonly string[];
  readonly layer: Layer;
  readonly inOuterScope: boolean;
  readonly weights: readonly Weight[];
}

/**
 * Match arrays with the weights of a layer, and of all layers inside it, by their names. The order of the names does
 * not matter: Keras writes frozen weights last, so it depends on `trainable`. Layers with automatic names
 * (`dense_3`) are matched in the order of their creation when the names themselves do not agree.
 */
export function matchVariables(names: readonly string[], root: Layer): VariableMatch {
  const stored = storedOwners(names);
  const owners = weightOwners(root);
  const pairs: (readonly [Weight, string])[] = [];
  for (const [owner, source] of matchOwners(stored, owners)) pairs.push(...matchWithin(source, owner));
  const matchedWeights = new Set(pairs.map(([weight]) => weight));
  const matchedNames = new Set(pairs.map(([, name]) => name));
  return {
    pairs,
    missing: owners.flatMap(({ weights }) => weights.filter((weight) => !matchedWeights.has(weight))),
    unused: names.filter((name) => !matchedNames.has(name)),
  };
}

function storedOwners(names: readonly string[]): StoredOwner[] {
  const owners = new Map<string, StoredOwner>();
  for (const name of names) {
    const { owner: path, variable } = parseVariableName(name);
    const key = path.join('/');
    if (!owners.has(key)) owners.set(key, { path, variables: [] });
    owners.get(key)!.variables.push({ variable, name });
  }
  return [...owners.values()];
}

function matchOwners(stored: readonly StoredOwner[], owners: readonly ModelOwner[]): Map<ModelOwner, StoredOwner> {
  if (stored.length === 1 && owners.length === 1) return new Map([[owners[0], stored[0]]]);
  const matched = new Map<ModelOwner, StoredOwner>();
  const free = new Set(stored);
  const take = (owner: ModelOwner, source: StoredOwner | null): void => {
    if (!source || matched.has(owner) || !free.delete(source)) return;
    matched.set(owner, source);
  };
  // TensorFlow numbers a scope that already exists: the layer `dense` may have `dense_1/kernel`.
  for (const plain of [(name: string) => name, (name: string) => name.replace(/_\d+$/, '')]) {
    for (const owner of owners) if (!matched.has(owner)) take(owner, closest(owner, [...free], plain));
    if (matched.size === 0) break;
  }
  const unnamed = owners.filter((owner) => !matched.has(owner));
  for (const [owner, source] of inOrderOfCreation(unnamed, [...free])) take(owner, source);
  return matched;
}

/**
 * Find the stored owner whose path has the longest common ending with a layer's; null if there is none, or more
 * than one.
 */
function closest(
  owner: ModelOwner,
  candidates: readonly StoredOwner[],
  plain: (name: string) => string,
): StoredOwner | null {
  if (owner.path.length === 0) {
    const ownName = candidates.filter(({ path }) => path.length === 0 || plain(path.at(-1)!) === owner.layer.name);
    return ownName.find(({ path }) => path.length === 0) ?? ownName[0] ?? null;
  }
  const paths = owner.inOuterScope ? [owner.path, owner.path.slice(0, -1)] : [owner.path];
  const scores = candidates.map((candidate) =>
    Math.max(...paths.map((path) => commonEnd(path, candidate.path.map(plain)))),
  );
  const best = Math.max(0, ...scores);
  if (best === 0 || scores.indexOf(best) !== scores.lastIndexOf(best)) return null;
  return candidates[scores.indexOf(best)];
}

function commonEnd(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[a.length - 1 - count] === b[b.length - 1 - count]) count++;
  return count;
}

/**
 * Pair layers with automatic names, kind by kind. Empty if a name is not automatic, or the counts of a kind
 * differ.
 */
function inOrderOfCreation(
  owners: readonly ModelOwner[],
  stored: readonly StoredOwner[],
): (readonly [ModelOwner, StoredOwner])[] {
  const kinds = new Map<string, ModelOwner[]>();
  for (const owner of owners) {
    const { className } = owner.layer;
    kinds.set(className, [...(kinds.get(className) ?? []), owner]);
  }
  const pairs: (readonly [ModelOwner, StoredOwner])[] = [];
  const nameOf = ({ path }: StoredOwner): string => path.at(-1) ?? '';
  for (const group of kinds.values()) {
    const { layer } = group[0];
    if (!group.every((owner) => isAutomaticName(owner.layer.name, layer))) return [];
    const sources = stored.filter((each) => isAutomaticName(nameOf(each), layer));
    if (sources.length !== group.length) return [];
    const byCreation = <T>(list: readonly T[], name: (each: T) => string): T[] =>
      [...list].sort((a, b) => creationOrder(name(a)) - creationOrder(name(b)));
    const inOrder = byCreation(sources, nameOf);
    for (const [index, owner] of byCreation(group, (each) => each.layer.name).entries()) {
      pairs.push([owner, inOrder[index]]);
    }
  }
  return pairs.length === stored.length ? pairs : [];
}

/** Pair within one layer. If no name agrees, as for custom classes, Keras's order decides. */
function matchWithin({ variables }: StoredOwner, { layer, weights }: ModelOwner): (readonly [Weight, string])[] {
  const pairs = weights.flatMap((weight): [Weight, string][] => {
    const last = variableAliases(layer, weight).map((name) => name.slice(name.lastIndexOf('/') + 1));
    const exact = variables.filter(({ variable }) => last.includes(variable));
    // TensorFlow and tfjs number all but the first of several variables with the same name: `kernel_2`.
    const found =
      exact.length > 0 ? exact : variables.filter((each) => last.includes(each.variable.replace(/_\d+$/, '')));
    return found.length === 1 ? [[weight, found[0].name]] : [];
  });
  if (pairs.length > 0 || variables.length !== weights.length) return pairs;
  return weights.map((weight, index) => [weight, variables[index].name]);
}
