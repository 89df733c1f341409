import { DTypeError } from './errors.js';
import { show } from './show.js';

/** Element types. float64 exists only on the cpu backend; bool is stored as bytes 0 and 1. */
export type DType = 'float32' | 'float64' | 'int32' | 'bool';

export const DTYPES: readonly DType[] = ['float32', 'float64', 'int32', 'bool'];

export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

export interface TypedArrayOf {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  bool: Uint8Array;
}

const CONSTRUCTORS = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array } as const;

export const BYTES_PER_ELEMENT: Readonly<Record<DType, number>> = { float32: 4, float64: 8, int32: 4, bool: 1 };

export function typedArray<D extends DType>(dtype: D, length: number): TypedArrayOf[D] {
  return new CONSTRUCTORS[dtype](length) as TypedArrayOf[D];
}

export function typedArrayFrom<D extends DType>(dtype: D, values: ArrayLike<number>): TypedArrayOf[D] {
  if (dtype === 'bool') return Uint8Array.from(values, (value) => (value !== 0 ? 1 : 0)) as TypedArrayOf[D];
  return CONSTRUCTORS[dtype].from(values) as TypedArrayOf[D];
}

/** Typed arrays that values are read from; tensors store the four of `TypedArray`. */
export type NumberArray = TypedArray | Int8Array | Uint8ClampedArray | Int16Array | Uint16Array | Uint32Array;

const NUMBER_ARRAYS: ReadonlySet<unknown> = new Set([
  ...['Float16Array', 'Float32Array', 'Float64Array'],
  ...['Int8Array', 'Int16Array', 'Int32Array'],
  ...['Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Uint32Array'],
]);

/**
 * The name of a typed array's class, in whichever realm it was made: each iframe, vm context and Jest test has its own
 * classes.
 */
export const tagOf = (value: unknown): string | undefined =>
  ArrayBuffer.isView(value) ? (value as unknown as { [Symbol.toStringTag]: string })[Symbol.toStringTag] : undefined;

export const isTypedArray = (value: unknown): value is NumberArray => NUMBER_ARRAYS.has(tagOf(value));

export const isFloat = (dtype: DType): boolean => dtype === 'float32' || dtype === 'float64';

const RANK: Readonly<Record<DType, number>> = { bool: 0, int32: 1, float32: 2, float64: 3 };

/** The dtype of a result that mixes two operands: bool < int32 < float32 < float64. */
export function promote(a: DType, b: DType): DType {
  return RANK[a] >= RANK[b] ? a : b;
}

export function isDType(value: unknown): value is DType {
  return typeof value === 'string' && Object.hasOwn(RANK, value);
}

export function assertDType(value: unknown, caller: string): asserts value is DType {
  if (!isDType(value)) {
    throw new DTypeError(`${caller}: dtype is ${show(value)}, expected one of ${DTYPES.join(', ')}`);
  }
}

export function assertFloat(op: string, argument: string, dtype: DType): void {
  if (!isFloat(dtype)) throw new DTypeError(`${op}: ${argument} is ${dtype}, expected float32 or float64`);
}
