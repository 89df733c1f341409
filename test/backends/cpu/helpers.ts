import { expect } from 'vitest';
import { cpuKernels } from '../../../src/backends/cpu/index.js';
import type { Operand } from '../../../src/backends/kernels.js';
import { type DType, type TypedArray, typedArrayFrom } from '../../../src/base/dtype.js';
import { type Shape, sizeOf } from '../../../src/base/shape.js';

export const kernels = cpuKernels;

export type CpuOperand = Operand<TypedArray>;

export function operand(shape: Shape, values: ArrayLike<number>, dtype: DType = 'float64'): CpuOperand {
  const buffer = typedArrayFrom(dtype, values);
  expect(buffer.length).toBe(sizeOf(shape));
  return { shape, dtype, size: buffer.length, buffer };
}

/** Run a kernel on an output with arbitrary contents, all of which it must overwrite. */
export function result(shape: Shape, dtype: DType, kernel: (out: CpuOperand) => void): number[] {
  const out = operand(shape, new Array(sizeOf(shape)).fill(77), dtype);
  kernel(out);
  return [...out.buffer];
}

/** Distinct values without a pattern, in [−1, 1). */
export function noise(shape: Shape, key: number): CpuOperand {
  return operand(
    shape,
    result(shape, 'float64', (out) => kernels.randomUniform(out, { key, counter: 0 }, -1, 1)),
  );
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

export function expectClose(given: ArrayLike<number>, expected: ArrayLike<number>, digits = 12): void {
  expect(given.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(given[i]).toBeCloseTo(expected[i], digits);
}
