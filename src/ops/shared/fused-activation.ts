import type { Activation } from '../../backends/kernels.js';
import { assertNumber } from '../../base/arguments.js';
import { ValueError } from '../../base/errors.js';
import { number, type Options, oneOf } from '../../base/options.js';
import { show } from '../../base/show.js';

/** Default slope of leakyRelu and scale of elu. */
export const DEFAULT_ALPHA = { leakyRelu: 0.2, elu: 1 } as const;

/** The function applied to each result of an op before it is stored. */
export interface FusedActivation {
  readonly activation: Activation | null;
  readonly alpha: number;
}

/** Options of ops that fuse an activation. */
export const FUSED_ACTIVATION = {
  activation: oneOf(['relu', 'relu6', 'leakyRelu', 'elu', 'selu', 'sigmoid', 'tanh', 'linear'])
    .nullable()
    .default(null),
  /** Slope of leakyRelu (default 0.2), scale of elu (default 1). */
  alpha: number({ min: 0 }).optional(),
};

/** Return the activation of such options, and its alpha. */
export function fusedActivation(caller: string, given: Options<typeof FUSED_ACTIVATION>): FusedActivation {
  const activation = given.activation === 'linear' ? null : given.activation;
  const standard = activation === 'leakyRelu' || activation === 'elu' ? DEFAULT_ALPHA[activation] : 0;
  return { activation, alpha: notNegative(caller, given.alpha ?? standard) };
}

/** A negative alpha would give one output for two inputs, and the gradient could not be computed from the output. */
export function notNegative(op: string, alpha: number): number {
  assertNumber(op, 'alpha', alpha);
  if (!(alpha >= 0)) throw new ValueError(`${op}: alpha is ${show(alpha)}, expected a number ≥ 0`);
  return alpha;
}
