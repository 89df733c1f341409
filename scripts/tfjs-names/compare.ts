import * as nb from '../../src/index.js';
import type { Exports } from './exports.js';
import { typeExportsOf } from './type-exports.js';

/* Which of tfjs's names nabla has, and how the others are explained. */

/** One sentence for several names: `gather`, `Tensor.fft`, or `webgl.*` for a whole group. */
export interface Remark {
  readonly text: string;
  readonly names: readonly string[];
}

/** All that people write: the file reasons.json. */
export interface Reasons {
  /** Families that nabla leaves to others. */
  readonly outside: readonly Remark[];
  readonly missing: readonly Remark[];
  readonly different: readonly Remark[];
  /** Behaviour that no name shows: what, in tfjs, in nabla, why. */
  readonly behaviour: readonly (readonly [string, string, string, string])[];
}

export interface Compared {
  readonly group: string;
  readonly same: readonly string[];
  readonly different: readonly string[];
  readonly outside: readonly string[];
  readonly missing: readonly string[];
}

/** Instances, because fields are not in a prototype. */
const INSTANCES: Readonly<Record<string, () => object>> = {
  Tensor: () => nb.scalar(0),
  Variable: () => nb.variable(nb.scalar(0)),
  SymbolicTensor: () => nb.input({ shape: [1] }),
  'layers.Layer': () => nb.layers.dense({ units: 1 }),
  LayersModel: () => nb.sequential(),
  Sequential: () => nb.sequential(),
  Optimizer: () => nb.train.sgd(0.1),
  'data.Dataset': () => nb.data.array([1]),
};

/** The object that has the names of a group; null where nabla has no such object. */
function placeOf(group: string): object | null {
  if (group === 'tf') return nb;
  if (Object.hasOwn(INSTANCES, group)) return INSTANCES[group]();
  const found = (nb as Record<string, unknown>)[group];
  if (typeof found === 'function') return found.prototype;
  return typeof found === 'object' ? found : null;
}

/** As pages and reasons call a name: `gather`, `image.transform`. */
export const fullName = (group: string, name: string): string => (group === 'tf' ? name : `${group}.${name}`);

function remarked(remarks: readonly Remark[], group: string, name: string): boolean {
  const wanted = new Set([fullName(group, name), `${group}.*`]);
  return remarks.some(({ names }) => names.some((each) => wanted.has(each)));
}

/** @throws Error naming every name that is missing without a reason */
export function compare({ groups }: Exports, { outside, missing, different }: Reasons): Compared[] {
  const types = new Set(typeExportsOf('index.ts'));
  const unexplained: string[] = [];
  const compared = Object.entries(groups).map(([group, names]) => {
    const place = placeOf(group);
    const has = (name: string) => (group === 'types' ? types.has(name) : place !== null && name in place);
    const there = names.filter(has);
    const absent = names.filter((name) => !has(name));
    const left = absent.filter((name) => !remarked([...outside, ...missing], group, name));
    unexplained.push(...left.map((name) => fullName(group, name)));
    return {
      group,
      same: there.filter((name) => !remarked(different, group, name)),
      different: there.filter((name) => remarked(different, group, name)),
      outside: absent.filter((name) => remarked(outside, group, name)),
      missing: absent.filter((name) => !remarked(outside, group, name)),
    };
  });
  if (unexplained.length > 0) throw new Error(`missing without a reason: ${unexplained.join(', ')}`);
  return compared;
}

/**
 * The reasons without the names that nabla has meanwhile.
 * @throws Error naming what is in the reasons and not in tfjs
 */
export function prune(exports: Exports, reasons: Reasons): Reasons {
  const compared = compare(exports, reasons);
  const namesOf = (kinds: readonly (keyof Omit<Compared, 'group'>)[]): string[] =>
    compared.flatMap((each) => kinds.flatMap((kind) => each[kind].map((name) => fullName(each.group, name))));
  const among = (names: readonly string[]) => (name: string) =>
    name.endsWith('.*') ? names.some((each) => each.startsWith(name.slice(0, -1))) : names.includes(name);
  const isKnown = among(namesOf(['same', 'different', 'missing', 'outside']));
  const given = [...reasons.outside, ...reasons.missing, ...reasons.different].flatMap(({ names }) => names);
  const unknown = given.filter((name) => !isKnown(name));
  if (unknown.length > 0) throw new Error(`reasons for what tfjs does not have: ${unknown.join(', ')}`);
  const isAbsent = among(namesOf(['missing', 'outside']));
  const needed = (remarks: readonly Remark[]): Remark[] =>
    remarks.map(({ text, names }) => ({ text, names: names.filter(isAbsent) })).filter(({ names }) => names.length > 0);
  return { ...reasons, outside: needed(reasons.outside), missing: needed(reasons.missing) };
}
