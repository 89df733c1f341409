import type { Activation } from '../backends/kernels.js';
import { ShapeError } from '../base/errors.js';
import { sameShape } from '../base/shape.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { mul, sub } from './arithmetic.js';
import { type Op, runOp } from './op.js';
import { neg, step } from './unary.js';

interface GradientPair {
  readonly [name: string]: Tensor;
  readonly outputGradient: Tensor;
  readonly activated: Tensor;
}

/** f″ as a function of f's output y, for the second order; null where f is piecewise linear. */
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

/**
 * @internal The gradient of an activation f: outputGradient · f′ in one pass, f′ computed from f's output. An op, so
 * that it can be differentiated again.
 */
export function activationGradient(activation: Activation, dy: Tensor, activated: Tensor, alpha: number): Tensor {
  return runOp(activationGradientOp, { outputGradient: dy, activated }, { activation, alpha });
}
