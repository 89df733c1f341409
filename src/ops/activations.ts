import type { Activation } from '../backends/kernels.js';
import { partnerDType, type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { activationGradient } from './activation-gradient.js';
import { add, mul, sub } from './arithmetic.js';
import { DEFAULT_ALPHA, notNegative } from './shared/fused-activation.js';
import { unary, unaryOp } from './shared/unary-op.js';
import { erf, exp, neg, square } from './unary.js';

function activationOp(name: Activation) {
  return unaryOp(name, ['output'], (dy, _, y, { alpha }) => activationGradient(name, dy, y, alpha));
}

const OPS = {
  relu: activationOp('relu'),
  relu6: activationOp('relu6'),
  leakyRelu: activationOp('leakyRelu'),
  elu: activationOp('elu'),
  selu: activationOp('selu'),
  sigmoid: activationOp('sigmoid'),
  tanh: activationOp('tanh'),
} as const;

/** max(x, 0); the gradient at 0 is 0. @see Nair and Hinton, 2010 @example relu([-1, 2]) // [0, 2] */
export const relu = (x: TensorLike): Tensor => unary(OPS.relu, x);
/** min(max(x, 0), 6). @see Howard et al., "MobileNets", arXiv:1704.04861 @example relu6([-1, 9]) // [0, 6] */
export const relu6 = (x: TensorLike): Tensor => unary(OPS.relu6, x);

/**
 * x right of zero, alpha · x left of it. @param alpha ≥ 0, default 0.2, as in TensorFlow's op @throws ValueError
 * @example leakyRelu([-1, 2]) // [-0.2, 2]
 */
export function leakyRelu(x: TensorLike, alpha?: number | null): Tensor {
  return unary(OPS.leakyRelu, x, notNegative('leakyRelu', alpha ?? DEFAULT_ALPHA.leakyRelu));
}

/**
 * x right of zero, alpha · (eˣ − 1) left of it. @param alpha ≥ 0, default 1 @throws ValueError @see Clevert et al.,
 * arXiv:1511.07289
 * @example elu([-1, 2]) // [-0.6321, 2]
 */
export function elu(x: TensorLike, alpha?: number | null): Tensor {
  return unary(OPS.elu, x, notNegative('elu', alpha ?? DEFAULT_ALPHA.elu));
}

/**
 * The self-normalising ELU, 1.0507 · elu(x, 1.6733).
 * @see Klambauer et al., arXiv:1706.02515
 * @example selu([-1, 2]) // [-1.1113, 2.1014]
 */
export const selu = (x: TensorLike): Tensor => unary(OPS.selu, x);
/** 1 / (1 + e⁻ˣ). @example sigmoid([0, 1]) // [0.5, 0.7311] */
export const sigmoid = (x: TensorLike): Tensor => unary(OPS.sigmoid, x);
/** The hyperbolic tangent. @example tanh([0, 1]) // [0, 0.7616] */
export const tanh = (x: TensorLike): Tensor => unary(OPS.tanh, x);

const softplusOp = unaryOp('softplus', ['x'], (dy, x) => mul(dy, sigmoid(x)));
/** ln(1 + eˣ), without overflow. @example softplus([0]) // [0.6931] */
export const softplus = (x: TensorLike): Tensor => unary(softplusOp, x);

/** ln(sigmoid(x)), without overflow. @example logSigmoid([0, 1]) // [-0.6931, -0.3133] */
export const logSigmoid = (x: TensorLike): Tensor => tidy(() => neg(softplus(neg(x))));

const siluOp = unaryOp('silu', ['x'], (dy, x) => {
  // f = x·s, f′ = s + x·s·(1 − s) = s·(1 + x·(1 − s))
  const s = sigmoid(x);
  return mul(dy, mul(s, add(mul(x, sub(1, s)), 1)));
});
/** x · sigmoid(x), also known as swish. @see Hendrycks and Gimpel, arXiv:1606.08415 @example silu([1]) // [0.7311] */
export const silu = (x: TensorLike): Tensor => unary(siluOp, x);

const geluOp = unaryOp('gelu', ['x'], (dy, x) => {
  // f = x·Φ(x), f′ = Φ(x) + x·φ(x), with φ the normal density and Φ its integral
  const density = mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  const integral = mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5);
  return mul(dy, add(integral, mul(x, density)));
});
/**
 * x · Φ(x), Φ the normal distribution; the exact form, Keras's default. @see Hendrycks and Gimpel, arXiv:1606.08415
 * @example gelu([1]) // [0.8413]
 */
export const gelu = (x: TensorLike): Tensor => unary(geluOp, x);

/**
 * x right of zero, alpha · x left of it, with a slope that is a tensor and has a gradient. @see He et al.,
 * arXiv:1502.01852
 * @example prelu([-1, 2], [0.5, 0.5]) // [-0.5, 2]
 */
export function prelu(x: TensorLike, alpha: TensorLike): Tensor {
  return tidy(() => {
    const value = toTensor('prelu', 'x', x);
    return add(relu(value), mul(toTensor('prelu', 'alpha', alpha, partnerDType(value)), neg(relu(neg(value)))));
  });
}
