import { isPlainObject } from '../base/show.js';
import { Optimizer } from '../optim/optimizer.js';

/**
 * The optimizers in the properties of a model, such as the two of a GAN's `trainStep`, by the names of the
 * properties; those in a list or an object as `optimizers/0`, `optimizers/generator`. Each is listed once.
 */
export function ownOptimizers(model: object): Map<string, Optimizer> {
  const found = new Map<string, Optimizer>();
  const add = (path: string, value: unknown): void => {
    if (value instanceof Optimizer && ![...found.values()].includes(value)) found.set(path, value);
  };
  for (const [name, value] of Object.entries(model)) {
    add(name, value);
    if (!Array.isArray(value) && !isPlainObject(value)) continue;
    for (const [key, each] of Object.entries(value as object)) add(`${name}/${key}`, each);
  }
  return found;
}
