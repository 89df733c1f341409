import { BYTES_PER_ELEMENT, type DType, type TypedArray } from '../../base/dtype.js';
import type { Kernels, Operand } from '../kernels.js';
import type { Heap } from './memory/heap.js';

/** View elements of linear memory as a typed array, which is valid until memory grows. */
export function view(heap: Heap, address: number, dtype: DType, size: number): TypedArray {
  const first = address / BYTES_PER_ELEMENT[dtype];
  const whole = dtype === 'float32' ? heap.float32 : dtype === 'int32' ? heap.int32 : heap.uint8;
  return whole.subarray(first, first + size);
}

const isOperand = (value: unknown): value is Operand<number> =>
  typeof value === 'object' && value !== null && 'buffer' in value && 'dtype' in value;

/**
 * The cpu backend's kernels over linear memory. Every kernel without a WebAssembly version runs this way: correct,
 * on one thread, without copying its operands.
 */
export function hostKernels(kernels: Kernels<TypedArray>, heap: Heap): Kernels<number> {
  const toHost = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(toHost);
    if (isOperand(value)) {
      const { shape, dtype, size, buffer } = value;
      return { shape, dtype, size, buffer: view(heap, buffer, dtype, size) };
    }
    // The epilogue of a product and the update of a weight hold operands too.
    if (typeof value === 'object' && value !== null && ('bias' in value || 'weight' in value)) {
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toHost(member)]));
    }
    return value;
  };
  const wrapped = Object.entries(kernels).map(([name, kernel]: [string, (...values: unknown[]) => void]) => [
    name,
    (...values: unknown[]) => kernel(...values.map(toHost)),
  ]);
  return Object.fromEntries(wrapped) as Kernels<number>;
}
