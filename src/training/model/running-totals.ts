import type { Logs } from './logs.js';

/** Sums over the batches of an epoch so far, as JSON. */
export interface TotalSums {
  readonly samples: number;
  /** Sum of each mean times its number of samples, and the number of samples. */
  readonly means: readonly (readonly [name: string, total: number, samples: number])[];
  /** By label of the metric in logs: the sums over batches, and the count of summed values. */
  readonly metrics: readonly (readonly [label: string, sums: readonly number[], count: number])[];
}

/** The totals of an epoch that is running; they may lack its last few steps. */
export interface RunningTotals {
  readonly sums: TotalSums;
  /** Return the logs of the batches since earlier sums of the same epoch; empty where there are none. */
  since(earlier: TotalSums | null): Logs;
}
