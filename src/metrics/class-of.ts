import { ShapeError } from '../base/errors.js';
import { formatShape } from '../base/shape.js';
import { slice } from '../ops/slice.js';
import type { Tensor } from '../tensor/tensor.js';

/** Select the values of one class, [batch, …, 1]. @throws ShapeError when x does not have the class */
export function ofClass(caller: string, x: Tensor, classId: number): Tensor {
  const classes = x.shape.at(-1) ?? 0;
  if (x.rank < 2 || classId >= classes) {
    const shape = formatShape(x.shape);
    throw new ShapeError(`${caller}: classId is ${classId}, but yPred is ${shape}, expected [batch, …, classes]`);
  }
  const before = x.shape.slice(0, -1);
  return slice(x, [...before.map(() => 0), classId], [...before, 1]);
}
