import type { Weight } from '../../layers/weight.js';
import type { Model } from '../../models/model.js';
import { FormatError } from '../../tensor/errors.js';
import type { NamedArray } from '../array.js';
import { type Assignment, assignAll, type WeightOptions, type WeightReport } from './assign.js';
import { namedWeights } from './layers.js';

/* Weights by name, as safetensors and model.json have them: `conv2d_1/kernel`. */

/** Keras 2 numbers the outputs of its ops: `kernel:0`. */
const plainName = (name: string): string => name.replace(/:0$/, '');

/**
 * @param file for messages
 * @throws FormatError when a weight of the model is not in the file, unless `byName`, or the file has others too
 */
export function loadNamed(
  arrays: readonly NamedArray[],
  model: Model,
  options: WeightOptions,
  file: string,
): WeightReport {
  const named = namedWeights(model);
  const byName = new Map(arrays.map((array) => [plainName(array.name), array]));
  const assignments: Assignment[] = [];
  const missing: string[] = [];
  const used = new Set<NamedArray>();
  for (const [name, weight] of named) {
    const array = byName.get(name) ?? byName.get(weight.path) ?? byName.get(`${model.name}/${name}`);
    if (!array) {
      missing.push(name);
      continue;
    }
    used.add(array);
    assignments.push({ weight, array, where: `${file}: ${array.name}` });
  }
  const unused = arrays.filter((array) => !used.has(array)).map(({ name }) => name);
  if (!options.byName && (missing.length > 0 || unused.length > 0)) {
    // Names that differ throughout, as those of a model that was renamed: the order tells, if the shapes agree.
    if (used.size > 0 || missing.length !== unused.length) throw mismatch(file, missing, unused);
    return assignAll(inOrder(arrays, named, file), options);
  }
  return assignAll(assignments, options, [
    ...missing.map((name) => `${file}: there is no ${name}`),
    ...unused.map((name) => `${file}: ${name} is not in the model`),
  ]);
}

const inOrder = (arrays: readonly NamedArray[], named: [string, Weight][], file: string): Assignment[] =>
  named.map(([, weight], index) => ({ weight, array: arrays[index], where: `${file}: ${arrays[index].name}` }));

function mismatch(file: string, missing: readonly string[], unused: readonly string[]): FormatError {
  const some = (names: readonly string[]) => names.slice(0, 3).join(', ') + (names.length > 3 ? ', …' : '');
  if (missing.length > 0) {
    return new FormatError(`${file}: ${missing.length} weights of the model are not in it: ${some(missing)}`);
  }
  return new FormatError(`${file}: ${unused.length} weights in it are not the model's: ${some(unused)}`);
}
