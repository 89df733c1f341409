import { ShapeError } from '../../base/errors.js';
import {
  type Axes,
  inferReshape,
  normalizeAxes,
  normalizeAxis,
  type Shape,
  sizeOf,
  stridesOf,
} from '../../base/shape.js';

/** Return the number of elements of a shape. @example util.sizeFromShape([2, 3]) // 6 */
export const sizeFromShape = (shape: Shape): number => sizeOf(shape);

/**
 * Return the shape of a nearly square rectangle with at least `size` elements.
 * @example util.sizeToSquarishShape(10);
 */
export function sizeToSquarishShape(size: number): [number, number] {
  const width = Math.ceil(Math.sqrt(size));
  return [width, Math.ceil(size / width)];
}

/**
 * Remove axes of 1 from a shape.
 * @param axis axes to remove; default all axes of 1
 * @returns the shape, and which axes remain
 * @throws ShapeError when an axis to drop is not 1
 * @example util.squeezeShape([1, 3, 1]);
 */
export function squeezeShape(shape: Shape, axis?: Axes): { newShape: number[]; keptDims: number[] } {
  const isEmpty = Array.isArray(axis) && axis.length === 0;
  const named =
    axis === undefined || axis === null || isEmpty ? null : normalizeAxes('squeezeShape', axis, shape.length);
  for (const each of named ?? []) {
    if (shape[each] !== 1) throw new ShapeError(`squeezeShape: axis ${each} is ${shape[each]}, expected 1`);
  }
  const keptDims = shape.flatMap((size, at) => ((named ? named.includes(at) : size === 1) ? [] : [at]));
  return { newShape: keptDims.map((at) => shape[at]), keptDims };
}

/**
 * Return axes counted from the start, in the given order; all axes for null.
 * @throws ValueError
 * @example util.parseAxisParam(-1, [2, 3]);
 */
export function parseAxisParam(axis: Axes, shape: Shape): number[] {
  const listed = typeof axis === 'number' ? [axis] : (axis ?? shape.map((_, at) => at));
  return listed.map((each) => normalizeAxis('parseAxisParam', each, shape.length));
}

/** Resolve the −1 of a shape. @throws ShapeError @example util.inferFromImplicitShape([2, -1], 6); */
export const inferFromImplicitShape = (shape: Shape, size: number): number[] => [
  ...inferReshape('inferFromImplicitShape', [size], shape),
];

/** Return the strides of a shape, without the last one, which is 1. @example util.computeStrides([2, 3]); */
export const computeStrides = (shape: Shape): number[] => stridesOf(shape).slice(0, -1);

/** Return the flat index of coordinates. @example util.locToIndex([1, 2], 2, [3]) // 5 */
export function locToIndex(locs: readonly number[], rank: number, strides: readonly number[]): number {
  return locs.slice(0, rank).reduce((index, at, axis) => index + at * (strides[axis] ?? 1), 0);
}

/** Return the coordinates of a flat index. @example util.indexToLoc(5, 2, [3]); */
export function indexToLoc(index: number, rank: number, strides: readonly number[]): number[] {
  let rest = index;
  return Array.from({ length: rank }, (_, axis) => {
    const stride = strides[axis] ?? 1;
    const at = Math.floor(rest / stride);
    rest -= at * stride;
    return at;
  });
}
