import type { Hdf5Group } from '../hdf5/read.js';

/*
 * Paths of each layer's variables in .keras and .weights.h5: `layers/conv2d_1/vars/0`. Source: `saving_lib.py` of
 * Keras and tf_keras.
 *
 * - Keras 2.12 and 2.13 call the list of a model's layers `_layer_checkpoint_dependencies`. It lists a layer with
 * weights twice, so that
 *   `dense`, `dense_2`, `dense_4` are the first three.
 * - Keras 2.13 to 2.15 on Windows join the parts with backslashes, so that one group is named `layers\dense`.
 */

/** A layer's variables. */
export interface VariableGroup {
  readonly vars: Hdf5Group;
  /**
   * Names of the enclosing models and of the layer, if the file has them; null if not (before Keras 3.3).
   */
  readonly name: string | null;
}

const OLD_LIST = '_layer_checkpoint_dependencies';

/** Index groups of variables by Keras 3's path: `layers/conv2d_1`, empty for the model itself. */
export function variableGroups(root: Hdf5Group): Map<string, VariableGroup> {
  const found = new Map<string, Hdf5Group>();
  const visit = (group: Hdf5Group, path: readonly string[]): void => {
    for (const key of group.keys()) {
      const child = group.child(key);
      if (!child) continue;
      if (key === 'vars') found.set(path.join('/'), child);
      else visit(child, [...path, ...key.split('\\').filter((part) => part !== '')]);
    }
  };
  visit(root, []);
  const renumbered = new Map([...renumber(found)]);
  return new Map([...renumbered].map(([path, vars]) => [path, { vars, name: nameOf(path, renumbered) }]));
}

/** Renumber paths of Keras 2.12 and 2.13 as Keras 3 does: by class, in the order of the existing numbers. */
function* renumber(groups: ReadonlyMap<string, Hdf5Group>): Generator<[string, Hdf5Group]> {
  const numbers = new Map<string, Set<number>>();
  const listed = new RegExp(`^(.*?)${OLD_LIST}/([^/]+?)(?:_(\\d+))?(/.*)?$`);
  const kindsAlong = (path: string): [kind: string, number: number][] => {
    const parts = path.split('/');
    return parts.flatMap((part, index): [string, number][] => {
      if (parts[index - 1] !== OLD_LIST) return [];
      const [, kind, number] = /^(.+?)(?:_(\d+))?$/.exec(part)!;
      return [[[...parts.slice(0, index), kind].join('/'), Number(number ?? 0)]];
    });
  };
  for (const path of groups.keys()) {
    if (!listed.test(path)) continue;
    for (const [kind, number] of kindsAlong(path)) numbers.set(kind, (numbers.get(kind) ?? new Set()).add(number));
  }
  const rank = (kind: string, number: number): number => [...numbers.get(kind)!].filter((each) => each < number).length;
  for (const [path, group] of groups) {
    const parts = path.split('/');
    const along = kindsAlong(path);
    const renamed = parts.map((part, index) => {
      if (part === OLD_LIST) return 'layers';
      if (parts[index - 1] !== OLD_LIST) return part;
      const [kind, number] = along.shift()!;
      const place = rank(kind, number);
      const name = kind.slice(kind.lastIndexOf('/') + 1);
      return place > 0 ? `${name}_${place}` : name;
    });
    yield [renamed.join('/'), group];
  }
}

/** Join the names of the layers along a path; null if one is missing. */
function nameOf(path: string, groups: ReadonlyMap<string, Hdf5Group>): string | null {
  const names: string[] = [];
  const parts = path.split('/');
  for (let end = 1; end <= parts.length; end++) {
    const group = groups.get(parts.slice(0, end).join('/'));
    if (!group) continue;
    const name = group.attribute('name');
    if (typeof name !== 'string') return null;
    names.push(name);
  }
  return names.length > 0 ? names.join('/') : null;
}
