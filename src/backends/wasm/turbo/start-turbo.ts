import { setEngineFlag } from '../platform.js';
import type { Runtime } from '../runtime.js';
import { startRuntime } from '../start-runtime.js';
import { moduleBytes } from '../variant.js';
import { resultsOf } from './call-results.js';
import type { KernelCall, TurboCheck } from './kernel-call.js';

/** V8's pass that joins pairs of 128-bit operations. It belongs to the optimizing compiler. */
const JOIN = '--experimental-wasm-revectorize';
const NO_JOIN = '--no-experimental-wasm-revectorize';

/** With these, V8 compiles each function by Liftoff, instruction by instruction, and leaves it so. */
const BASELINE = ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering'];

/** With this, V8 compiles functions by the optimizing compiler, before their first call. */
const OPTIMIZED = ['--no-liftoff'];

/** With this, all of them when the module is made, on all cores. */
const AT_ONCE = '--no-wasm-lazy-compilation';

/** V8's defaults. */
const DEFAULTS = ['--wasm-tier-up', '--wasm-dynamic-tiering', '--liftoff', '--wasm-lazy-compilation'];

/** The families that differ, for each check: the answer is the same for all modules of this process. */
const found = new Map<TurboCheck, readonly string[]>();

const areEqual = (a: Int32Array, b: Int32Array): boolean => a.every((word, i) => word === b[i]);

/** The families with a call whose results are not equal to the bit. */
export function differingFamilies(
  calls: readonly KernelCall[],
  expected: readonly Int32Array[][],
  actual: readonly Int32Array[][],
): string[] {
  const differing = calls.filter((_, i) => !expected[i].every((words, j) => areEqual(words, actual[i][j])));
  return [...new Set(differing.map(({ family }) => family))];
}

/** Run calls on kernels that are compiled with flags of V8. */
function runWith(flags: readonly string[], calls: readonly KernelCall[], bytes: Uint8Array, name: string) {
  flags.forEach(setEngineFlag);
  try {
    const runtime = startRuntime('turbo', 1, bytes, name);
    return { runtime, results: resultsOf(calls, runtime) };
  } finally {
    DEFAULTS.forEach(setEngineFlag);
  }
}

/**
 * Start the kernels with V8's 256-bit pass. It is experimental, so it is taken only where each call gives the bits that
 * it gives without. The code that was checked is the code that runs.
 * @returns the runtime, or the names of families that differ
 */
export function startTurbo(threads: number, check: TurboCheck): Runtime | readonly string[] {
  const bytes = moduleBytes('turbo');
  const known = found.get(check);
  if (known) return known.length > 0 ? known : startRuntime('turbo', threads, bytes);
  const { calls, isComplete } = check;
  const baseline = runWith(BASELINE, calls, bytes, 'baseline');
  setEngineFlag(JOIN);
  const { runtime, results } = runWith(isComplete ? [...OPTIMIZED, AT_ONCE] : OPTIMIZED, calls, bytes, 'turbo');
  const differing = differingFamilies(calls, baseline.results, results);
  found.set(check, differing);
  if (differing.length > 0) {
    setEngineFlag(NO_JOIN);
    return differing;
  }
  runtime.pool.setThreads(threads);
  return runtime;
}
