import type { Weight } from '../../layers/base/weight.js';

/** Apply the constraints of weights, after an update. */
export function applyConstraints(weights: readonly Weight[]): void {
  for (const { constraint, variable } of weights) if (constraint) variable.assign(constraint.apply(variable));
}
