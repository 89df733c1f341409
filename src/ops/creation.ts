import { assertList, assertNumber } from '../base/arguments.js';
import { assertDType, type DType, tagOf } from '../base/dtype.js';
import { DTypeError, ShapeError, ValueError } from '../base/errors.js';
import { assertShape, type Shape } from '../base/shape.js';
import { show } from '../base/show.js';
import { assertCount, hostValues, type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import { Tensor, upload } from '../tensor/tensor.js';
import { type Op, runOp, type Spec } from './op.js';

const fillOp: Op<Record<never, never>, Spec & { value: number }> = {
  name: 'fill',
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  forward: (kernels, _, out, { value }) => kernels.fill(out, value),
  gradient: () => ({}),
};

/**
 * A tensor from host values.
 * @param values a number, nested arrays, a typed array, or an ndarray view
 * @param shape defaults to the shape of the values
 * @param dtype defaults to float32; to int32 for typed arrays of integers, float64 for a Float64Array, bool for
 * booleans
 * @throws ShapeError when nested arrays are ragged or the values do not fill the shape
 * @throws DTypeError when the current backend lacks the dtype
 * @example tensor([[1, 2], [3, 4]])
 */
export function tensor<D extends DType = 'float32'>(
  values: TensorLike,
  shape?: Shape | null,
  dtype?: D | null,
): Tensor<D> {
  if (values instanceof Tensor) throw new ValueError('tensor: values is a tensor already, expected numbers; see clone');
  const host = hostValues('tensor', 'values', values);
  const type = dtype ?? naturalDType(values, host.values);
  assertDType(type, 'tensor');
  const target = shape ?? host.shape;
  assertShape('tensor', target);
  assertCount('tensor', host.values.length, target);
  return upload(host.values, [...target], type as D);
}

function naturalDType(given: TensorLike, values: ArrayLike<number>): DType {
  const tag = tagOf(values);
  if (tag === 'Float64Array') return 'float64';
  if (tag !== undefined && /int/i.test(tag)) {
    if (tag === 'Uint32Array') assertFitsInt32(values);
    return 'int32';
  }
  let first: unknown = given;
  while (Array.isArray(first)) first = first[0];
  return typeof first === 'boolean' ? 'bool' : 'float32';
}

function assertFitsInt32(values: ArrayLike<number>): void {
  const far = Array.prototype.findIndex.call(values, (value) => value > 2 ** 31 - 1);
  if (far >= 0) throw new ValueError(`tensor: values[${far}] is ${values[far]}, beyond int32; give a dtype`);
}

/** A tensor of rank 0. @example scalar(3) */
export function scalar<D extends DType = 'float32'>(value: number | boolean, dtype?: D | null): Tensor<D> {
  return tensor<D>(value, [], dtype);
}

function ranked(name: string, rank: number) {
  return <D extends DType = 'float32'>(values: TensorLike, shape?: Shape | null, dtype?: D | null): Tensor<D> => {
    const result = tensor<D>(values, shape, dtype);
    if (result.rank === rank) return result;
    result.dispose();
    throw new ValueError(`${name}: values have rank ${result.rank}, expected ${rank}`);
  };
}

const rank1 = ranked('tensor1d', 1);

/** A tensor of rank 1. @throws ValueError @example tensor1d([1, 2]) // [1, 2] */
export function tensor1d<D extends DType = 'float32'>(values: TensorLike, dtype?: D | null): Tensor<D> {
  return rank1(values, undefined, dtype);
}
/** A tensor of rank 2. @throws ValueError @example tensor2d([1, 2, 3, 4], [2, 2]) // [[1, 2], [3, 4]] */
export const tensor2d = ranked('tensor2d', 2);
/** A tensor of rank 3. @throws ValueError @example tensor3d([1, 2], [1, 2, 1]) // [[[1], [2]]] */
export const tensor3d = ranked('tensor3d', 3);
/** A tensor of rank 4. @throws ValueError @example tensor4d([1, 2], [1, 1, 2, 1]) // [[[[1], [2]]]] */
export const tensor4d = ranked('tensor4d', 4);
/** A tensor of rank 5. @throws ValueError @example tensor5d([1, 2], [1, 1, 1, 2, 1]) // [[[[[1], [2]]]]] */
export const tensor5d = ranked('tensor5d', 5);
/** A tensor of rank 6. @throws ValueError @example tensor6d([1, 2], [1, 1, 1, 1, 2, 1]) // [[[[[[1], [2]]]]]] */
export const tensor6d = ranked('tensor6d', 6);

/**
 * Every element the same.
 * @param dtype default float32, bool for true and false
 * @throws ShapeError @throws ValueError
 * @example fill([2, 3], 7)
 */
export function fill<D extends DType = 'float32'>(shape: Shape, value: number | boolean, dtype?: D | null): Tensor<D> {
  assertShape('fill', shape);
  if (typeof value !== 'number' && typeof value !== 'boolean') {
    throw new ValueError(`fill: value is ${show(value)}, expected a number`);
  }
  const type = dtype ?? (typeof value === 'boolean' ? 'bool' : 'float32');
  assertDType(type, 'fill');
  return runOp(fillOp, {}, { shape: [...shape], dtype: type, value: Number(value) }) as Tensor<D>;
}

/** Every element 0. @throws ShapeError @example zeros([2]) // [0, 0] */
export const zeros = <D extends DType = 'float32'>(shape: Shape, dtype?: D | null): Tensor<D> => fill(shape, 0, dtype);
/** Every element 1. @throws ShapeError @example ones([2]) // [1, 1] */
export const ones = <D extends DType = 'float32'>(shape: Shape, dtype?: D | null): Tensor<D> => fill(shape, 1, dtype);
/** Zeros of x's shape and dtype. @example zerosLike(tensor([5, 6])) // [0, 0] */
export const zerosLike = (x: TensorLike): Tensor => filledLike('zerosLike', x, 0);
/** Ones of x's shape and dtype. @example onesLike(tensor([5, 6])) // [1, 1] */
export const onesLike = (x: TensorLike): Tensor => filledLike('onesLike', x, 1);

function filledLike(caller: string, x: TensorLike, value: number): Tensor {
  if (x instanceof Tensor) return fill(x.shape, value, x.dtype);
  const { values, shape } = hostValues(caller, 'x', x);
  return fill(shape, value, naturalDType(x, values));
}

/**
 * start, start + step, … up to but not including stop.
 * @param step default 1, or -1 when stop is below start
 * @throws ValueError when step is 0
 * @example range(0, 6, 2) // [0, 2, 4]
 */
export function range(start: number, stop: number, step?: number | null, dtype?: DType | null): Tensor {
  assertNumber('range', 'start', start);
  assertNumber('range', 'stop', stop);
  if (step !== undefined && step !== null) assertNumber('range', 'step', step);
  const by = step ?? (stop < start ? -1 : 1);
  if (by === 0 || !Number.isFinite(by))
    throw new ValueError(`range: step is ${show(by)}, expected a number other than 0`);
  const type = dtype ?? 'float32';
  assertDType(type, 'range');
  const count = Math.max(0, Math.ceil((stop - start) / by));
  assertShape('range', [count]);
  return upload(
    Float64Array.from({ length: count }, (_, i) => start + i * by),
    [count],
    type,
  );
}

/**
 * `num` values from start to stop, both included, evenly spaced. @throws ValueError when num is not an integer ≥ 1
 * @example linspace(0, 1, 3) // [0, 0.5, 1]
 */
export function linspace(start: number, stop: number, num: number): Tensor {
  if (!Number.isInteger(num) || num < 1) throw new ValueError(`linspace: num is ${show(num)}, expected an integer ≥ 1`);
  assertShape('linspace', [num]);
  assertNumber('linspace', 'start', start);
  assertNumber('linspace', 'stop', stop);
  const step = num === 1 ? 0 : (stop - start) / (num - 1);
  return upload(
    Float64Array.from({ length: num }, (_, i) => start + i * step),
    [num],
    'float32',
  );
}

/** Ones on the main diagonal. @param numColumns defaults to numRows @example eye(2) // [[1, 0], [0, 1]] */
export function eye(
  numRows: number,
  numColumns?: number | null,
  batchShape?: Shape | null,
  dtype?: DType | null,
): Tensor {
  const columns = numColumns ?? numRows;
  assertList('eye', 'batchShape', batchShape ?? []);
  for (const count of [numRows, columns]) {
    if (typeof count !== 'number')
      throw new ShapeError(`eye: given ${show(count)} rows or columns, expected integers ≥ 0`);
  }
  const shape = [...(batchShape ?? []), numRows, columns];
  assertShape('eye', shape);
  const type = dtype ?? 'float32';
  assertDType(type, 'eye');
  const matrix = numRows * columns;
  const values = new Float64Array(shape.reduce((a, b) => a * b, 1));
  for (let base = 0; base < values.length; base += matrix) {
    for (let i = 0; i < Math.min(numRows, columns); i++) values[base + i * (columns + 1)] = 1;
  }
  return upload(values, shape, type);
}

const oneHotOp: Op<{ indices: Tensor }, { depth: number; on: number; off: number; dtype: DType }> = {
  name: 'oneHot',
  infer: ({ indices }, { depth, dtype }) => {
    if (indices.dtype !== 'int32') throw new DTypeError(`oneHot: indices are ${indices.dtype}, expected int32`);
    return { shape: [...indices.shape, depth], dtype };
  },
  forward: (kernels, { indices }, out, { on, off }) => kernels.oneHot(indices, out, on, off),
  gradient: () => ({ indices: null }),
};

/**
 * A new last axis of `depth`, `onValue` at each index and `offValue` elsewhere; an index out of range is all off.
 * @param indices int32
 * @throws DTypeError when indices is a tensor of another dtype
 * @example oneHot([0, 2], 3) // [[1, 0, 0], [0, 0, 1]]
 */
export function oneHot(
  indices: TensorLike,
  depth: number,
  onValue?: number | null,
  offValue?: number | null,
  dtype?: DType | null,
): Tensor {
  if (!Number.isInteger(depth) || depth < 1)
    throw new ValueError(`oneHot: depth is ${show(depth)}, expected an integer ≥ 1`);
  const [on, off] = [onValue ?? 1, offValue ?? 0];
  assertNumber('oneHot', 'onValue', on);
  assertNumber('oneHot', 'offValue', off);
  const type = dtype ?? 'float32';
  assertDType(type, 'oneHot');
  return tidy(() => {
    const tensor = toTensor('oneHot', 'indices', indices, 'int32');
    return runOp(oneHotOp, { indices: tensor }, { depth, on, off, dtype: type });
  });
}
