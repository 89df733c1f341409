import type { Kernels } from '../kernels.js';
import { runBroadcast, stretched } from './broadcast.js';
import { ComparisonNumber } from './functions.js';
import { elementChunks, type Runtime } from './runtime.js';

type ComparisonKernels = Pick<Kernels<number>, 'compare' | 'select'>;

export function comparisonKernels(runtime: Runtime, host: Kernels<number>): ComparisonKernels {
  return {
    compare(fn, a, b, out) {
      if (a.dtype !== 'float32' || b.dtype !== 'float32' || out.size === 0) return host.compare(fn, a, b, out);
      runBroadcast(runtime, 'compare', ComparisonNumber[fn], a, b, out);
    },

    select(condition, a, b, out) {
      const { size, shape } = out;
      if (out.dtype !== 'float32' || size === 0 || condition.size !== size) return host.select(condition, a, b, out);
      runtime.scope(() => {
        const operands = [stretched(runtime, a, shape, size), stretched(runtime, b, shape, size)];
        runtime.launch('select', elementChunks(size), [condition.buffer, ...operands, out.buffer, size]);
      });
    },
  };
}
