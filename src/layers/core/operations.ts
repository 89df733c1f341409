import { DTYPES, type DType } from '../../base/dtype.js';
import { ValueError } from '../../base/errors.js';
import { Registry } from '../../base/registry.js';
import { show } from '../../base/show.js';
import { elu, gelu, leakyRelu, relu, relu6, selu, sigmoid, silu, softplus, tanh } from '../../ops/activations.js';
import { add, div, floorDiv, maximum, minimum, mod, mul, sub } from '../../ops/arithmetic.js';
import { sum } from '../../ops/broadcast.js';
import { cast } from '../../ops/cast.js';
import { concat, stack } from '../../ops/concat.js';
import { matMul } from '../../ops/matmul.js';
import { pow } from '../../ops/power.js';
import { max, mean, min, prod } from '../../ops/reductions.js';
import { expandDims, reshape, squeeze } from '../../ops/reshape.js';
import { stridedSlice } from '../../ops/slice.js';
import { logSoftmax, softmax } from '../../ops/softmax.js';
import { transpose } from '../../ops/transpose.js';
import * as unary from '../../ops/unary.js';
import type { TensorLike } from '../../tensor/convert.js';
import type { Tensor } from '../../tensor/tensor.js';

/* What an operation layer computes, by the class names of `keras.ops`. */

/** Arguments of an operation other than its operands, by Keras's names in camelCase. */
export type OperationSettings = Readonly<Record<string, unknown>>;

/** Nested lists of numbers, one level per axis. */
export type Constant = number | readonly Constant[];

export type Operand = Tensor | Constant;
type Operation = (operands: readonly Operand[], settings: OperationSettings) => Tensor;

const one = (f: (x: Tensor) => Tensor): Operation => {
  return ([x]) => f(x as Tensor);
};
const two = (f: (a: TensorLike, b: TensorLike) => Tensor): Operation => {
  return ([a, b]) => f(a as TensorLike, b as TensorLike);
};

const optionalNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const reduced =
  (f: (x: Tensor, axis?: number | number[], keepDims?: boolean) => Tensor): Operation =>
  ([x], { axis, keepdims }) =>
    f(x as Tensor, (axis ?? undefined) as number | number[] | undefined, keepdims === true);

const required = <T>(settings: OperationSettings, name: string, isValid: (value: unknown) => boolean): T => {
  const value = settings[name];
  if (!isValid(value)) throw new ValueError(`${name} is ${show(value)}, which the operation cannot use`);
  return value as T;
};

const isInteger = (value: unknown): boolean => Number.isInteger(value);
const isNumber = (value: unknown): boolean => typeof value === 'number';
const isIntegers = (value: unknown): boolean => Array.isArray(value) && value.every(isInteger);

/** One index of `x[…]` in Python: a number selects an entry and drops the axis, a slice keeps it. */
type Index = number | { readonly start: number | null; readonly stop: number | null; readonly step: number | null };

/** `x[1, :, ::2]`. */
const getItem: Operation = ([x], settings) => {
  const key = required<Index[]>(settings, 'key', Array.isArray);
  const tensor = x as Tensor;
  if (key.length > tensor.rank) throw new ValueError(`${key.length} indices for a tensor of rank ${tensor.rank}`);
  const begin: number[] = [];
  const end: number[] = [];
  const strides: number[] = [];
  const shape: number[] = [];
  for (const [axis, size] of tensor.shape.entries()) {
    const index = key[axis] ?? { start: null, stop: null, step: null };
    if (typeof index === 'number') {
      const at = index < 0 ? index + size : index;
      if (at < 0 || at >= size) throw new ValueError(`index ${index} along an axis of ${size}`);
      begin.push(at);
      end.push(at + 1);
      strides.push(1);
      continue;
    }
    const step = index.step ?? 1;
    if (!Number.isInteger(step) || step < 1)
      throw new ValueError(`a step of ${step} along axis ${axis}, expected one ≥ 1`);
    const bound = (value: number): number => Math.min(Math.max(value < 0 ? value + size : value, 0), size);
    const [from, to] = [bound(index.start ?? 0), bound(index.stop ?? size)];
    begin.push(from);
    end.push(Math.max(from, to));
    strides.push(step);
    shape.push(Math.max(0, Math.ceil((to - from) / step)));
  }
  return reshape(stridedSlice(tensor, begin, end, strides), shape);
};

/** @see Hendrycks and Gimpel, arXiv:1606.08415, section 2 */
const approximateGelu = (x: Tensor): Tensor => {
  const inner = mul(add(x, mul(pow(x, 3), 0.044715)), Math.sqrt(2 / Math.PI));
  return mul(mul(x, 0.5), add(tanh(inner), 1));
};

const OPERATIONS = {
  Add: two(add),
  Subtract: two(sub),
  Multiply: two(mul),
  Divide: two(div),
  FloorDivide: two(floorDiv),
  Mod: two(mod),
  Power: two(pow),
  Maximum: two(maximum),
  Minimum: two(minimum),
  Matmul: two((a, b) => matMul(a as Tensor, b as Tensor)),

  Abs: one(unary.abs),
  Ceil: one(unary.ceil),
  Cos: one(unary.cos),
  Exp: one(unary.exp),
  Expm1: one(unary.expm1),
  Floor: one(unary.floor),
  Log: one(unary.log),
  Log1p: one(unary.log1p),
  Negative: one(unary.neg),
  Reciprocal: one(unary.reciprocal),
  Round: one(unary.round),
  Rsqrt: one(unary.rsqrt),
  Sign: one(unary.sign),
  Sin: one(unary.sin),
  Sqrt: one(unary.sqrt),
  Square: one(unary.square),

  Relu: one(relu),
  Relu6: one(relu6),
  LeakyRelu: ([x], { negativeSlope }) => leakyRelu(x as Tensor, optionalNumber(negativeSlope) ?? 0.2),
  Elu: ([x], { alpha }) => elu(x as Tensor, optionalNumber(alpha) ?? 1),
  Selu: one(selu),
  // keras.ops.gelu approximates by default, unlike the activation.
  Gelu: ([x], { approximate }) => (approximate === false ? gelu(x as Tensor) : approximateGelu(x as Tensor)),
  Sigmoid: one(sigmoid),
  Silu: one(silu),
  Softplus: one(softplus),
  Tanh: one(tanh),
  Softmax: ([x], { axis }) => softmax(x as Tensor, optionalNumber(axis) ?? -1),
  LogSoftmax: ([x], { axis }) => logSoftmax(x as Tensor, optionalNumber(axis) ?? -1),

  Mean: reduced(mean),
  Sum: reduced(sum),
  Max: reduced(max),
  Min: reduced(min),
  Prod: reduced(prod),

  Reshape: ([x], settings) => reshape(x as Tensor, required(settings, 'newshape', isIntegers)),
  Transpose: ([x], { axes }) => transpose(x as Tensor, (axes ?? undefined) as number[] | undefined),
  ExpandDims: ([x], settings) => expandDims(x as Tensor, required(settings, 'axis', isInteger)),
  Squeeze: ([x], { axis }) =>
    squeeze(x as Tensor, axis === null || axis === undefined ? undefined : [axis as number].flat()),
  Concatenate: (operands, { axis }) => concat(operands as Tensor[], optionalNumber(axis) ?? -1),
  Stack: (operands, { axis }) => stack(operands as Tensor[], optionalNumber(axis) ?? 0),
  Clip: ([x], settings) =>
    unary.clipByValue(x as Tensor, required(settings, 'xMin', isNumber), required(settings, 'xMax', isNumber)),
  Cast: ([x], settings) =>
    cast(
      x as Tensor,
      required<DType>(settings, 'dtype', (dtype) => DTYPES.includes(dtype as DType)),
    ),
  GetItem: getItem,
} satisfies Readonly<Record<string, Operation>>;

/** A class of `keras.ops`. */
export type OperationName = keyof typeof OPERATIONS;

const registry = new Registry<Operation>(OPERATIONS, { TrueDivide: 'Divide', Absolute: 'Abs', Remainder: 'Mod' });

export const OPERATION_NAMES = Object.keys(OPERATIONS) as readonly OperationName[];

/** Return Keras 3's name of an operation; undefined if nabla does not have it. */
export const operationName = (name: string): OperationName | undefined =>
  registry.nameOf(name) as OperationName | undefined;

/** Compute an operation. @throws ValueError when it is unknown, or its settings are invalid */
export const operate = (name: OperationName, operands: readonly Operand[], settings: OperationSettings): Tensor =>
  registry.resolve('operation', name)(operands, settings);
