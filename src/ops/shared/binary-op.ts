import type { BinaryFunction } from '../../backends/kernels.js';
import { broadcastShapes } from '../../base/shape.js';
import { commonDType, partnerDType, type TensorLike, toTensor } from '../../tensor/convert.js';
import { tidy } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import { sumTo } from '../broadcast.js';
import { type GradientsOf, type Op, type Reads, type Recorded, runOp } from '../op.js';
import { toDType } from './to-dtype.js';

/** @internal */
export interface Operands {
  readonly [name: string]: Tensor;
  readonly a: Tensor;
  readonly b: Tensor;
}

/** @internal an op of two operands that broadcast */
export function binaryOp(
  name: BinaryFunction,
  reads: Reads<Operands>,
  gradient: (dy: Tensor, recorded: Recorded<Operands, null>) => GradientsOf<Operands>,
): Op<Operands, null> {
  return {
    name,
    infer: ({ a, b }) => ({ shape: broadcastShapes(name, a.shape, b.shape), dtype: a.dtype }),
    forward: (kernels, { a, b }, out) => kernels.binary(name, a, b, out),
    reads: () => reads,
    gradient,
  };
}

/** @internal gradients of stretched operands are summed over the stretch */
export const back = (dx: Tensor, x: Tensor): Tensor => sumTo(dx, x.shape);

/** @internal converts and promotes the operands, then runs the op */
export function binary(op: Op<Operands, null>, a: TensorLike, b: TensorLike): Tensor {
  if (a instanceof Tensor && b instanceof Tensor && a.dtype === b.dtype && a.dtype !== 'bool') {
    return runOp(op, { a, b }, null);
  }
  return tidy(() => {
    const left = toTensor(op.name, 'a', a, partnerDType(b));
    const right = toTensor(op.name, 'b', b, partnerDType(a));
    const common = commonDType([left, right]);
    const dtype = common === 'bool' ? 'int32' : common;
    return runOp(op, { a: toDType(left, dtype), b: toDType(right, dtype) }, null);
  });
}
