import type { BinaryFunction, Kernels } from '../kernels.js';
import { runBroadcast } from './broadcast.js';
import type { Runtime } from './runtime.js';

/** Functions with a WebAssembly loop; a place in the list is the number that assembly/binary.ts knows a function by. */
const WASM_BINARY: readonly BinaryFunction[] = ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'squaredDifference'];

export function binaryKernels(runtime: Runtime, host: Kernels<number>): Pick<Kernels<number>, 'binary'> {
  return {
    binary(fn, a, b, out) {
      const number = WASM_BINARY.indexOf(fn);
      if (number < 0 || out.dtype !== 'float32' || out.size === 0) return host.binary(fn, a, b, out);
      runBroadcast(runtime, 'binary', number, a, b, out);
    },
  };
}
