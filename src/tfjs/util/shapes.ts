import { ShapeError } from '../../base/errors.js';
import { integer } from '../../base/option.js';
import {
  type Axes,
  inferReshape,
  normalizeAxes,
  normalizeAxis,
  type Shape,
  sizeOf,
  stridesOf,
} from '../../base/shape.js';
import { NUMBER, NUMBERS } from './arguments.js';

/** Return the number of elements of a shape. @example util.sizeFromShape([2, 3]) // 6 */
export const sizeFromShape = (shape: Shape): number => sizeOf(NUMBERS.check('sizeFromShape', 'shape', shape));

/**
 * Return the shape of a nearly square rectangle with at least `size` elements.
 * @example util.sizeToSquarishShape(10);
 */
export function sizeToSquarishShape(size: number): [number, number] {
  const width = Math.ceil(Math.sqrt(NUMBER.check('sizeToSquarishShape', 'size', size)));
  return [width, Math.ceil(size / width)];
}

/**
 * Remove axes of size 1 from a shape.
 * @param axis axes to remove; default all axes of size 1
 * @returns the new shape, and the axes that remain
 * @throws ShapeError if an axis to remove has another size
 * @example util.squeezeShape([1, 3, 1]);
 */
export function squeezeShape(shape: Shape, axis?: Axes): { newShape: number[]; keptDims: number[] } {
  NUMBERS.check('squeezeShape', 'shape', shape);
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
 * Convert axes to non-negative numbers, in the given order; null means all axes.
 * @throws ValueError
 * @example util.parseAxisParam(-1, [2, 3]);
 */
export function parseAxisParam(axis: Axes, shape: Shape): number[] {
  NUMBERS.check('parseAxisParam', 'shape', shape);
  const listed = typeof axis === 'number' ? [axis] : NUMBERS.check('parseAxisParam', 'axis', axis ?? [...shape.keys()]);
  return listed.map((each) => normalizeAxis('parseAxisParam', each, shape.length));
}

/** Resolve the −1 of a shape. @throws ShapeError @example util.inferFromImplicitShape([2, -1], 6); */
export function inferFromImplicitShape(shape: Shape, size: number): number[] {
  NUMBERS.check('inferFromImplicitShape', 'shape', shape);
  NUMBER.check('inferFromImplicitShape', 'size', size);
  return [...inferReshape('inferFromImplicitShape', [size], shape)];
}

/** Return the strides of a shape, without the last one, which is 1. @example util.computeStrides([2, 3]); */
export const computeStrides = (shape: Shape): number[] =>
  stridesOf(NUMBERS.check('computeStrides', 'shape', shape)).slice(0, -1);

const RANK = integer({ min: 0, max: 64 });

/** Return the flat index of coordinates. @example util.locToIndex([1, 2], 2, [3]) // 5 */
export function locToIndex(locs: readonly number[], rank: number, strides: readonly number[]): number {
  NUMBERS.check('locToIndex', 'locs', locs);
  NUMBERS.check('locToIndex', 'strides', strides);
  return locs
    .slice(0, RANK.check('locToIndex', 'rank', rank))
    .reduce((index, at, axis) => index + at * (strides[axis] ?? 1), 0);
}

/** Return the coordinates of a flat index. @example util.indexToLoc(5, 2, [3]); */
export function indexToLoc(index: number, rank: number, strides: readonly number[]): number[] {
  let rest = NUMBER.check('indexToLoc', 'index', index);
  NUMBERS.check('indexToLoc', 'strides', strides);
  return Array.from({ length: RANK.check('indexToLoc', 'rank', rank) }, (_, axis) => {
    const stride = strides[axis] ?? 1;
    const at = Math.floor(rest / stride);
    rest -= at * stride;
    return at;
  });
}
