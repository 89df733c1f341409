import { FormatError } from '../../base/errors.js';
import type { Weight } from '../../layers/base/weight.js';
import type { Model } from '../../models/model.js';
import type { NamedFileArray } from '../bytes/stored-array.js';
import { type Assignment, assignAll, isPartial, some, type WeightOptions, type WeightReport } from './assign.js';
import { matchVariables } from './match-variables.js';
import { parseVariableName } from './variable-names.js';

/* Weights by name, as in safetensors and model.json: `conv2d_1/kernel`. */

/**
 * @param file for messages
 * @throws FormatError when a weight of the model is not in the file, or the file has others too, unless `byName`
 */
export function loadByName(
  arrays: readonly NamedFileArray[],
  model: Model,
  options: WeightOptions,
  file: string,
): WeightReport {
  const byName = new Map(arrays.map((array) => [array.name, array]));
  const { pairs, missing, unused } = matchVariables([...byName.keys()], model);
  const chosen = [...pairs];
  if (!isPartial(options) && (missing.length > 0 || unused.length > 0)) {
    if (!options.byOrder || !sameKinds(missing, unused)) throw mismatch(file, missing, unused);
    for (const [index, weight] of missing.entries()) chosen.push([weight, unused[index]]);
  }
  const assignments = chosen.map(([weight, name]): Assignment => {
    const array = byName.get(name)!;
    return { weight, shape: array.shape, read: () => array.read(), caller: `${file}: ${name}` };
  });
  if (!isPartial(options)) return assignAll(model, assignments, options);
  return assignAll(model, assignments, options, [
    ...missing.map(({ path }) => `${file}: there is no ${path}`),
    ...unused.map((name) => `${file}: ${name} is not in the model`),
  ]);
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** Return whether two lists name the same kinds of weights in the same order: `kernel`, `bias`, … */
const sameKinds = (missing: readonly Weight[], unused: readonly string[]): boolean =>
  missing.length === unused.length &&
  missing.every(({ name }, index) => lastPart(name) === parseVariableName(unused[index]).variable);

function mismatch(file: string, missing: readonly Weight[], unused: readonly string[]): FormatError {
  if (missing.length > 0) {
    const names = some(missing.map(({ path }) => path));
    const others = unused.length > 0 ? `; it has ${some(unused)}` : '';
    return new FormatError(`${file}: ${missing.length} weights of the model are not in the file: ${names}${others}`);
  }
  return new FormatError(`${file}: ${unused.length} weights of the file are not in the model: ${some(unused)}`);
}
