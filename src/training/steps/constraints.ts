import type { Weight } from '../../layers/base/weight.js';

/** Move weights that have a constraint back to where it holds, after an update. */
export function applyConstraints(weights: readonly Weight[]): void {
  for (const { constraint, variable } of weights) if (constraint) variable.assign(constraint.apply(variable));
}
