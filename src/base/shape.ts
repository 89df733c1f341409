import { assertList } from './arguments.js';
import { ShapeError, ValueError } from './errors.js';
import { show } from './show.js';

/** Sizes of a tensor's axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Elements of the largest tensor: every backend indexes with signed 32-bit integers. */
const MAX_SIZE = 2 ** 31 - 1;

export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dimension of shape) size *= dimension;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

/** `[null,28,28,1]`: null for any size. */
export function formatShape(shape: readonly (number | null)[]): string {
  return `[${shape.map((size) => show(size)).join(',')}]`;
}

/**
 * @param most elements; default as many as can be indexed
 * @throws ShapeError when a dimension is not a non-negative integer or the tensor would have more elements
 */
export function assertShape(caller: string, shape: Shape, most = MAX_SIZE): void {
  if (!Array.isArray(shape)) throw new ShapeError(`${caller}: shape is ${show(shape)}, expected an array of integers`);
  for (const dimension of shape) {
    if (!Number.isInteger(dimension) || dimension < 0) {
      throw new ShapeError(`${caller}: shape ${formatShape(shape)} has ${show(dimension)}, expected integers ≥ 0`);
    }
  }
  if (sizeOf(shape) > most) {
    throw new ShapeError(`${caller}: shape ${formatShape(shape)} has ${sizeOf(shape)} elements, at most ${most} fit`);
  }
}

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/**
 * The shape of an elementwise result: axes are aligned at the right, and an axis of 1 stretches.
 * @throws ShapeError when two axes differ and neither is 1
 */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let fromEnd = 1; fromEnd <= rank; fromEnd++) {
    const left = a[a.length - fromEnd] ?? 1;
    const right = b[b.length - fromEnd] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new ShapeError(`${op}: a ${formatShape(a)} and b ${formatShape(b)} do not broadcast (${left} vs ${right})`);
    }
    shape[rank - fromEnd] = left === 1 ? right : left;
  }
  return shape;
}

/**
 * Strides that read an operand as if it had the broadcast shape: 0 where the operand is stretched.
 * @param shape the operand's own shape
 * @param target a shape that `shape` broadcasts to
 */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const own = stridesOf(shape);
  const lead = target.length - shape.length;
  return target.map((dimension, axis) =>
    axis < lead || (shape[axis - lead] === 1 && dimension !== 1) ? 0 : own[axis - lead],
  );
}

/** Convert an axis that is counted from the end to one counted from the start. */
export function normalizeAxis(op: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new ValueError(`${op}: axis is ${show(axis)}, expected an integer in [${-rank}, ${rank}) for rank ${rank}`);
  }
  return axis < 0 ? axis + rank : axis;
}

/** One axis or several, counted from the end where negative; null is the default, as in tfjs. */
export type Axes = number | readonly number[] | null;

/** Sorted, distinct, non-negative axes; all of them when none is given. */
export function normalizeAxes(op: string, axes: Axes | undefined, rank: number): number[] {
  if (axes === undefined || axes === null) return Array.from({ length: rank }, (_, axis) => axis);
  if (typeof axes !== 'number') assertList(op, 'axis', axes, 'an axis or a list of axes');
  const list = (typeof axes === 'number' ? [axes] : [...axes]).map((axis) => normalizeAxis(op, axis, rank));
  const distinct = [...new Set(list)].sort((a, b) => a - b);
  if (distinct.length !== list.length) throw new ValueError(`${op}: axes [${list}] name an axis twice`);
  return distinct;
}

/** A tensor seen as [outer, size, inner] around one axis (or one run of neighbouring axes). */
export interface AxisView {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
}

export function axisView(shape: Shape, first: number, last: number = first): AxisView {
  return {
    outer: sizeOf(shape.slice(0, first)),
    size: sizeOf(shape.slice(first, last + 1)),
    inner: sizeOf(shape.slice(last + 1)),
  };
}

/**
 * Resolve one `-1` in a requested shape.
 * @throws ShapeError when the element counts cannot agree
 */
export function inferReshape(op: string, from: Shape, to: Shape): Shape {
  assertList(op, 'shape', to);
  const size = sizeOf(from);
  const unknown = to.filter((dimension) => dimension === -1).length;
  if (unknown > 1) throw new ShapeError(`${op}: shape ${formatShape(to)} has -1 more than once`);
  const known = sizeOf(to.filter((dimension) => dimension !== -1));
  const shape = unknown ? to.map((dimension) => (dimension === -1 ? (known ? size / known : 0) : dimension)) : to;
  if (shape.some((dimension) => !Number.isInteger(dimension) || dimension < 0) || sizeOf(shape) !== size) {
    throw new ShapeError(`${op}: x ${formatShape(from)} (${size} elements) does not fit shape ${formatShape(to)}`);
  }
  return shape;
}
