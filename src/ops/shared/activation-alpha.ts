import type { Activation } from '../../backends/kernels.js';
import { ValueError } from '../../base/errors.js';

/** Slope of leakyRelu and scale of elu where none is given. */
export const DEFAULT_ALPHA = { leakyRelu: 0.2, elu: 1 } as const;

/** Return the alpha of an activation that an op fuses. @throws ValueError when it is negative */
export function fusedAlpha(op: string, activation: Activation | null | undefined, alpha: number | undefined): number {
  return notNegative(op, alpha ?? (activation === 'leakyRelu' || activation === 'elu' ? DEFAULT_ALPHA[activation] : 0));
}

/** A negative alpha would give one output for two inputs, and the gradient could not be computed from the output. */
export function notNegative(op: string, alpha: number): number {
  if (!(alpha >= 0)) throw new ValueError(`${op}: alpha is ${alpha}, expected a number ≥ 0`);
  return alpha;
}
