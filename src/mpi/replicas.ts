type Values = Float32Array | Float64Array | Int32Array | Uint8Array;

/**
 * The processes of one run, as one of them sees them. All methods but `describe`, `alone` and `abort` are collective:
 * every process makes the same calls in the same order.
 */
export interface Replicas {
  /** Number of this process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** `rank 2 of 4 on node17`, for messages. */
  describe(): string;
  /** Wait until all processes call this; after a time-out, end all and name the missing ones. */
  meet(caller: string): Promise<void>;
  /** Call a function that runs only on this process. */
  alone(callback: () => unknown): unknown;
  /** Combine an array over all processes, in place. @param operation default `'sum'` */
  allReduce(values: Values, operation?: 'sum' | 'max' | 'min'): void;
  /** Start an all-reduce; the array must not be accessed before `wait` returns. */
  startAllReduce(values: Values, operation?: 'sum' | 'max' | 'min'): { test(): boolean; wait(): void };
  /** Copy an array from one process to all, in place. @param root default 0 */
  broadcast(values: Values, root?: number): void;
  /** Copy a text from one process to all. @param root default 0 */
  broadcastText(text: string, root?: number): string;
  /** Throw on every process unless all give the same description. */
  agree(caller: string, subject: string, description: string): void;
  /** End all processes. */
  abort(reason: string): void;
}
