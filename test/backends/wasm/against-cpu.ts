import { afterAll, expect } from 'vitest';
import { cpuKernels } from '../../../src/backends/cpu/index.js';
import type { Kernels, Operand } from '../../../src/backends/kernels.js';
import { WasmBackend } from '../../../src/backends/wasm/index.js';
import { type DType, type TypedArray, typedArray, typedArrayFrom } from '../../../src/base/dtype.js';
import { type Shape, sizeOf } from '../../../src/base/shape.js';
import { normalValues, uniformValues } from '../../../src/tensor/random.js';

export interface HostOperand {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly values: TypedArray;
}

/** float32 values; a reference run reads the same ones as float64. */
export const floats = (shape: Shape, values: Iterable<number>): HostOperand => ({
  shape,
  dtype: 'float32',
  values: Float32Array.from(values),
});

let seed = 1;
export const normal = (...shape: number[]): HostOperand => floats(shape, normalValues(sizeOf(shape), seed++));
export const positive = (...shape: number[]): HostOperand =>
  floats(
    shape,
    uniformValues(sizeOf(shape), seed++).map((u) => u + 0.01),
  );
export const whole = (limit: number, ...shape: number[]): HostOperand =>
  floats(
    shape,
    uniformValues(sizeOf(shape), seed++).map((u) => Math.floor(u * limit)),
  );
export const integers = (limit: number, ...shape: number[]): HostOperand => ({
  ...whole(limit, ...shape),
  dtype: 'int32',
  values: Int32Array.from(whole(limit, ...shape).values),
});
export const booleans = (...shape: number[]): HostOperand => ({
  ...whole(2, ...shape),
  dtype: 'bool',
  values: Uint8Array.from(whole(2, ...shape).values),
});

/** Runs a kernel over operands that it reads or changes; `outputs` start as garbage. */
export interface Call {
  readonly inputs: readonly HostOperand[];
  readonly outputs?: readonly (readonly [DType, Shape])[];
  readonly tolerance?: number;
  run<Buffer>(kernels: Kernels<Buffer>, inputs: Operand<Buffer>[], outputs: Operand<Buffer>[]): void;
}

export const backends = (['simd', 'relaxed'] as const)
  .flatMap((variant) =>
    [1, 2, 3].map((threads) => ({ variant, threads, backend: new WasmBackend({ variant, threads }) })),
  )
  .filter(({ variant, backend }) => backend.info().variant === variant);

afterAll(() => {
  for (const { backend } of backends) backend.dispose();
});

/** All operands after the run, in float64. */
export function expected({ inputs, outputs = [], run }: Call): TypedArray[] {
  const wide = (dtype: DType): DType => (dtype === 'float32' ? 'float64' : dtype);
  const operand = (dtype: DType, shape: Shape, buffer: TypedArray) => ({ dtype, shape, size: sizeOf(shape), buffer });
  const given = inputs.map(({ shape, dtype, values }) =>
    operand(wide(dtype), shape, typedArrayFrom(wide(dtype), values)),
  );
  const made = outputs.map(([dtype, shape]) => operand(wide(dtype), shape, typedArray(wide(dtype), sizeOf(shape))));
  run(cpuKernels, given, made);
  return [...given, ...made].map(({ buffer }) => buffer);
}

export function results({ inputs, outputs = [], run }: Call, backend: WasmBackend): TypedArray[] {
  const operand = (dtype: DType, shape: Shape, values: TypedArray): Operand<number> => ({
    ...{ dtype, shape, size: sizeOf(shape) },
    buffer: backend.upload(values, dtype),
  });
  const given = inputs.map(({ shape, dtype, values }) => operand(dtype, shape, values));
  const made = outputs.map(([dtype, shape]) => operand(dtype, shape, typedArray(dtype, sizeOf(shape)).fill(7)));
  const all = [...given, ...made];
  run(backend.kernels, given, made);
  const read = all.map(({ buffer, dtype, size }) => backend.readSync(buffer, dtype, size));
  for (const { buffer } of all) backend.free(buffer);
  return read;
}

/** max |a − b| / max(1, max |b|), where NaN and infinities must agree. */
function error(actual: TypedArray, wanted: TypedArray): number {
  let largest = 1;
  let difference = 0;
  for (let i = 0; i < wanted.length; i++) {
    if (Number.isFinite(Math.fround(wanted[i])) && Number.isFinite(actual[i])) {
      largest = Math.max(largest, Math.abs(wanted[i]));
      difference = Math.max(difference, Math.abs(actual[i] - wanted[i]));
    } else if (!Object.is(actual[i], Math.fround(wanted[i]))) return Number.POSITIVE_INFINITY;
  }
  return difference / largest;
}

export function check(name: string, call: Call): void {
  const wanted = expected(call);
  let single: TypedArray[] = [];
  for (const { variant, threads, backend } of backends) {
    const actual = results(call, backend);
    if (threads === 1) single = actual;
    for (const [index, values] of actual.entries()) {
      const caller = () => `${name}, operand ${index}, ${variant}, ${threads} threads`;
      const difference = error(values, wanted[index]);
      if (difference > (call.tolerance ?? 1e-6)) expect.fail(`${caller()}: differs from cpu by ${difference}`);
      const [bytes, singleBytes] = [values, single[index]].map((array) => Buffer.from(array.buffer));
      if (!bytes.equals(singleBytes)) expect.fail(`${caller()}: other bits than on 1 thread`);
    }
  }
}

/** Below a vector, between vectors, one chunk and several. */
export const SIZES = [...Array.from({ length: 70 }, (_, i) => i + 1), 16383, 16385, 50001];

/** Shapes of two operands that broadcast. */
export const PAIRS: readonly (readonly [Shape, Shape])[] = [
  ...SIZES.filter((size) => size < 10 || size > 60).map((size): [Shape, Shape] => [[size], [size]]),
  ...[1, 2, 3, 4, 6, 7, 16, 63, 64, 130, 4100, 5001].map((size): [Shape, Shape] => [[9, size], [size]]),
  [[], [33]],
  [[5000, 7], []],
  [[7], [5000, 7]],
  [
    [300, 5, 10],
    [300, 1, 10],
  ],
  [
    [31, 1],
    [1, 17],
  ],
  [
    [1, 5],
    [5, 1],
  ],
  [[1, 3], [3]],
];
