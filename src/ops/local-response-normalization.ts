import { assertNumber } from '../base/arguments.js';
import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape } from '../base/shape.js';
import { show } from '../base/show.js';
import { type TensorLike, withTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { add, mul } from './arithmetic.js';
import { conv2d } from './conv2d.js';
import { ones } from './creation.js';
import { pow } from './power.js';
import { reshape } from './reshape.js';
import { square } from './unary.js';

/**
 * x / (bias + alpha · Σ x²)^beta, the sum over a channel and its neighbours on both sides.
 * @param x [batch, height, width, channels], or without the batch
 * @param depthRadius how many neighbours on each side; default 5
 * @param bias default 1 @param alpha default 1 @param beta default 0.5: tfjs's
 * @throws ShapeError @throws ValueError
 * @see Krizhevsky, Sutskever and Hinton, NIPS 2012, section 3.3
 * @example localResponseNormalization(x, 2, 1, 1e-4, 0.75)
 */
export function localResponseNormalization(
  x: TensorLike,
  depthRadius?: number | null,
  bias?: number | null,
  alpha?: number | null,
  beta?: number | null,
): Tensor {
  const radius = depthRadius ?? 5;
  for (const [name, value] of Object.entries({ bias, alpha, beta })) {
    if (value !== undefined && value !== null) assertNumber('localResponseNormalization', name, value);
  }
  return withTensor('localResponseNormalization', 'x', x, (x) =>
    tidy(() => {
      if (x.rank !== 3 && x.rank !== 4) {
        throw new ShapeError(
          `localResponseNormalization: x is ${formatShape(x.shape)}, expected [batch, height, width, channels]`,
        );
      }
      if (!Number.isInteger(radius) || radius < 0) {
        throw new ValueError(`localResponseNormalization: depthRadius is ${show(radius)}, expected an integer ≥ 0`);
      }
      // Sums over neighbouring channels are a convolution along them with a filter of ones.
      const rows = reshape(square(x), [1, -1, x.shape.at(-1)!, 1]);
      const filter = ones([1, 2 * radius + 1, 1, 1], x.dtype);
      const sums = reshape(conv2d(rows, filter, 1, 'same'), x.shape);
      return mul(x, pow(add(mul(sums, alpha ?? 1), bias ?? 1), -(beta ?? 0.5)));
    }),
  );
}
