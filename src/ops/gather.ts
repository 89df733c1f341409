import { assertNumber } from '../base/arguments.js';
import { ShapeError, ValueError } from '../base/errors.js';
import { axisView, formatShape, normalizeAxis, sameShape, sizeOf } from '../base/shape.js';
import { show } from '../base/show.js';
import { hostValues, type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import { Tensor, upload } from '../tensor/tensor.js';
import { add } from './arithmetic.js';
import { range } from './creation.js';
import { reshape } from './reshape.js';
import { gatherRows } from './shared/gather-rows.js';

/** @throws ValueError naming the first index that is out of range */
function assertIndices(values: ArrayLike<number>, axis: number, size: number): void {
  for (let i = 0; i < values.length; i++) {
    const index = values[i];
    if (Number.isInteger(index) && index >= 0 && index < size) continue;
    throw new ValueError(
      `gather: index ${index} at place ${i}, expected an integer in [0, ${size}), the size of axis ${axis}`,
    );
  }
}

/** The indices as a tensor, checked if they are in host memory. */
function checkedIndices(indices: TensorLike, axis: number, size: number): Tensor {
  if (!(indices instanceof Tensor)) {
    const host = hostValues('gather', 'indices', indices);
    assertIndices(host.values, axis, size);
    return upload(host.values, host.shape, 'int32');
  }
  indices.assertAlive('gather');
  const { storage, dtype } = indices;
  const values = storage.backend.view?.(storage.buffer, dtype, indices.size);
  if (values && dtype === 'int32') assertIndices(values, axis, size);
  return indices;
}

/**
 * Pick slices of x along an axis.
 * @param indices int32 of any shape; it takes the axis's place in the result
 * @param axis default 0; from the end when negative
 * @param batchDims leading axes that x and indices have in common: row b of indices picks from row b of x; default 0
 * @throws ValueError when an index is out of range. On a GPU a tensor's values cannot be looked at without waiting:
 * there such an index picks zeros, as in tfjs
 * @throws ShapeError when these axes differ
 * @throws DTypeError when indices is a tensor of another dtype
 * @example gather(weights, [2, 0])
 */
export function gather(x: TensorLike, indices: TensorLike, axis?: number | null, batchDims?: number | null): Tensor {
  return tidy(() => {
    const value = toTensor('gather', 'x', x);
    const at = normalizeAxis('gather', axis ?? 0, value.rank);
    const places = checkedIndices(indices, at, value.shape[at]);
    const shared = sharedAxes(value, places, at, batchDims ?? 0);
    const { outer, size, inner } = axisView(value.shape, at);
    const shape = [...value.shape.slice(0, at), ...places.shape.slice(shared), ...value.shape.slice(at + 1)];
    if (shared === 0) return reshape(gatherRows(value, places, { outer, size, inner }), shape);
    // Row (b, o) of x begins at (b · outer + o) · size of all its rows.
    const batch = sizeOf(value.shape.slice(0, shared));
    const each = outer / batch;
    const starts = reshape(range(0, outer * size, size, 'int32'), [batch, each, 1]);
    const rows = add(reshape(places, [batch, 1, places.size / batch]), starts);
    return reshape(gatherRows(value, rows, { outer: 1, size: outer * size, inner }), shape);
  });
}

/** The number of leading axes that x and indices have in common. */
function sharedAxes(x: Tensor, indices: Tensor, axis: number, batchDims: number): number {
  assertNumber('gather', 'batchDims', batchDims);
  const shared = batchDims < 0 ? batchDims + indices.rank : batchDims;
  if (!Number.isInteger(shared) || shared < 0 || shared > Math.min(axis, indices.rank)) {
    throw new ValueError(
      `gather: batchDims is ${show(batchDims)}, expected an integer in [0, ${Math.min(axis, indices.rank)}]: at most the axis and the rank of indices`,
    );
  }
  if (!sameShape(x.shape.slice(0, shared), indices.shape.slice(0, shared))) {
    throw new ShapeError(
      `gather: x ${formatShape(x.shape)} and indices ${formatShape(indices.shape)} differ in the first ${shared} axes`,
    );
  }
  return shared;
}
