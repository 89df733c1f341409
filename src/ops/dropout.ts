import type { RandomState } from '../backends/kernels.js';
import { assertNumber } from '../base/arguments.js';
import { assertFloat } from '../base/dtype.js';
import { ShapeError, ValueError } from '../base/errors.js';
import { broadcastShapes, formatShape, type Shape, sameShape, sizeOf } from '../base/shape.js';
import { show } from '../base/show.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { drawState, type Seed } from '../tensor/random.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { mul } from './arithmetic.js';
import { type Op, runOp, type Spec } from './op.js';

/** 1 / (1 − rate) with probability 1 − rate, else 0. */
const dropoutMaskOp: Op<Record<never, never>, Spec & { state: RandomState; rate: number }> = {
  name: 'dropoutMask',
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  forward: (kernels, _, out, { state, rate }) => kernels.dropoutMask(out, state, rate),
  gradient: () => ({}),
};

/**
 * Set a random fraction of x to 0 and scale the rest, so that the expected value stays.
 * @param rate the fraction, in [0, 1)
 * @param noiseShape shape of the mask; axes of 1 drop together
 * @param seed see `randomUniform`
 * @throws ValueError when the rate is outside [0, 1)
 * @see Srivastava et al., JMLR 15 (2014)
 * @example dropout(x, 0.5)
 */
export function dropout(x: TensorLike, rate: number, noiseShape?: Shape | null, seed?: Seed | null): Tensor {
  assertNumber('dropout', 'rate', rate);
  if (!(rate >= 0 && rate < 1)) throw new ValueError(`dropout: rate is ${show(rate)}, expected a number in [0, 1)`);
  return tidy(() => {
    const value = toTensor('dropout', 'x', x);
    assertFloat('dropout', 'x', value.dtype);
    const shape = noiseShape ?? value.shape;
    if (!sameShape(broadcastShapes('dropout', value.shape, shape), value.shape)) {
      throw new ShapeError(
        `dropout: noiseShape ${formatShape(shape)} does not stretch to x ${formatShape(value.shape)}`,
      );
    }
    const mask = runOp(
      dropoutMaskOp,
      {},
      { shape, dtype: value.dtype, state: drawState(sizeOf(shape), seed, shape[0]), rate },
    );
    return mul(value, mask);
  });
}
