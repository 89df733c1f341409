import type { Shard } from '../tensor/shard.js';
import type { Replicas } from './replicas.js';

/**
 * The rows of a batch that a process computes: the same number on all processes, one more on the first ones if they do
 * not divide evenly. A process without rows computes the first row with weight 0, because it must take part in
 * every collective call.
 */
export function shardOf(replicas: Replicas, total: number): Shard {
  const { rank, size } = replicas;
  const even = Math.floor(total / size);
  const extra = total % size;
  const rows = even + (rank < extra ? 1 : 0);
  const allReduce = (values: Float32Array | Float64Array) => replicas.allReduce(values);
  if (rows === 0) return { first: 0, rows: 1, total, processes: size, fraction: 0, allReduce };
  const first = rank * even + Math.min(rank, extra);
  return { first, rows, total, processes: size, fraction: rows / total, allReduce };
}
