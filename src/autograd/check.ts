import { DTypeError, GradientError, ValueError } from '../base/errors.js';
import { type Given, integer, number, positiveInteger, readOptions } from '../base/options.js';
import { add, mul } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { zerosLike } from '../ops/creation.js';
import { clone } from '../ops/reshape.js';
import { describe } from '../tensor/convert.js';
import { normalValues } from '../tensor/random.js';
import { tidy } from '../tensor/scope.js';
import { Tensor, upload } from '../tensor/tensor.js';
import { differentiate } from './differentiate.js';

const OPTIONS = {
  /** Highest derivative to check; those below it are checked too. Default 1. */
  order: positiveInteger().default(1),
  /** Half the distance between the two points that are compared. Default 1e-5. */
  step: number({ above: 0 }).default(1e-5),
  /** Allowed |analytic − numeric| / max(1, |analytic|, |numeric|). Default 1e-6. */
  tolerance: number({ min: 0 }).default(1e-6),
  /** Seed of the random directions. Default 1. */
  seed: integer().default(1),
};

export type GradientCheckOptions = Given<typeof OPTIONS>;

/** The analytic and numeric derivative of one order, along a random direction. */
export interface GradientCheck {
  readonly order: number;
  readonly analytic: number;
  readonly numeric: number;
  readonly relativeError: number;
}

type Scalar = (xs: readonly Tensor[]) => Tensor;

/** Gradients of a scalar; zeros for an input that it does not depend on. */
function gradientsOf(f: Scalar, xs: readonly Tensor[]): Tensor[] {
  const { gradients } = differentiate(() => f(xs), xs);
  return gradients.map((gradient, index) => gradient ?? zerosLike(xs[index]));
}

/** Inner product of lists of tensors, Σ a · b. */
function innerProduct(as: readonly Tensor[], bs: readonly Tensor[]): Tensor {
  return as.map((a, index) => sum(mul(a, bs[index]))).reduce((total, part) => add(total, part));
}

/** Random tensors with the given shapes, different in each call. */
function directions(seed: number): (xs: readonly Tensor[]) => Tensor[] {
  let next = seed * 1000;
  return (xs) => xs.map((x) => upload(normalValues(x.size, next++), x.shape, 'float64'));
}

/**
 * Compare the gradients of a function with central differences, along one random direction each: the inputs move
 * together by ±step · v, and the change of ⟨w, f⟩ must be ⟨gradient, v⟩. Order n + 1 differentiates ⟨gradient of order
 * n, u⟩. One direction finds a wrong gradient almost surely, at the cost of two calls of f.
 * @param f returns a float64 tensor or several; smooth at and near the inputs
 * @param inputs float64 tensors, which only the cpu backend has
 * @returns one comparison for each order
 * @throws GradientError when an order differs by more than the tolerance
 * @throws DTypeError when an input is not float64
 * @throws ValueError when there is no input, or an option is unknown or wrong
 * @see HIPS/autograd, test_util.py, for the random direction
 * @example checkGradients((x, w) => x.matMul(w).tanh(), [x, w], { order: 2 });
 */
export function checkGradients(
  f: (...inputs: Tensor[]) => Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options?: GradientCheckOptions | null,
): GradientCheck[] {
  const { order, step, tolerance, seed } = readOptions('checkGradients', OPTIONS, options);
  if (!Array.isArray(inputs) || inputs.length === 0) {
    throw new ValueError('checkGradients: inputs is empty, expected a list of float64 tensors');
  }
  for (const [index, input] of inputs.entries()) {
    if (!(input instanceof Tensor))
      throw new ValueError(`checkGradients: input ${index} is ${describe(input)}, expected a tensor`);
    if (input.dtype !== 'float64')
      throw new DTypeError(`checkGradients: input ${index} is ${input.dtype}, expected float64: differences need it`);
  }
  const checks: GradientCheck[] = [];
  tidy(() => {
    const draw = directions(seed);
    // A copy each: one tensor given twice is still two inputs.
    const xs = inputs.map((input) => clone(input));
    const outputsOf = (at: readonly Tensor[]): readonly Tensor[] => {
      const result = f(...at);
      return result instanceof Tensor ? [result] : result;
    };
    const weights = draw(outputsOf(xs));
    let scalar: Scalar = (at) => innerProduct(outputsOf(at), weights);
    for (let level = 1; level <= order; level++) {
      const current = scalar;
      checks.push(tidy(() => compare(level, current, xs, draw(xs), step)));
      const projection = draw(xs);
      scalar = (at) => innerProduct(gradientsOf(current, at), projection);
    }
  });
  for (const { order, analytic, numeric, relativeError } of checks) {
    if (!(relativeError <= tolerance)) {
      throw new GradientError(
        `checkGradients: order ${order} gives ${analytic}, central differences ${numeric}: off by ` +
          `${relativeError.toExponential(1)}, expected at most ${tolerance}`,
      );
    }
  }
  return checks;
}

function compare(order: number, f: Scalar, xs: readonly Tensor[], vs: readonly Tensor[], step: number): GradientCheck {
  const analytic = innerProduct(gradientsOf(f, xs), vs).dataSync()[0];
  const at = (distance: number): number => tidy(() => f(xs.map((x, i) => add(x, mul(vs[i], distance)))).dataSync()[0]);
  const numeric = (at(step) - at(-step)) / (2 * step);
  const relativeError = Math.abs(analytic - numeric) / Math.max(1, Math.abs(analytic), Math.abs(numeric));
  return { order, analytic, numeric, relativeError };
}
