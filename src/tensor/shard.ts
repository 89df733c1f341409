/** The part of a batch that this process computes when several processes train one model. */
export interface Shard {
  /** Index of its first row in the whole batch. */
  readonly first: number;
  /** Rows of the model's input in this process. */
  readonly rows: number;
  /** Rows of the whole batch. */
  readonly total: number;
  /** Number of processes. */
  readonly processes: number;
  /** Fraction of the batch in this process: rows / total, 0 if its only row replaces an empty part. */
  readonly fraction: number;
  /** Sum an array over all processes, in place. */
  allReduce(values: Float32Array | Float64Array): void;
}

let current: Shard | null = null;

/** The shard of the current step; null if this process computes the whole batch. */
export const currentShard = (): Shard | null => current;

/**
 * Run `f`, a step on a part of a batch: random draws are those of the part's rows, sums over the batch are
 * available.
 */
export function withShard<T>(shard: Shard | null, f: () => T): T {
  const outer = current;
  current = shard;
  try {
    return f();
  } finally {
    current = outer;
  }
}
