import { ShapeError } from '../base/errors.js';
import { type Axes, inferReshape, normalizeAxes, normalizeAxis, type Shape } from '../base/shape.js';
import { type TensorLike, withTensor } from '../tensor/convert.js';
import { aliasOf, type Tensor } from '../tensor/tensor.js';
import { type Differentiable, reportOp } from './op.js';

/** The output shares the input's buffer: there is nothing to compute, only a gradient to report. */
const reshapeOp: Differentiable<{ x: Tensor }, null> = {
  name: 'reshape',
  gradient: (dy, { inputs: { x } }) => ({ x: () => reshape(dy, x.shape) }),
};

/**
 * The same values under another shape; shares the buffer, copies nothing.
 * @param shape one dimension may be -1: it is inferred from the others
 * @throws ShapeError when the element counts differ
 * @example reshape(x, [-1, 784])
 */
export function reshape(x: TensorLike, shape: Shape): Tensor {
  return withTensor('reshape', 'x', x, (x) => {
    x.assertAlive('reshape');
    const output = aliasOf(x, inferReshape('reshape', x.shape, shape));
    reportOp(reshapeOp, { inputs: { x }, options: null, output });
    return output;
  });
}

/** Another tensor over the same buffer; each is disposed on its own. @example clone([1, 2]) // [1, 2] */
export function clone(x: TensorLike): Tensor {
  return withTensor('clone', 'x', x, (x) => reshape(x, x.shape));
}

/**
 * Adds an axis of 1. @param axis its place in the result; from the end when negative @throws ValueError
 * @example expandDims([1, 2], 1) // [[1], [2]]
 */
export function expandDims(x: TensorLike, axis?: number | null): Tensor {
  return withTensor('expandDims', 'x', x, (x) => {
    const place = normalizeAxis('expandDims', axis ?? 0, x.rank + 1);
    return reshape(x, [...x.shape.slice(0, place), 1, ...x.shape.slice(place)]);
  });
}

/**
 * Removes axes of 1: those named, or all.
 * @throws ShapeError when a named axis is not 1
 * @example squeeze([[1, 2]]) // [1, 2]
 */
export function squeeze(x: TensorLike, axis?: Axes): Tensor {
  return withTensor('squeeze', 'x', x, (x) => {
    const named = axis === undefined || axis === null ? null : normalizeAxes('squeeze', axis, x.rank);
    for (const index of named ?? []) {
      if (x.shape[index] !== 1) {
        throw new ShapeError(`squeeze: x [${x.shape}] has ${x.shape[index]} at axis ${index}, expected 1`);
      }
    }
    return reshape(
      x,
      x.shape.filter((dimension, index) => (named ? !named.includes(index) : dimension !== 1)),
    );
  });
}

/** All values in one axis. @example flatten([[1, 2], [3, 4]]) // [1, 2, 3, 4] */
export function flatten(x: TensorLike): Tensor {
  return reshape(x, [-1]);
}
