import type { Phase } from '../base/place.js';
import type { ProfiledKernel } from './profiled.js';

/** The key by which kernels are summed; unused parts are empty. */
export interface KernelGroup {
  readonly name: string;
  readonly layer: string;
  readonly phase: Phase;
}

/** Sums over kernels. */
export interface KernelSums extends KernelGroup {
  readonly calls: number;
  readonly ms: number;
  readonly operations: number;
  readonly bytesMoved: number;
}

/** Operations in 10⁹ per second; 0 if there are none. */
export const gflopsOf = ({ operations, ms }: Pick<KernelSums, 'operations' | 'ms'>): number =>
  ms > 0 ? operations / ms / 1e6 : 0;

/** Bytes moved, in 10⁹ per second. */
export const gigabytesPerSecondOf = ({ bytesMoved, ms }: Pick<KernelSums, 'bytesMoved' | 'ms'>): number =>
  ms > 0 ? bytesMoved / ms / 1e6 : 0;

/** Sums over kernels of the same group, the longest first. */
export function sumsBy(
  kernels: readonly ProfiledKernel[],
  groupOf: (kernel: ProfiledKernel) => KernelGroup,
): KernelSums[] {
  const groups = new Map<string, KernelSums>();
  for (const kernel of kernels) {
    const group = groupOf(kernel);
    const key = JSON.stringify(group);
    const { calls, ms, operations, bytesMoved } = groups.get(key) ?? { calls: 0, ms: 0, operations: 0, bytesMoved: 0 };
    groups.set(key, {
      ...group,
      calls: calls + 1,
      ms: ms + kernel.kernelTimeMs,
      operations: operations + kernel.operations,
      bytesMoved: bytesMoved + kernel.bytesMoved,
    });
  }
  return [...groups.values()].sort((a, b) => b.ms - a.ms);
}
