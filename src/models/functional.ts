// Adds operators as methods to symbolic tensors: outputs of a model may be computed from those of another.
import '../layers/core/symbolic-methods.js';
import { ValueError } from '../base/errors.js';
import { Model } from './model.js';
import type { ModelOptions } from './network.js';

/**
 * Create a functional model.
 * @throws ValueError when inputs or outputs are missing, or the outputs cannot be computed from the inputs
 * @example const m = model({ inputs: x, outputs: y });
 */
export function model(options: ModelOptions): Model {
  for (const end of ['inputs', 'outputs'] as const) {
    const given = options?.[end];
    if (given === undefined || given === null) {
      throw new ValueError(`model: ${end} is ${given}, expected symbolic tensors of input() or layer.apply()`);
    }
  }
  return new Model(options);
}
