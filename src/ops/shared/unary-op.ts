import { INTEGER_FUNCTIONS, type UnaryFunction } from '../../backends/function-names.js';
import { assertFloat, isFloat } from '../../base/dtype.js';
import { type TensorLike, toTensor } from '../../tensor/convert.js';
import { tidy } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import { cast } from '../cast.js';
import { type Op, runOp } from '../op.js';

/** Parameters of the few functions that have them; see `Kernels.unary`. */
export interface UnaryParameters {
  readonly alpha: number;
  readonly beta: number;
}

export type UnaryGradient = (dy: Tensor, x: Tensor, y: Tensor, parameters: UnaryParameters) => Tensor;

const KEEPS_INTEGERS: ReadonlySet<UnaryFunction> = /* @__PURE__ */ new Set(INTEGER_FUNCTIONS);

export type UnaryReads = readonly ('x' | 'output')[];

/** Define an elementwise op of one operand. */
export function unaryOp(
  name: UnaryFunction,
  reads: UnaryReads,
  gradient: UnaryGradient,
): Op<{ x: Tensor }, UnaryParameters> {
  return {
    name,
    infer: ({ x }) => {
      if (!KEEPS_INTEGERS.has(name)) assertFloat(name, 'x', x.dtype);
      return { shape: x.shape, dtype: x.dtype };
    },
    forward: (kernels, { x }, out, { alpha, beta }) => kernels.unary(name, x, out, alpha, beta),
    reads: () => ({ x: reads }),
    gradient: (dy, { inputs: { x }, output, options }) => ({
      x: () => tidy(() => gradient(dy, x, output, options)),
    }),
  };
}

/** Run such an op; integers and booleans become float32 where the function needs floats. */
export function unary(op: Op<{ x: Tensor }, UnaryParameters>, x: TensorLike, alpha = 0, beta = 0): Tensor {
  if (x instanceof Tensor && isFloat(x.dtype)) return runOp(op, { x }, { alpha, beta });
  return tidy(() => {
    const value = toTensor(op.name, 'x', x);
    const keeps = value.dtype === 'int32' && KEEPS_INTEGERS.has(op.name as UnaryFunction);
    return runOp(op, { x: keeps || isFloat(value.dtype) ? value : cast(value, 'float32') }, { alpha, beta });
  });
}
