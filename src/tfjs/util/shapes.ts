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

/** Elements of a tensor of a shape. @example util.sizeFromShape([2, 3]) // 6 */
export const sizeFromShape = (shape: Shape): number => sizeOf(shape);

/** The shape of a rectangle that is almost a square. @example util.sizeToSquarishShape(10); */
export function sizeToSquarishShape(size: number): [number, number] {
  const width = Math.ceil(Math.sqrt(size));
  return [width, Math.ceil(size / width)];
}

/**
 * A shape without its axes of 1.
 * @param axis those to drop; all of 1 when left out
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
 * Axes counted from the first one, in the order given; all of them for null.
 * @throws ValueError
 * @example util.parseAxisParam(-1, [2, 3]);
 */
export function parseAxisParam(axis: Axes, shape: Shape): number[] {
  const listed = typeof axis === 'number' ? [axis] : (axis ?? shape.map((_, at) => at));
  return listed.map((each) => normalizeAxis('parseAxisParam', each, shape.length));
}

/** A shape with its −1 resolved. @throws ShapeError @example util.inferFromImplicitShape([2, -1], 6); */
export const inferFromImplicitShape = (shape: Shape, size: number): number[] => [
  ...inferReshape('inferFromImplicitShape', [size], shape),
];

/** Elements from one entry of an axis to the next; the last axis, whose step is 1, is left out. @example util.computeStrides([2, 3]); */
export const computeStrides = (shape: Shape): number[] => stridesOf(shape).slice(0, -1);

/** The place of coordinates in memory. @example util.locToIndex([1, 2], 2, [3]) // 5 */
export function locToIndex(locs: readonly number[], rank: number, strides: readonly number[]): number {
  return locs.slice(0, rank).reduce((index, at, axis) => index + at * (strides[axis] ?? 1), 0);
}

/** The coordinates of a place in memory. @example util.indexToLoc(5, 2, [3]); */
export function indexToLoc(index: number, rank: number, strides: readonly number[]): number[] {
  let rest = index;
  return Array.from({ length: rank }, (_, axis) => {
    const stride = strides[axis] ?? 1;
    const at = Math.floor(rest / stride);
    rest -= at * stride;
    return at;
  });
}
