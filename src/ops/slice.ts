import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape, type Shape } from '../base/shape.js';
import { type TensorLike, withTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Op, runOp } from './op.js';
import { reverse } from './reverse.js';

interface Window {
  readonly begin: readonly number[];
  readonly strides: readonly number[];
  readonly shape: Shape;
}

const sliceOp: Op<{ x: Tensor }, Window> = {
  name: 'slice',
  infer: ({ x }, { shape }) => ({ shape, dtype: x.dtype }),
  forward: (kernels, { x }, out, { begin, strides }) => kernels.slice(x, out, begin, strides),
  gradient: (dy, { inputs: { x }, options }) => ({
    x: () => runOp(sliceGradientOp, { x: dy }, { ...options, shape: x.shape }),
  }),
};

/** Zeros but for x, laid where `slice` would read it: the adjoint of slice. */
const sliceGradientOp: Op<{ x: Tensor }, Window> = {
  name: 'sliceGradient',
  infer: ({ x }, { shape }) => ({ shape, dtype: x.dtype }),
  forward: (kernels, { x }, out, { begin, strides }) => kernels.sliceGradient(x, out, begin, strides),
  gradient: (dy, { inputs: { x }, options }) => ({
    x: () => runOp(sliceOp, { x: dy }, { ...options, shape: x.shape }),
  }),
};

/**
 * A block of x.
 * @param begin first index along each axis (further axes from 0)
 * @param size length along each axis, -1 for all that is left (the default)
 * @throws ShapeError when the block leaves x
 * @example slice(x, [0, 2], [4, 3])
 */
export function slice(x: TensorLike, begin: number | readonly number[], size?: number | readonly number[]): Tensor {
  return withTensor('slice', 'x', x, (x) => {
    const starts = typeof begin === 'number' ? [begin] : begin;
    const sizes = size === undefined ? [] : typeof size === 'number' ? [size] : size;
    if (starts.length > x.rank || sizes.length > x.rank) {
      throw new ShapeError(
        `slice: begin [${starts}] and size [${sizes}] name more axes than x ${formatShape(x.shape)} has`,
      );
    }
    const from = x.shape.map((_, axis) => starts[axis] ?? 0);
    const shape = x.shape.map((length, axis) => {
      const wanted = sizes[axis] ?? -1;
      return wanted === -1 ? length - from[axis] : wanted;
    });
    for (const [axis, length] of x.shape.entries()) {
      const [start, count] = [from[axis], shape[axis]];
      if (!Number.isInteger(start) || !Number.isInteger(count) || start < 0 || count < 0 || start + count > length) {
        throw new ShapeError(
          `slice: [${start}, ${start + count}) leaves axis ${axis} of x ${formatShape(x.shape)}, expected within [0, ${length})`,
        );
      }
    }
    return runOp(sliceOp, { x }, { begin: from, strides: from.map(() => 1), shape });
  });
}

/**
 * A block of x in steps, as numpy's `x[begin:end:stride]`; negative indices count from the end, a negative stride runs backwards.
 * @throws ValueError when a stride is 0 or the lists do not name every axis
 * @example stridedSlice([1, 2, 3, 4], [0], [4], [2]) // [1, 3]
 */
export function stridedSlice(
  x: TensorLike,
  begin: readonly number[],
  end: readonly number[],
  strides: readonly number[] = begin.map(() => 1),
): Tensor {
  return withTensor('stridedSlice', 'x', x, (x) =>
    tidy(() => {
      for (const [name, list] of Object.entries({ begin, end, strides })) {
        if (list.length !== x.rank)
          throw new ValueError(`stridedSlice: ${name} is [${list}], expected ${x.rank} numbers`);
      }
      if (strides.some((stride) => !Number.isInteger(stride) || stride === 0)) {
        throw new ValueError(`stridedSlice: strides is [${strides}], expected integers other than 0`);
      }
      // A backward walk is a forward walk over the reversed axis.
      const backward = strides.flatMap((stride, axis) => (stride < 0 ? [axis] : []));
      const source = backward.length ? reverse(x, backward) : x;
      const bound = (index: number, axis: number): number => {
        const length = x.shape[axis];
        const absolute = index < 0 ? index + length : index;
        return Math.min(Math.max(strides[axis] < 0 ? length - 1 - absolute : absolute, 0), length);
      };
      const from = begin.map(bound);
      const steps = strides.map(Math.abs);
      const shape = end.map((index, axis) => Math.max(0, Math.ceil((bound(index, axis) - from[axis]) / steps[axis])));
      return runOp(sliceOp, { x: source }, { begin: from, strides: steps, shape });
    }),
  );
}
