import { assertList } from '../base/arguments.js';
import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape, type Shape } from '../base/shape.js';
import { show } from '../base/show.js';
import { type TensorLike, withTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Op, runOp } from './op.js';
import { reshape } from './reshape.js';
import { reverse } from './reverse.js';
import { stridedRanges } from './shared/strided-ranges.js';

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

/** Zeros, with x at the position that `slice` would read: the adjoint of slice. */
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
 * @param size length along each axis, -1 for the rest of the axis (the default)
 * @throws ShapeError when the block extends beyond x
 * @example slice(x, [0, 2], [4, 3])
 */
export function slice(
  x: TensorLike,
  begin: number | readonly number[],
  size?: number | readonly number[] | null,
): Tensor {
  return withTensor('slice', 'x', x, (x) => {
    const starts = typeof begin === 'number' ? [begin] : begin;
    const sizes = size === undefined || size === null ? [] : typeof size === 'number' ? [size] : size;
    assertList('slice', 'begin', starts, 'an index or a list of them');
    assertList('slice', 'size', sizes, 'a size or a list of them');
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
      for (const each of [start, count]) {
        if (typeof each !== 'number')
          throw new ValueError(`slice: axis ${axis} has ${show(each)} for its begin or size, expected integers`);
      }
      if (!Number.isInteger(start) || !Number.isInteger(count) || start < 0 || count < 0 || start + count > length) {
        throw new ShapeError(
          `slice: [${start}, ${start + count}) is outside axis ${axis} of x ${formatShape(x.shape)}, expected within [0, ${length})`,
        );
      }
    }
    return runOp(sliceOp, { x }, { begin: from, strides: from.map(() => 1), shape });
  });
}

/**
 * A block of x in steps, as numpy's `x[begin:end:stride]`; negative indices count from the end, a negative stride runs
 * backwards. Axes that are not named are taken whole. Bit i of a mask is about entry i of the lists.
 * @param strides default ones
 * @param beginMask entries whose begin is left out: from the first, or the last where the stride is negative
 * @param endMask entries whose end is left out
 * @param ellipsisMask the entry that is for all axes not named, numpy's `...`
 * @param newAxisMask entries that add an axis of 1, numpy's `newaxis`
 * @param shrinkAxisMask entries that pick one index, begin, and lose their axis
 * @throws ValueError when a stride is 0 or the lists differ in length @throws ShapeError when they name more axes than
 * x has
 * @example stridedSlice([1, 2, 3, 4], [0], [4], [2]) // [1, 3]
 */
export function stridedSlice(
  x: TensorLike,
  begin: readonly number[],
  end: readonly number[],
  strides?: readonly number[] | null,
  beginMask?: number | null,
  endMask?: number | null,
  ellipsisMask?: number | null,
  newAxisMask?: number | null,
  shrinkAxisMask?: number | null,
): Tensor {
  const masks = {
    begin: beginMask ?? 0,
    end: endMask ?? 0,
    ellipsis: ellipsisMask ?? 0,
    newAxis: newAxisMask ?? 0,
    shrinkAxis: shrinkAxisMask ?? 0,
  };
  assertList('stridedSlice', 'begin', begin);
  return withTensor('stridedSlice', 'x', x, (x) =>
    tidy(() => {
      const steps = strides ?? begin.map(() => 1);
      const { ranges, shape } = stridedRanges('stridedSlice', x.shape, begin, end, steps, masks);
      // A backward walk is a forward walk over the reversed axis.
      const backward = ranges.flatMap(({ stride }, axis) => (stride < 0 ? [axis] : []));
      const source = backward.length ? reverse(x, backward) : x;
      const block = {
        begin: ranges.map(({ start, stride }, axis) => (stride < 0 ? x.shape[axis] - 1 - start : start)),
        strides: ranges.map(({ stride }) => Math.abs(stride)),
        shape: ranges.map(({ count }) => count),
      };
      return reshape(runOp(sliceOp, { x: source }, block), shape);
    }),
  );
}
