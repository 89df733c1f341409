import { BYTES_PER_ELEMENT, type TypedArray } from '../../../base/dtype.js';
import { sizeOf } from '../../../base/shape.js';
import { view } from '../host-kernels.js';
import { wasmKernels } from '../kernels.js';
import type { Runtime } from '../runtime.js';
import type { CallOperand, KernelCall, Values } from './kernel-call.js';

/** Period of the values, a prime. */
const PERIOD = 4093;

/** Numbers in [0, 1) that look random and are the same each time. */
function uniform(): Float32Array {
  const numbers = new Float32Array(PERIOD);
  let state = 1;
  for (let i = 0; i < PERIOD; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    numbers[i] = (state >>> 8) / 2 ** 24;
  }
  return numbers;
}

function patterns(): Readonly<Record<Values, Float32Array>> {
  const positive = uniform();
  return {
    positive,
    signed: positive.map((x) => 2 * x - 1),
    indices: positive.map((x) => Math.floor(4 * x)),
    flags: positive.map((x) => Math.round(x)),
    none: new Float32Array(PERIOD).fill(7),
  };
}

/** Write a pattern over `target`, from its element `first` on. */
function repeat(pattern: Float32Array, target: TypedArray, first: number): void {
  let from = first % PERIOD;
  for (let at = 0; at < target.length; from = 0) {
    const part = pattern.subarray(from, from + target.length - at);
    target.set(part, at);
    at += part.length;
  }
}

/** Run calls on the kernels of a runtime, and return what each wrote, as whole words. */
export function resultsOf(calls: readonly KernelCall[], runtime: Runtime): Int32Array[][] {
  const kernels = wasmKernels(runtime);
  const { heap } = runtime;
  const patternOf = patterns();
  const start = ({ shape, dtype, values }: CallOperand, place: number) => {
    const size = sizeOf(shape);
    const bytes = size * BYTES_PER_ELEMENT[dtype];
    const buffer = runtime.temporary(bytes);
    // The last word of booleans may be filled in part.
    heap.int32[(buffer + bytes) >> 2] = 0;
    repeat(patternOf[values], view(heap, buffer, dtype, size), 389 * place);
    return { shape, dtype, size, buffer, words: (bytes + 3) >> 2 };
  };
  return calls.map((call) => {
    const results: Int32Array[] = [];
    runtime.scope(() => {
      const operands = call.operands.map(start);
      call.run(kernels, operands);
      for (const [i, { buffer, words }] of operands.entries()) {
        if (call.operands[i].isWritten) results.push(heap.int32.slice(buffer >> 2, (buffer >> 2) + words));
      }
    });
    return results;
  });
}
