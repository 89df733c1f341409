import type { Kernels } from '../kernels.js';
import { runBroadcast } from './broadcast.js';
import { BinaryNumber } from './functions.js';
import type { Runtime } from './runtime.js';

export function binaryKernels(runtime: Runtime, host: Kernels<number>): Pick<Kernels<number>, 'binary'> {
  return {
    binary(fn, a, b, out) {
      const number = BinaryNumber[fn as keyof typeof BinaryNumber];
      if (number === undefined || out.dtype !== 'float32' || out.size === 0) return host.binary(fn, a, b, out);
      runBroadcast(runtime, 'binary', number, a, b, out);
    },
  };
}
