import { DTypeError, ShapeError, ValueError } from '../base/errors.js';
import { assertShape, formatShape, type Shape, sameShape, sizeOf, stridesOf } from '../base/shape.js';
import { show } from '../base/show.js';
import { partnerDType, type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import { type Tensor, upload } from '../tensor/tensor.js';
import { mul } from './arithmetic.js';
import { sum } from './broadcast.js';
import { greaterEqual, less, logicalAnd, where } from './comparison.js';
import { fill } from './creation.js';
import { lastOfEach } from './last-of-each.js';
import { all } from './reductions.js';
import { reshape } from './reshape.js';
import { gatherRows, scatterAddRows } from './shared/gather-rows.js';
import { toDType } from './shared/to-dtype.js';

/* Ops whose indices are coordinates: the last axis of `indices` counts through the leading axes of a tensor. */

/** Coordinates as row numbers of [rows, inner]; −1 where a coordinate is out of range. */
interface Places {
  readonly rows: Tensor;
  readonly count: number;
  readonly size: number;
  readonly inner: number;
  /** Axes of indices before the coordinates. */
  readonly lead: Shape;
  /** Remaining axes of the tensor. */
  readonly rest: Shape;
}

/** @throws ShapeError @throws ValueError for coordinates out of range, if they are in host memory */
function placesOf(caller: string, indices: Tensor, shape: Shape): Places {
  const depth = indices.shape.at(-1) ?? 0;
  if (indices.rank === 0 || depth > shape.length) {
    throw new ShapeError(
      `${caller}: indices are ${formatShape(indices.shape)}, expected [..., coordinates], at most ${shape.length} for ${formatShape(shape)}`,
    );
  }
  if (indices.dtype !== 'int32') throw new DTypeError(`${caller}: indices are ${indices.dtype}, expected int32`);
  const sizes = shape.slice(0, depth);
  assertInside(caller, indices, sizes);
  const lead = indices.shape.slice(0, -1);
  const rest = shape.slice(depth);
  const count = sizeOf(lead);
  if (depth === 0) {
    return { rows: fill([count], 0, 'int32'), count, size: 1, inner: sizeOf(rest), lead, rest };
  }
  const coordinates = reshape(indices, [count, depth]);
  const inside = logicalAnd(
    greaterEqual(coordinates, upload([0], [], 'int32')),
    less(coordinates, upload(sizes, [depth], 'int32')),
  );
  const flat = sum(mul(coordinates, upload(stridesOf(sizes), [depth], 'int32')), 1);
  const rows = where(all(inside, 1), flat, fill([], -1, 'int32'));
  return { rows, count, size: sizeOf(sizes), inner: sizeOf(rest), lead, rest };
}

function assertInside(caller: string, indices: Tensor, sizes: Shape): void {
  const { storage } = indices;
  const values = storage.backend.view?.(storage.buffer, 'int32', indices.size);
  if (!values) return;
  const depth = sizes.length;
  const wrong = values.findIndex((value, i) => value < 0 || value >= sizes[i % depth]);
  if (wrong < 0) return;
  const row = Math.floor(wrong / depth);
  throw new ValueError(
    `${caller}: indices[${row}] is [${values.slice(row * depth, (row + 1) * depth)}], expected coordinates in ${formatShape(sizes)}`,
  );
}

/**
 * Pick slices of x by coordinates.
 * @param indices int32 [..., depth]: coordinates in the first `depth` axes of x
 * @returns [...leading axes of indices, ...further axes of x]
 * @throws ShapeError when there are more coordinates than axes
 * @throws ValueError for coordinates out of range; on a GPU they pick zeros
 * @example gatherND([[1, 2], [3, 4]], [[1, 0], [0, 1]]) // [3, 2]
 */
export function gatherND(x: TensorLike, indices: TensorLike): Tensor {
  return tidy(() => {
    const value = toTensor('gatherND', 'x', x);
    const coordinates = toTensor('gatherND', 'indices', indices, 'int32');
    const { rows, size, inner, lead, rest } = placesOf('gatherND', coordinates, value.shape);
    return reshape(gatherRows(value, rows, { outer: 1, size, inner }), [...lead, ...rest]);
  });
}

/** Updates as rows, after a look at their shape. */
function assertUpdates(caller: string, updates: Tensor, { lead, rest }: Places): void {
  const expected = [...lead, ...rest];
  if (!sameShape(updates.shape, expected)) {
    throw new ShapeError(`${caller}: updates are ${formatShape(updates.shape)}, expected ${formatShape(expected)}`);
  }
}

/**
 * Add updates into zeros at coordinates: the adjoint of `gatherND`.
 * @param indices int32 [..., depth]; updates at the same place are summed
 * @param updates [...leading axes of indices, ...axes of shape after the first `depth`]
 * @throws ShapeError when updates and indices do not fit the shape
 * @throws ValueError for coordinates out of range; on a GPU they are left out
 * @example scatterND([[1], [3], [1]], [5, 6, 7], [4]) // [0, 12, 0, 6]
 */
export function scatterND(indices: TensorLike, updates: TensorLike, shape: Shape): Tensor {
  assertShape('scatterND', shape);
  return tidy(() => {
    const coordinates = toTensor('scatterND', 'indices', indices, 'int32');
    const values = toTensor('scatterND', 'updates', updates);
    const places = placesOf('scatterND', coordinates, shape);
    assertUpdates('scatterND', values, places);
    const { rows, size, inner } = places;
    return reshape(scatterAddRows(values, rows, { outer: 1, size, inner }), shape);
  });
}

/**
 * A copy of x with updates in place of the slices at coordinates; of updates at the same place the last one counts.
 * @param indices int32 [..., depth], as in `gatherND`
 * @param updates [...leading axes of indices, ...further axes of x]
 * @throws ShapeError when updates and indices do not fit x
 * @throws ValueError for coordinates out of range; on a GPU they are left out
 * @example tensorScatterUpdate([1, 1, 1], [[2], [0]], [5, 6]) // [6, 1, 5]
 */
export function tensorScatterUpdate(x: TensorLike, indices: TensorLike, updates: TensorLike): Tensor {
  return tidy(() => {
    const value = toTensor('tensorScatterUpdate', 'x', x, partnerDType(updates));
    const coordinates = toTensor('tensorScatterUpdate', 'indices', indices, 'int32');
    const places = placesOf('tensorScatterUpdate', coordinates, value.shape);
    const given = toTensor('tensorScatterUpdate', 'updates', updates, value.dtype);
    assertUpdates('tensorScatterUpdate', given, places);
    const { size, inner, count } = places;
    const view = { outer: 1, size, inner };
    const rows = lastOfEach(places.rows);
    const hits = scatterAddRows(fill([count], 1, 'float32'), rows, { ...view, inner: 1 });
    const isHit = reshape(toDType(hits, 'bool'), [1, size, 1]);
    const written = scatterAddRows(toDType(given, value.dtype), rows, view);
    return reshape(where(isHit, written, reshape(value, [1, size, inner])), value.shape);
  });
}

/**
 * Sums of the slices of x that belong to the same segment.
 * @param x its first axis is summed over
 * @param segmentIds int32, the segment of each slice; slices with a negative or too large one are left out
 * @param numSegments size of the first axis of the result
 * @throws ShapeError when there is not one segment for each slice
 * @throws ValueError when numSegments is not an integer ≥ 1
 * @example unsortedSegmentSum([1, 2, 3, 4], [1, 0, 1, -1], 2) // [2, 4]
 */
export function unsortedSegmentSum(x: TensorLike, segmentIds: TensorLike, numSegments: number): Tensor {
  if (!Number.isInteger(numSegments) || numSegments < 1) {
    throw new ValueError(`unsortedSegmentSum: numSegments is ${show(numSegments)}, expected an integer ≥ 1`);
  }
  return tidy(() => {
    const value = toTensor('unsortedSegmentSum', 'x', x);
    const segments = toTensor('unsortedSegmentSum', 'segmentIds', segmentIds, 'int32');
    if (segments.rank === 0 || !sameShape(value.shape.slice(0, segments.rank), segments.shape)) {
      throw new ShapeError(
        `unsortedSegmentSum: segmentIds are ${formatShape(segments.shape)}, expected the leading axes of x ${formatShape(value.shape)}`,
      );
    }
    const rest = value.shape.slice(segments.rank);
    const ids = toDType(segments, 'int32');
    return reshape(scatterAddRows(value, ids, { outer: 1, size: numSegments, inner: sizeOf(rest) }), [
      numSegments,
      ...rest,
    ]);
  });
}
