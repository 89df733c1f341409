/** The part of a batch that this process computes when several processes train one model. */
export interface Shard {
  /** The first of its rows in the whole batch. */
  readonly first: number;
  /** Rows that the model is given here. */
  readonly rows: number;
  /** Rows of the whole batch. */
  readonly total: number;
  /** How many processes there are. */
  readonly processes: number;
  /** The fraction of the batch that counts here: rows / total, 0 where the row given is a stand-in for none. */
  readonly fraction: number;
  /** Add up an array over all processes, in place. */
  allReduce(values: Float32Array | Float64Array): void;
}

let current: Shard | null = null;

/** The shard of the step that runs; null where this process computes the whole batch. */
export const currentShard = (): Shard | null => current;

/**
 * Run `f`, a step on a part of a batch: random draws are those of the part's rows, sums over the batch can be asked
 * for.
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
