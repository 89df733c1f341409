import { ShapeError } from '../base/errors.js';
import { broadcastShapes, formatShape } from '../base/shape.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import { type Tensor, upload } from '../tensor/tensor.js';

/**
 * The shape that two shapes broadcast to.
 * @param s0 a shape as a vector @param s1 another
 * @returns int32
 * @throws ShapeError when they do not broadcast @throws BackendError where memory is not visible to the host
 * @example broadcastArgs([2, 1], [1, 3]) // [2, 3]
 */
export function broadcastArgs(s0: TensorLike, s1: TensorLike): Tensor {
  return tidy(() => {
    const shapes = [toTensor('broadcastArgs', 's0', s0, 'int32'), toTensor('broadcastArgs', 's1', s1, 'int32')];
    for (const { rank, shape } of shapes) {
      if (rank !== 1) throw new ShapeError(`broadcastArgs: a shape is ${formatShape(shape)}, expected rank 1`);
    }
    const [a, b] = shapes.map((shape) => [...shape.dataSync()]);
    const shape = broadcastShapes('broadcastArgs', a, b);
    return upload(shape, [shape.length], 'int32');
  });
}
