import { gflopsOf, gigabytesPerSecondOf, type KernelSums } from './kernel-sums.js';
import type { ProfileFacts } from './profiled.js';
import { type MachinePeaks, shareOfPeak } from './roofline.js';

type Totals = Pick<ProfileFacts, 'wallMs'> & { readonly kernelMs: number; readonly betweenKernelsMs: number };

/** Options of a profile table. */
export interface TableOptions {
  /** Maximum number of rows; the others are combined in one row. Default all. */
  readonly top?: number;
  /** Adds the column with the fraction of the peak. */
  readonly peaks?: MachinePeaks | null;
}

const fixed = (value: number, digits: number): string => (value === 0 ? '-' : value.toFixed(digits));

/**
 * Format sums as a table, followed by the remaining rows, all kernels, JavaScript between them, and the total.
 */
export function profileTable(rows: readonly KernelSums[], totals: Totals, options: TableOptions = {}): string {
  const { top = rows.length, peaks = null } = options;
  const shown = rows.slice(0, top);
  const others = rows.slice(top);
  const named = {
    op: rows.some(({ name }) => name),
    layer: rows.some(({ layer }) => layer) || !rows.some(({ name }) => name),
  };
  const share = (ms: number) => `${((100 * ms) / totals.wallMs).toFixed(1)}%`;
  const times = (ms: number): string[] => [ms.toFixed(3), share(ms)];
  const line = (row: KernelSums): string[] => [
    ...(named.op ? [row.name] : []),
    ...(named.layer ? [row.layer || '(outside layers)'] : []),
    row.phase,
    String(row.calls),
    ...times(row.ms),
    fixed(gflopsOf(row), 1),
    fixed(gigabytesPerSecondOf(row), 1),
    ...(peaks ? [`${(100 * shareOfPeak(row, peaks)).toFixed(0)}%`] : []),
  ];
  const header = [...(named.op ? ['op'] : []), ...(named.layer ? ['layer'] : []), 'phase', 'calls', 'ms', 'of total'];
  const names = header.indexOf('calls');
  const closing = (label: string, calls: string, ms: number) => [
    label,
    ...Array(names - 1).fill(''),
    calls,
    ...times(ms),
  ];
  const calls = (some: readonly KernelSums[]) => some.reduce((sum, row) => sum + row.calls, 0);
  const ms = (some: readonly KernelSums[]) => some.reduce((sum, row) => sum + row.ms, 0);
  return asText(
    [
      [...header, 'GFLOP/s', 'GB/s', ...(peaks ? ['of peak'] : [])],
      ...shown.map(line),
      ...(others.length > 0 ? [closing(`${others.length} more`, String(calls(others)), ms(others))] : []),
      closing('kernels', String(calls(rows)), totals.kernelMs),
      closing('JavaScript between kernels', '', totals.betweenKernelsMs),
      closing('total', '', totals.wallMs),
    ],
    names,
  );
}

/** Columns from `numbers` on are aligned to the right. */
function asText(table: readonly (readonly string[])[], numbers: number): string {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number) =>
    column < numbers ? text.padEnd(widths[column]) : text.padStart(widths[column]);
  return table.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}
