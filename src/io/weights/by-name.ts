import { FormatError } from '../../base/errors.js';
import type { Weight } from '../../layers/base/weight.js';
import type { Model } from '../../models/model.js';
import type { NamedArray } from '../array.js';
import { type Assignment, assignAll, type WeightOptions, type WeightReport } from './assign.js';
import { namedWeights } from './layer-tree.js';

/* Weights by name, as safetensors and model.json have them: `conv2d_1/kernel`. */

/** Keras 2 numbers the outputs of its ops: `kernel:0`. */
const plainName = (name: string): string => name.replace(/:0$/, '');

/**
 * @param options.ordered whether the file keeps the model's order: then weights whose layers have other names are matched by their place
 * @param file for messages
 * @throws FormatError when a weight of the model is not in the file, unless `byName`, or the file has others too
 */
export function loadByName(
  arrays: readonly NamedArray[],
  model: Model,
  options: WeightOptions & { readonly ordered: boolean },
  file: string,
): WeightReport {
  const byName = new Map(arrays.map((array) => [plainName(array.name), array]));
  const unmatched: [string, Weight][] = [];
  const unused = new Set(arrays);
  const pairs: [Weight, NamedArray][] = [];
  for (const [name, weight] of namedWeights(model)) {
    const array = byName.get(name) ?? byName.get(weight.path) ?? byName.get(`${model.name}/${name}`);
    if (array) pairs.push([weight, array]);
    else unmatched.push([name, weight]);
    if (array) unused.delete(array);
  }
  const left = [...unused];
  const missing = unmatched.map(([name]) => name);
  if (!options.byName && (missing.length > 0 || left.length > 0)) {
    if (!options.ordered || !sameWeights(unmatched, left)) throw mismatch(file, missing, left);
    for (const [index, [, weight]] of unmatched.entries()) pairs.push([weight, left[index]]);
  }
  const assignments = pairs.map(([weight, array]): Assignment => ({ weight, array, caller: `${file}: ${array.name}` }));
  if (!options.byName) return assignAll(assignments, options);
  return assignAll(assignments, options, [
    ...missing.map((name) => `${file}: there is no ${name}`),
    ...left.map(({ name }) => `${file}: ${name} is not in the model`),
  ]);
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** Whether two lists name the same kinds of weights in one order: `kernel`, `bias`, … */
const sameWeights = (unmatched: readonly [string, Weight][], left: readonly NamedArray[]): boolean =>
  unmatched.length === left.length &&
  unmatched.every(([name], index) => lastPart(name) === lastPart(plainName(left[index].name)));

function mismatch(file: string, missing: readonly string[], unused: readonly NamedArray[]): FormatError {
  const some = (names: readonly string[]) => names.slice(0, 3).join(', ') + (names.length > 3 ? ', …' : '');
  if (missing.length > 0) {
    return new FormatError(`${file}: ${missing.length} weights of the model are not in it: ${some(missing)}`);
  }
  return new FormatError(
    `${file}: ${unused.length} weights in it are not the model's: ${some(unused.map(({ name }) => name))}`,
  );
}
