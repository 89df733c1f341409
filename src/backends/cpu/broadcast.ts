import { type TypedArray, typedArray } from '../../base/dtype.js';
import { broadcastStrides, type Shape, sameShape, sizeOf, stridesOf } from '../../base/shape.js';
import type { Kernels, Operand } from '../kernels.js';
import { copyStrided } from './strided.js';

function stretchInto(x: Operand<TypedArray>, shape: Shape, values: TypedArray): void {
  copyStrided(
    shape,
    { values: x.buffer, offset: 0, strides: broadcastStrides(x.shape, shape) },
    { values, offset: 0, strides: stridesOf(shape) },
  );
}

/**
 * Return the values of x broadcast to `shape`, so that elementwise loops need one index; x's own array if nothing
 * stretches.
 */
export function stretched(x: Operand<TypedArray>, shape: Shape): TypedArray {
  if (sameShape(x.shape, shape)) return x.buffer;
  const values = typedArray(x.dtype, sizeOf(shape));
  if (x.size === 1) values.fill(x.buffer[0]);
  else stretchInto(x, shape, values);
  return values;
}

export const broadcast: Pick<Kernels<TypedArray>, 'broadcast'> = {
  broadcast(x, out) {
    stretchInto(x, out.shape, out.buffer);
  },
};
