import { ShapeError, ValueError } from '../base/errors.js';
import { type AxisReduction, reductionSteps } from '../base/reduction.js';
import { type Axes, assertShape, broadcastShapes, type Shape, sameShape } from '../base/shape.js';
import { show } from '../base/show.js';
import { type TensorLike, toTensor, withTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Op, runOp } from './op.js';
import { clone, reshape } from './reshape.js';

const broadcastToOp: Op<{ x: Tensor }, { shape: Shape }> = {
  name: 'broadcastTo',
  infer: ({ x }, { shape }) => {
    if (!sameShape(broadcastShapes('broadcastTo', x.shape, shape), shape)) {
      throw new ShapeError(`broadcastTo: x [${x.shape}] does not stretch to [${shape}]`);
    }
    return { shape, dtype: x.dtype };
  },
  forward: (kernels, { x }, out) => kernels.broadcast(x, out),
  gradient: (dy, { inputs: { x } }) => ({ x: () => sumTo(dy, x.shape) }),
};

/**
 * Repeats axes of 1, and adds leading axes, until x has the shape.
 * @throws ShapeError when x does not stretch to it
 * @example broadcastTo(bias, [32, 10])
 */
export function broadcastTo(x: TensorLike, shape: Shape): Tensor {
  assertShape('broadcastTo', shape);
  return withTensor('broadcastTo', 'x', x, (x) =>
    sameShape(x.shape, shape) ? clone(x) : runOp(broadcastToOp, { x }, { shape }),
  );
}

const sumOp: Op<{ x: Tensor }, AxisReduction> = {
  name: 'sum',
  infer: ({ x }, { shape }) => ({ shape, dtype: x.dtype === 'bool' ? 'int32' : x.dtype }),
  forward: (kernels, { x }, out, view) => kernels.reduce('sum', x, out, view),
  gradient: (dy, { inputs: { x }, options }) => ({ x: () => spread(dy, x, options) }),
};

/** Broadcast the gradient of a sum over the summed elements: the adjoint of `sum`. */
function spread(dy: Tensor, x: Tensor, { outer, size, inner }: AxisReduction): Tensor {
  return tidy(() => reshape(broadcastTo(reshape(dy, [outer, 1, inner]), [outer, size, inner]), x.shape));
}

/**
 * Σ x over axes; bool counts as int32. An empty sum is 0.
 * @param axis one axis, several, or all when left out; from the end when negative
 * @param keepDims keeps summed axes with size 1
 * @throws ValueError when an axis is out of range or named twice
 * @example sum(x, [1, 2])
 */
export function sum(x: TensorLike, axis?: Axes, keepDims?: boolean | null): Tensor {
  return withTensor('sum', 'x', x, (x) => {
    const steps = reductionSteps('sum', x.shape, axis, !!keepDims);
    return tidy(() => steps.reduce((result, step) => runOp(sumOp, { x: result }, step), x));
  });
}

/**
 * @internal Sum x down to a shape that broadcasts to x's; x itself if it has that shape. The adjoint of `broadcastTo`.
 */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.rank - shape.length;
  const axes = x.shape.flatMap((dimension, axis) =>
    axis < lead || (shape[axis - lead] === 1 && dimension !== 1) ? [axis] : [],
  );
  return tidy(() => reshape(sum(x, axes), shape));
}

/**
 * Repeats x along each axis.
 * @param repetitions one integer ≥ 0 per axis
 * @throws ValueError
 * @example tile(tensor1d([1, 2]), [3]) // [1, 2, 1, 2, 1, 2]
 */
export function tile(x: TensorLike, repetitions: readonly number[]): Tensor {
  return tidy(() => {
    const tensor = toTensor('tile', 'x', x);
    if (
      !Array.isArray(repetitions) ||
      repetitions.length !== tensor.rank ||
      repetitions.some((count) => !Number.isInteger(count) || count < 0)
    ) {
      throw new ValueError(`tile: repetitions is ${show(repetitions)}, expected ${tensor.rank} integers ≥ 0`);
    }
    const interleave = (other: (axis: number) => number) => tensor.shape.flatMap((size, axis) => [other(axis), size]);
    const stretched = broadcastTo(
      reshape(
        tensor,
        interleave(() => 1),
      ),
      interleave((axis) => repetitions[axis]),
    );
    return reshape(
      stretched,
      tensor.shape.map((size, axis) => size * repetitions[axis]),
    );
  });
}
