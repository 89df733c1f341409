import type { DType } from '../../base/dtype.js';
import { type Shape, sizeOf } from '../../base/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { halfFloats } from './half-floats.js';

/** Values of a file, in host memory. */
export interface StoredArray {
  readonly shape: Shape;
  readonly values: Float32Array | Float64Array | Int32Array | Uint8Array;
}

/** Read the values of a tensor to the host. */
export async function hostArray(tensor: Tensor): Promise<StoredArray> {
  return { shape: tensor.shape, values: await tensor.data() };
}

/**
 * An array of a file, whose values are decoded on demand: shapes are compared before anything is
 * unpacked.
 */
export interface FileArray {
  readonly shape: Shape;
  read(): StoredArray;
}

export interface NamedFileArray extends FileArray {
  readonly name: string;
}

/** A weight with its name in the file. */
export interface NamedArray extends StoredArray {
  readonly name: string;
}

/** Return the dtype of an array's numbers. */
export function dtypeOf({ values }: StoredArray): DType {
  if (values instanceof Float32Array) return 'float32';
  if (values instanceof Float64Array) return 'float64';
  return values instanceof Int32Array ? 'int32' : 'bool';
}

/** Bytes per element, by safetensors's names of types. */
export const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/** Decode little-endian numbers; 16-bit floats become float32, 64-bit integers float64. */
export function decodeNumbers(type: string, bytes: Uint8Array): StoredArray['values'] {
  // A copy at an aligned address; a Buffer's slice() does not copy.
  const { buffer } = new Uint8Array(bytes);
  if (type === 'F32') return new Float32Array(buffer);
  if (type === 'F64') return new Float64Array(buffer);
  if (type === 'F16') return halfFloats(bytes, 'half');
  if (type === 'BF16') return halfFloats(bytes, 'brain');
  if (type === 'I64') return Float64Array.from(new BigInt64Array(buffer), Number);
  if (type === 'I32') return new Int32Array(buffer);
  if (type === 'I16') return Int32Array.from(new Int16Array(buffer));
  return type === 'I8' ? Int32Array.from(new Int8Array(buffer)) : new Uint8Array(buffer);
}

/** Return whether a value is a shape whose number of elements is a safe integer. */
export function isShape(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.every((size) => Number.isSafeInteger(size) && size >= 0) &&
    Number.isSafeInteger(sizeOf(value))
  );
}
