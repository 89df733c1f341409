import type { Cumulation } from '../backends/kernels.js';
import { type AxisView, axisView, normalizeAxis } from '../base/shape.js';
import { type TensorLike, withTensor } from '../tensor/convert.js';
import type { Tensor } from '../tensor/tensor.js';
import { div, mul } from './arithmetic.js';
import { type GradientsOf, type Op, type Recorded, runOp } from './op.js';

interface Options extends AxisView {
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

type One = { x: Tensor };

function cumulativeOp(
  name: string,
  kind: Cumulation,
  reads: readonly ('x' | 'output')[],
  gradient: (dy: Tensor, recorded: Recorded<One, Options>) => GradientsOf<One>,
): Op<One, Options> {
  return {
    name,
    infer: ({ x }) => ({ shape: x.shape, dtype: x.dtype === 'bool' ? 'int32' : x.dtype }),
    forward: (kernels, { x }, out, options) =>
      kernels.cumulate(kind, x, out, options, options.exclusive, options.reverse),
    reads: () => ({ x: reads }),
    gradient,
  };
}

const cumsumOp = cumulativeOp('cumsum', 'sum', [], (dy, { options }) => ({
  x: () => runOp(cumsumOp, { x: dy }, { ...options, reverse: !options.reverse }),
}));

const cumprodOp = cumulativeOp('cumprod', 'prod', ['x', 'output'], (dy, { inputs: { x }, output, options }) => ({
  // y is proportional to each x that went into it: dx = Σ dy · y / x over the later results. Zeros in x have no such
  // form.
  x: () => div(runOp(cumsumOp, { x: mul(dy, output) }, { ...options, reverse: !options.reverse }), x),
}));

function cumulate(op: Op<One, Options>, x: TensorLike, axis: number, exclusive: boolean, reverse: boolean): Tensor {
  return withTensor(op.name, 'x', x, (x) => {
    const view = axisView(x.shape, normalizeAxis(op.name, axis, x.rank));
    return runOp(op, { x }, { ...view, exclusive, reverse });
  });
}

/**
 * Running sums along an axis.
 * @param exclusive excludes each element itself
 * @param reverse runs from the end
 * @example cumsum([1, 2, 3]) // [1, 3, 6]
 */
export function cumsum(
  x: TensorLike,
  axis?: number | null,
  exclusive?: boolean | null,
  reverse?: boolean | null,
): Tensor {
  return cumulate(cumsumOp, x, axis ?? 0, !!exclusive, !!reverse);
}

/**
 * Running products along an axis; see `cumsum`. The gradient is undefined where x is 0.
 * @example cumprod([1, 2, 3]) // [1, 2, 6]
 */
export function cumprod(
  x: TensorLike,
  axis?: number | null,
  exclusive?: boolean | null,
  reverse?: boolean | null,
): Tensor {
  return cumulate(cumprodOp, x, axis ?? 0, !!exclusive, !!reverse);
}
