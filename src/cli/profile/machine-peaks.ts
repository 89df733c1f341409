import { backendInfo } from '../../backends/registry.js';
import { measurePeaks, type Peaks } from '../../backends/wasm/peaks/measure-peaks.js';
import type { VariantName } from '../../backends/wasm/variant.js';
import { mebibytes } from '../../base/mebibytes.js';

/** Measure the peak rates of the current backend on this machine; null for backends other than wasm. */
export async function machinePeaks(): Promise<Peaks | null> {
  const { name, variant, threads } = backendInfo();
  return name === 'wasm' ? measurePeaks(variant as VariantName, threads) : null;
}

/** Format the peaks as text. */
export function describePeaks({ gflops, copies }: Peaks): string {
  const rates = copies.map(
    ({ bytes, gigabytesPerSecond }) => `${mebibytes(bytes)} ${gigabytesPerSecond.toFixed(0)} GB/s`,
  );
  return `peak: multiply-adds ${gflops.toFixed(0)} GFLOP/s, copies of ${rates.join(', ')}`;
}
