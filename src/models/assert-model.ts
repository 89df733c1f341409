import { ValueError } from '../base/errors.js';
import { show } from '../base/show.js';
import { Model } from './model.js';

/** @throws ValueError for anything but a model of this copy of the package */
export function assertModel(caller: string, model: unknown): asserts model is Model {
  if (!(model instanceof Model)) throw new ValueError(`${caller}: model is ${show(model)}, expected a model`);
}
