import type { ArgReduction, Reduction } from '../backends/kernels.js';
import { type DType, isFloat } from '../base/dtype.js';
import { ShapeError } from '../base/errors.js';
import { type AxisReduction, reductionSteps } from '../base/reduction.js';
import { type Axes, type AxisView, axisView, formatShape, normalizeAxis, type Shape } from '../base/shape.js';
import { type TensorLike, toTensor, withTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { add, div, mul, sub } from './arithmetic.js';
import { broadcastTo, sum } from './broadcast.js';
import { equal, isFinite, where } from './comparison.js';
import { cumprod } from './cumulative.js';
import { type GradientsOf, type Op, type Recorded, runOp } from './op.js';
import { reshape } from './reshape.js';
import { toDType } from './shared/to-dtype.js';
import { exp, log, square } from './unary.js';

type One = { x: Tensor };

function reductionOp(
  name: Reduction,
  dtypeOf: (dtype: DType) => DType,
  reads: readonly ('x' | 'output')[],
  gradient: (dy: Tensor, recorded: Recorded<One, AxisReduction>) => GradientsOf<One>,
): Op<One, AxisReduction> {
  return {
    name,
    infer: ({ x }, { shape }) => ({ shape, dtype: dtypeOf(x.dtype) }),
    forward: (kernels, { x }, out, view) => kernels.reduce(name, x, out, view),
    reads: () => ({ x: reads }),
    gradient,
  };
}

function reduction(op: Op<One, AxisReduction>, allowEmpty: boolean) {
  return (x: TensorLike, axis?: Axes, keepDims?: boolean | null): Tensor =>
    withTensor(op.name, 'x', x, (x) => {
      const steps = reductionSteps(op.name, x.shape, axis, !!keepDims);
      if (!allowEmpty && steps.some(({ size }) => size === 0)) {
        throw new ShapeError(`${op.name}: x ${formatShape(x.shape)} has nothing to reduce over axes ${axis ?? 'all'}`);
      }
      return tidy(() => steps.reduce((result, step) => runOp(op, { x: result }, step), x));
    });
}

/**
 * A rule that sees dy and the reduction as [outer, 1, inner], and x as [outer, size, inner]; values only if it asks.
 */
function inTheMiddle(rule: (dy: Tensor, view: Shape, x: () => Tensor, y: () => Tensor) => Tensor) {
  return (dy: Tensor, { inputs: { x }, output, options }: Recorded<One, AxisReduction>): GradientsOf<One> => ({
    x: () => {
      const { outer, size, inner } = options;
      const view = [outer, size, inner];
      const reduced = [outer, 1, inner];
      const gradient = rule(
        reshape(dy, reduced),
        view,
        () => reshape(x, view),
        () => reshape(output, reduced),
      );
      return reshape(gradient, x.shape);
    },
  });
}

/** The gradient is divided evenly among the values that equal the extremum, as in TensorFlow. */
const toExtrema = inTheMiddle((dy, _, x, y) => {
  const hits = toDType(equal(x(), y()), dy.dtype);
  return mul(hits, div(dy, sum(hits, 1, true)));
});

const asFloat = (dtype: DType): DType => (isFloat(dtype) ? dtype : 'float32');
const numeric = (dtype: DType): DType => (dtype === 'bool' ? 'int32' : dtype);
const same = (dtype: DType): DType => dtype;

const meanOp = reductionOp(
  'mean',
  asFloat,
  [],
  inTheMiddle((dy, view) => broadcastTo(mul(dy, 1 / view[1]), view)),
);
const maxOp = reductionOp('max', same, ['x', 'output'], toExtrema);
const minOp = reductionOp('min', same, ['x', 'output'], toExtrema);
// The product of all others: those before times those after. Division would fail at zeros.
const othersProduct = (x: Tensor): Tensor => mul(cumprod(x, 1, true), cumprod(x, 1, true, true));
const prodOp = reductionOp(
  'prod',
  numeric,
  ['x'],
  inTheMiddle((dy, _, x) => mul(dy, othersProduct(x()))),
);
const anyOp = reductionOp(
  'any',
  () => 'bool',
  [],
  () => ({ x: null }),
);
const allOp = reductionOp(
  'all',
  () => 'bool',
  [],
  () => ({ x: null }),
);

/**
 * The arithmetic mean over axes (all when left out), as a float.
 * @throws ValueError on a wrong axis
 * @example mean(x, [1, 2])
 */
export const mean = reduction(meanOp, true);
/**
 * The largest value over axes; equal maxima divide the gradient evenly. @throws ShapeError when there is nothing to
 * compare
 * @example max([[1, 5], [3, 2]], 1) // [5, 3]
 */
export const max = reduction(maxOp, false);
/**
 * The smallest value over axes; equal minima divide the gradient evenly. @throws ShapeError when there is nothing to
 * compare
 * @example min([[1, 5], [3, 2]], 1) // [1, 2]
 */
export const min = reduction(minOp, false);
/** The product over axes; an empty one is 1. @example prod([2, 3, 4]) // 24 */
export const prod = reduction(prodOp, true);

const anyOf = reduction(anyOp, true);
const allOf = reduction(allOp, true);

/** Whether any value along axes is true. @example any([0, 1]) // 1 */
export function any(x: TensorLike, axis?: Axes, keepDims?: boolean | null): Tensor {
  return tidy(() => anyOf(toDType(toTensor('any', 'x', x, 'bool'), 'bool'), axis, keepDims));
}

/** Whether all values along axes are true. @example all([0, 1]) // 0 */
export function all(x: TensorLike, axis?: Axes, keepDims?: boolean | null): Tensor {
  return tidy(() => allOf(toDType(toTensor('all', 'x', x, 'bool'), 'bool'), axis, keepDims));
}

function argOp(name: ArgReduction): Op<One, AxisView> {
  return {
    name,
    infer: (_, { outer, inner }) => ({ shape: [outer, inner], dtype: 'int32' }),
    forward: (kernels, { x }, out, view) => kernels.argReduce(name, x, out, view),
    gradient: () => ({ x: null }),
  };
}

function argReduction(op: Op<One, AxisView>) {
  return (x: TensorLike, axis?: number | null): Tensor =>
    tidy(() => {
      const value = toTensor(op.name, 'x', x);
      const place = normalizeAxis(op.name, axis ?? 0, value.rank);
      if (value.shape[place] === 0)
        throw new ShapeError(`${op.name}: x ${formatShape(value.shape)} is empty along axis ${axis ?? 0}`);
      const index = runOp(op, { x: value }, axisView(value.shape, place));
      return reshape(
        index,
        value.shape.filter((_, i) => i !== place),
      );
    });
}

/**
 * The index of the largest value along an axis, the first of equals; int32. @param axis default 0 @throws ShapeError
 * @example argMax([[1, 5], [3, 2]], 1) // [1, 0]
 */
export const argMax = argReduction(argOp('argMax'));
/**
 * The index of the smallest value along an axis, the first of equals; int32. @param axis default 0 @throws ShapeError
 * @example argMin([[1, 5], [3, 2]], 1) // [0, 1]
 */
export const argMin = argReduction(argOp('argMin'));

/**
 * Mean and biased variance over axes (all when left out).
 * @returns both, shaped alike
 * @example moments([1, 3]).mean // 2
 */
export function moments(x: TensorLike, axis?: Axes, keepDims?: boolean | null): { mean: Tensor; variance: Tensor } {
  return tidy(() => {
    const value = toTensor('moments', 'x', x);
    const center = mean(value, axis, true);
    const squares = mean(square(sub(value, center)), axis, keepDims);
    return { mean: reshape(center, squares.shape), variance: squares };
  });
}

/** The biased variance, mean of (x − mean x)². @example variance([1, 3]) // 1 */
export const variance = (x: TensorLike, axis?: Axes, keepDims?: boolean | null): Tensor =>
  tidy(() => moments(x, axis, keepDims).variance);

/** ln Σ eˣ, without overflow. @example logSumExp([0, 0]) // 0.6931 */
export function logSumExp(x: TensorLike, axis?: Axes, keepDims?: boolean | null): Tensor {
  return tidy(() => {
    const value = toTensor('logSumExp', 'x', x);
    const extreme = max(value, axis, true);
    // ∞ − ∞ is NaN: infinite maxima are left where they are.
    const largest = where(isFinite(extreme), extreme, 0);
    const result = log(sum(exp(sub(value, largest)), axis, keepDims));
    return add(result, reshape(largest, result.shape));
  });
}
