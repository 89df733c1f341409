import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape, sameShape } from '../base/shape.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { add, div, mul, sub } from './arithmetic.js';
import { pow } from './power.js';

/**
 * One step of a running mean: v + (x − v) · (1 − decay).
 * @param x of v's shape
 * @param decay fraction of v that remains
 * @param step number of this step, from 1; needed for `zeroDebias`
 * @param zeroDebias divide the step by 1 − decayˢᵗᵉᵖ, which corrects the bias of starting at zeros; default true
 * @throws ShapeError when the shapes differ @throws ValueError when `zeroDebias` lacks the step
 * @see Kingma and Ba, "Adam", arXiv:1412.6980, on the correction of the bias
 * @example movingAverage([0], [4], 0.75, null, false) // [1]
 */
export function movingAverage(
  v: TensorLike,
  x: TensorLike,
  decay: TensorLike,
  step?: TensorLike | null,
  zeroDebias?: boolean | null,
): Tensor {
  return tidy(() => {
    const average = toTensor('movingAverage', 'v', v);
    const value = toTensor('movingAverage', 'x', x, average.dtype);
    const kept = toTensor('movingAverage', 'decay', decay, average.dtype);
    if (!sameShape(average.shape, value.shape)) {
      throw new ShapeError(
        `movingAverage: v is ${formatShape(average.shape)} and x ${formatShape(value.shape)}, expected one shape`,
      );
    }
    const change = mul(sub(value, average), sub(1, kept));
    if (!(zeroDebias ?? true)) return add(average, change);
    if (step === undefined || step === null) {
      throw new ValueError('movingAverage: step is not given, expected one; or zeroDebias: false');
    }
    return add(average, div(change, sub(1, pow(kept, toTensor('movingAverage', 'step', step, average.dtype)))));
  });
}
