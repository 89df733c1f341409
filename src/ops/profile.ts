import { currentBackend } from '../backends/registry.js';
import type { Shape } from '../base/shape.js';
import { memory } from '../tensor/scope.js';
import { addRecorder, type Recorder, removeRecorder } from './op.js';

/** One op of a profiled function. */
export interface ProfiledKernel {
  readonly name: string;
  readonly inputShapes: Readonly<Record<string, Shape>>;
  readonly outputShapes: readonly Shape[];
  /** Bytes alive after it. */
  readonly totalBytesSnapshot: number;
}

export interface Profile<T> {
  readonly newBytes: number;
  readonly newTensors: number;
  readonly peakBytes: number;
  readonly kernels: readonly ProfiledKernel[];
  readonly kernelNames: readonly string[];
  readonly result: T;
}

/**
 * Runs `f` and tells which ops ran and what memory they took.
 * @example const { kernelNames, peakBytes } = await profile(() => model.predict(x));
 */
export async function profile<T>(f: () => T | Promise<T>): Promise<Profile<T>> {
  const before = memory();
  const kernels: ProfiledKernel[] = [];
  let peakBytes = before.numBytes;
  const recorder: Recorder = {
    record: (op, { inputs, output }) => {
      const { numBytes } = memory();
      peakBytes = Math.max(peakBytes, numBytes);
      const shapes = Object.entries(inputs).flatMap(([name, input]) => (input ? [[name, input.shape] as const] : []));
      kernels.push({
        name: op.name,
        inputShapes: Object.fromEntries(shapes),
        outputShapes: [output.shape],
        totalBytesSnapshot: numBytes,
      });
    },
  };
  addRecorder(recorder);
  try {
    const result = await f();
    const after = memory();
    return {
      newBytes: after.numBytes - before.numBytes,
      newTensors: after.numTensors - before.numTensors,
      peakBytes,
      kernels,
      kernelNames: [...new Set(kernels.map(({ name }) => name))],
      result,
    };
  } finally {
    removeRecorder(recorder);
  }
}

/**
 * Runs `f` and tells how long it took, in milliseconds, reading its result included where that is a tensor.
 * @example const { wallMs } = await time(() => conv2d(x, filter, 1, 'same'));
 */
export async function time(f: () => unknown): Promise<{ wallMs: number; backend: string }> {
  const start = performance.now();
  const result = await f();
  if (result !== null && typeof result === 'object' && 'data' in result && typeof result.data === 'function')
    await result.data();
  return { wallMs: performance.now() - start, backend: currentBackend().name };
}
