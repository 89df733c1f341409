import type { Comparison, Kernels } from '../kernels.js';
import { runBroadcast, stretched } from './broadcast.js';
import { elementTiles, type Runtime } from './runtime.js';

/** A place in the list is the number that assembly/comparison.ts knows a comparison by. */
const COMPARISONS: readonly Comparison[] = [
  ...(['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const),
  ...(['logicalAnd', 'logicalOr', 'logicalXor'] as const),
];

type ComparisonKernels = Pick<Kernels<number>, 'compare' | 'select'>;

export function comparisonKernels(runtime: Runtime, host: Kernels<number>): ComparisonKernels {
  return {
    compare(fn, a, b, out) {
      if (a.dtype !== 'float32' || b.dtype !== 'float32' || out.size === 0) return host.compare(fn, a, b, out);
      runBroadcast(runtime, 'compare', COMPARISONS.indexOf(fn), a, b, out);
    },

    select(condition, a, b, out) {
      const { size, shape } = out;
      if (out.dtype !== 'float32' || size === 0 || condition.size !== size) return host.select(condition, a, b, out);
      runtime.scope(() => {
        const operands = [stretched(runtime, a, shape, size), stretched(runtime, b, shape, size)];
        runtime.launch('select', elementTiles(size), [condition.buffer, ...operands, out.buffer, size]);
      });
    },
  };
}
