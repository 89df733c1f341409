import type { Operand } from '../backends/kernels.js';
import { currentBackend } from '../backends/registry.js';
import { BYTES_PER_ELEMENT } from '../base/dtype.js';
import { type Phase, watchingPlaces } from '../base/place.js';
import type { Shape } from '../base/shape.js';
import { memory } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { Variable } from '../tensor/variable.js';
import { KERNEL_FACTS, type KernelFacts } from './kernel-facts.js';
import { Profile, type ProfiledKernel } from './profiled.js';
import { type KernelCall, watchKernels } from './watch-kernels.js';

/** A call, its place, and the memory in use after it. */
interface Noted extends KernelCall {
  readonly layer: string;
  readonly phase: Phase;
  readonly bytes: number;
  readonly tensors: number;
}

/**
 * Run `f` and time every kernel that it runs on the current backend: those of ops, of their gradients, of updates of
 * weights, and the steps of plans, by which `predict` runs a model. The first call of a model allocates weights and
 * compiles kernels, so profile a later one. Times are the host's: on a GPU, they are those of issuing.
 * @returns the kernels in the order of execution, sums by op and by layer, and what `f` returned
 * @example
 * model.predict(x);
 * (await profile(() => model.predict(x))).print();
 */
export async function profile<T>(f: () => T | Promise<T>): Promise<Profile<T>> {
  const before = memory();
  const noted: Noted[] = [];
  let peakBytes = before.numBytes;
  let ownMs = 0;
  return watchingPlaces(async (place) => {
    const stop = watchKernels(currentBackend(), (call) => {
      const start = performance.now();
      const { numBytes, numTensors } = memory();
      peakBytes = Math.max(peakBytes, numBytes);
      noted.push({ ...call, ...place, bytes: numBytes, tensors: numTensors });
      ownMs += performance.now() - start;
    });
    try {
      const start = performance.now();
      const result = await f();
      const wallMs = performance.now() - start - ownMs;
      const after = memory();
      return new Profile(result, {
        newBytes: after.numBytes - before.numBytes,
        newTensors: after.numTensors - before.numTensors,
        peakBytes: Math.max(peakBytes, after.numBytes),
        wallMs,
        kernels: described(noted),
      });
    } finally {
      stop();
    }
  });
}

/**
 * Run `f` and return its duration in milliseconds: `wallMs` in total, including reading the result if it is a tensor,
 * and `kernelMs` in kernels of the current backend.
 * @example const { wallMs, kernelMs } = await time(() => conv2d(x, filter, 1, 'same'));
 */
export async function time(f: () => unknown): Promise<{ wallMs: number; kernelMs: number; backend: string }> {
  const backend = currentBackend();
  let kernelMs = 0;
  const stop = watchKernels(backend, ({ ms }) => {
    kernelMs += ms;
  });
  try {
    const start = performance.now();
    const result = await f();
    if (result !== null && typeof result === 'object' && 'data' in result && typeof result.data === 'function')
      await result.data();
    return { wallMs: performance.now() - start, kernelMs, backend: currentBackend().name };
  } finally {
    stop();
  }
}

const bytesOf = ({ size, dtype }: Operand<unknown>): number => size * BYTES_PER_ELEMENT[dtype];

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function described(noted: readonly Noted[]): ProfiledKernel[] {
  const layers = new Map<unknown, string>();
  return noted.flatMap(parted).map(({ facts, ms, layer, phase, bytes, tensors }) => {
    const { name, reads, writes, operations, fused = [] } = facts;
    // Updates run outside layers, so attribute them to the layer that first read the weights.
    for (const operand of reads)
      if (layer && phase === 'forward' && operand instanceof Variable && !layers.has(operand.storage))
        layers.set(operand.storage, layer);
    const owner = reads.find((operand) => operand instanceof Variable) as Variable | undefined;
    const made = writes.filter((operand) => operand instanceof Tensor && !(operand instanceof Variable));
    return {
      name,
      layer: layer || (phase === 'update' && layers.get(owner?.storage)) || '',
      phase,
      inputShapes: reads.map(({ shape }) => shape as Shape),
      outputShapes: writes.map(({ shape }) => shape),
      bytesAdded: sum(made.map(bytesOf)),
      totalBytesSnapshot: bytes,
      tensorsAdded: made.length,
      totalTensorsSnapshot: tensors,
      kernelTimeMs: ms,
      extraInfo: fused.join(' + '),
      operations,
      bytesMoved: bytesMoved(facts),
    };
  });
}

type Facts = (...given: readonly unknown[]) => KernelFacts | readonly KernelFacts[];

/** The facts of a call. One that does the work of several is shown as several, which share its time by their bytes. */
function parted(call: Noted): (Noted & { readonly facts: KernelFacts })[] {
  const parts = [(KERNEL_FACTS[call.kernel] as Facts)(...call.args)].flat();
  if (parts.length === 1) return [{ ...call, facts: parts[0] }];
  const total = sum(parts.map(bytesMoved));
  return parts.map((facts) => ({ ...call, facts, ms: (call.ms * bytesMoved(facts)) / total }));
}

/** An operand that is read twice counts once; one that is changed in place counts as read and as written. */
function bytesMoved({ reads, writes, elementsRead }: KernelFacts): number {
  const distinct = [...new Set(reads)];
  const read = elementsRead === undefined ? sum(distinct.map(bytesOf)) : elementsRead * 4;
  return read + sum(writes.map(bytesOf));
}
