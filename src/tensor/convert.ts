import type { NdArray } from 'ndarray';
import { type DType, isFloat, isTypedArray, type NumberArray, promote, type TypedArray } from '../base/dtype.js';
import { ShapeError, ValueError } from '../base/errors.js';
import { type Shape, sizeOf } from '../base/shape.js';
import { isPlainObject, show } from '../base/show.js';
import { flattenNdArray, isNdArray } from './host-array.js';
import { tidy } from './scope.js';
import { type NestedArray, Tensor, upload } from './tensor.js';

/** Values that ops take in place of a tensor: numbers, nested arrays, typed arrays (rank 1), ndarray views. */
export type TensorLike = Tensor | NestedArray | NumberArray | NdArray<TypedArray> | readonly number[];

/** Return whether a value is or can become a tensor; the contents of arrays are not checked. */
export const isTensorLike = (value: unknown): value is TensorLike =>
  value instanceof Tensor ||
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  Array.isArray(value) ||
  isTypedArray(value) ||
  isNdArray(value);

/** Return values and shape of a value that is not a tensor. */
export function hostValues(op: string, argument: string, value: unknown): { values: ArrayLike<number>; shape: Shape } {
  if (typeof value === 'number') return { values: [value], shape: [] };
  if (typeof value === 'boolean') return { values: [value ? 1 : 0], shape: [] };
  if (isTypedArray(value)) return { values: value, shape: [value.length] };
  if (isNdArray(value)) return { values: flattenNdArray(value), shape: value.shape };
  if (Array.isArray(value)) return flattenNested(op, argument, value);
  // A layer's weight in place of its tensor is a common mistake.
  const hint = typeof (value as { read?: unknown } | null)?.read === 'function' ? '; pass its .read()' : '';
  throw new ValueError(
    `${op}: ${argument} is ${describe(value)}, expected a tensor, a number, an array or an ndarray${hint}`,
  );
}

/** Describe a value given in place of a tensor, for messages. */
export function describe(value: unknown): string {
  if (value === null || ['undefined', 'number', 'boolean'].includes(typeof value)) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  return isPlainObject(value) ? 'an object' : show(value);
}

function flattenNested(op: string, argument: string, nested: unknown[]): { values: number[]; shape: number[] } {
  const shape: number[] = [];
  for (let level: unknown = nested; Array.isArray(level) || isTypedArray(level); level = level[0])
    shape.push(level.length);
  const values: number[] = [];
  const walk = (item: unknown, axis: number): void => {
    if (axis === shape.length) {
      if (typeof item !== 'number' && typeof item !== 'boolean') {
        throw new ValueError(`${op}: ${argument} contains ${describe(item)}, expected numbers`);
      }
      values.push(Number(item));
      return;
    }
    if (!(Array.isArray(item) || isTypedArray(item)) || item.length !== shape[axis]) {
      const given = Array.isArray(item) || isTypedArray(item) ? `${item.length} items` : describe(item);
      throw new ShapeError(`${op}: ${argument} is ragged: ${given} where [${shape}] expects ${shape[axis]} items`);
    }
    for (const child of item) walk(child, axis + 1);
  };
  walk(nested, 0);
  return { values, shape };
}

/** Return a tensor unchanged; upload anything else with `dtype` (default float32). @throws DisposedError */
export function toTensor(op: string, argument: string, value: TensorLike, dtype: DType = 'float32'): Tensor {
  if (value instanceof Tensor) {
    value.assertAlive(op);
    return value;
  }
  const { values, shape } = hostValues(op, argument, value);
  return upload(values, shape, dtype);
}

/** Run `f` on x as a tensor; a tensor that was made for the call is freed afterwards. */
export function withTensor<T>(op: string, argument: string, x: TensorLike, f: (x: Tensor) => T): T {
  return x instanceof Tensor ? f(x) : tidy(() => f(toTensor(op, argument, x)));
}

/**
 * Run `f` on a list of tensors; those that were made for the call are freed afterwards.
 * @throws ValueError when there is none
 */
export function withTensors<T>(
  caller: string,
  argument: string,
  list: readonly TensorLike[],
  f: (tensors: readonly Tensor[]) => T,
): T {
  if (!Array.isArray(list))
    throw new ValueError(`${caller}: ${argument} is ${describe(list)}, expected a list of tensors`);
  if (list.length === 0) throw new ValueError(`${caller}: ${argument} is empty, expected at least one`);
  if (list.every((x): x is Tensor => x instanceof Tensor)) return f(list);
  const dtype = partnerDType(list.find((x) => x instanceof Tensor));
  return tidy(() => f(list.map((x: TensorLike, index) => toTensor(caller, `${argument}[${index}]`, x, dtype))));
}

/**
 * Return the dtype for a value that is not a tensor, given its partner: the partner's if it is a float, else float32.
 */
export function partnerDType(partner: unknown): DType {
  return partner instanceof Tensor && isFloat(partner.dtype) ? partner.dtype : 'float32';
}

/** Return the common dtype of the operands of an op. */
export function commonDType(tensors: readonly Tensor[]): DType {
  return tensors.map((tensor) => tensor.dtype).reduce(promote);
}

/** @throws ShapeError when a list of values does not fill a shape */
export function assertCount(caller: string, count: number, shape: Shape): void {
  if (count !== sizeOf(shape)) {
    throw new ShapeError(`${caller}: ${count} values do not fill shape [${shape}], which takes ${sizeOf(shape)}`);
  }
}
