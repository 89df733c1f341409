/** The rates that bound a machine, as `machinePeaks` measures them. */
export interface MachinePeaks {
  readonly gflops: number;
  /** Copies, by the bytes that they move, smallest first. */
  readonly copies: readonly { readonly bytes: number; readonly gigabytesPerSecond: number }[];
}

/** The rate of copies as large as a kernel's operands: those that fit a cache are faster. */
export function copyRate({ copies }: MachinePeaks, bytes: number): number {
  return (copies.find((copy) => copy.bytes >= bytes) ?? copies.at(-1)!).gigabytesPerSecond;
}

/**
 * The fraction of the machine's peak that kernels reach: the time that their arithmetic would take at the peak, or
 * their
 * bytes at the copy rate, whichever is longer, over the time taken. Algorithms that save multiplications can exceed 1.
 * @see Williams, Waterman and Patterson, "Roofline: an insightful visual performance model", CACM 52 (4), 2009
 */
export function shareOfPeak(
  kernels: { readonly calls: number; readonly ms: number; readonly operations: number; readonly bytesMoved: number },
  peaks: MachinePeaks,
): number {
  const { calls, ms, operations, bytesMoved } = kernels;
  if (ms === 0) return 0;
  const arithmetic = operations / peaks.gflops / 1e6;
  const copies = bytesMoved / copyRate(peaks, bytesMoved / calls) / 1e6;
  return Math.max(arithmetic, copies) / ms;
}
