import type { Activation } from '../../backends/kernels.js';
import { ShapeError, ValueError } from '../../base/errors.js';
import { sameShape } from '../../base/shape.js';
import { tidy } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { mul, sub } from '../arithmetic.js';
import { type Op, runOp } from '../op.js';
import { neg, step } from '../unary.js';

interface GradientPair {
  readonly [name: string]: Tensor;
  readonly outputGradient: Tensor;
  readonly activated: Tensor;
}

/** f″ told from f's output y, for the second order; null where f is linear in pieces. */
const SECOND: { readonly [F in Activation]: ((y: Tensor) => Tensor) | null } = {
  relu: null,
  relu6: null,
  leakyRelu: null,
  // Left of zero f′ = y + alpha, so ∂f′/∂y = 1; right of zero f′ = 1.
  elu: (y) => step(neg(y)),
  selu: (y) => step(neg(y)),
  sigmoid: (y) => sub(1, mul(y, 2)),
  tanh: (y) => mul(y, -2),
};

/** outputGradient · f′ in one pass, with f′ told from f's output; an op, so that it has a gradient of its own. */
const activationGradientOp: Op<GradientPair, { activation: Activation; alpha: number }> = {
  name: 'activationGradient',
  infer: ({ outputGradient, activated }) => {
    if (!sameShape(outputGradient.shape, activated.shape)) {
      throw new ShapeError(
        `activationGradient: outputGradient [${outputGradient.shape}], expected [${activated.shape}]`,
      );
    }
    return { shape: activated.shape, dtype: activated.dtype };
  },
  forward: (kernels, { outputGradient, activated }, out, { activation, alpha }) =>
    kernels.activationGradient(activation, outputGradient, activated, out, alpha),
  reads: ({ activation }) => ({
    outputGradient: ['activated'],
    activated: SECOND[activation] ? ['outputGradient', 'activated'] : [],
  }),
  gradient: (dy, { inputs: { outputGradient, activated }, options: { activation, alpha } }) => {
    const second = SECOND[activation];
    return {
      outputGradient: () => activationGradient(activation, dy, activated, alpha),
      activated: second && (() => tidy(() => mul(mul(dy, outputGradient), second(activated)))),
    };
  },
};

export function activationGradient(activation: Activation, dy: Tensor, activated: Tensor, alpha: number): Tensor {
  return runOp(activationGradientOp, { outputGradient: dy, activated }, { activation, alpha });
}

/**
 * @internal The gradient of what went into the activation that an op fuses, made once, when the first rule asks for it;
 * dy itself where there is no activation.
 */
export function beforeActivation(
  dy: Tensor,
  output: Tensor,
  { activation, alpha }: { readonly activation: Activation | null; readonly alpha: number },
): () => Tensor {
  let made: Tensor | null = null;
  return () => (made ??= activation ? activationGradient(activation, dy, output, alpha) : dy);
}

export const DEFAULT_ALPHA = { leakyRelu: 0.2, elu: 1 } as const;

/** @internal the alpha of an activation that is fused behind an op */
export function fusedAlpha(op: string, activation: Activation | null | undefined, alpha: number | undefined): number {
  return notNegative(op, alpha ?? (activation === 'leakyRelu' || activation === 'elu' ? DEFAULT_ALPHA[activation] : 0));
}

/** A negative alpha would give one output for two inputs, and the gradient could not be told from the output. */
export function notNegative(op: string, alpha: number): number {
  if (!(alpha >= 0)) throw new ValueError(`${op}: alpha is ${alpha}, expected a number ≥ 0`);
  return alpha;
}
