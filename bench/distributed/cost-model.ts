import type { SumTime } from './sums.js';

/*
 * The cost of a training step of several processes: α + β · bytes for each message against the time of computing.
 * Rings of processes add up arrays as in Patarasuk and Yuan, "Bandwidth optimal all-reduce algorithms" (2009); arrays
 * leave in buckets during the backward pass, as in Li et al., arXiv:2006.15704.
 */

/** How processes reach each other. */
export interface Network {
  /** α: seconds of a message without contents. */
  readonly latency: number;
  /** 1/β: bytes per second. */
  readonly bandwidth: number;
}

/** What a process does in a step. */
export interface Computing {
  /** Seconds of the forward pass and the update, and of the backward pass. */
  readonly forward: number;
  readonly backward: number;
  /** Bytes of all gradients. */
  readonly gradients: number;
  /** Bytes that are sent together. */
  readonly bucket: number;
}

/**
 * Return the seconds of a sum over a ring: each of p processes sends 2(p − 1) messages, of a p-th of the array each.
 */
export function ringSeconds(processes: number, bytes: number, { latency, bandwidth }: Network): number {
  const messages = 2 * (processes - 1);
  return messages * (latency + bytes / processes / bandwidth);
}

/**
 * Return the seconds of a step in which gradients become final evenly over the backward pass, and each bucket is summed
 * once it is full and the one before it is done. The last bucket is full only when the pass is over.
 */
export function stepSeconds(processes: number, computing: Computing, network: Network): number {
  const { forward, backward, gradients, bucket } = computing;
  if (processes === 1) return forward + backward;
  let sent = 0;
  let now = 0;
  while (sent < gradients) {
    const bytes = Math.min(bucket, gradients - sent);
    sent += bytes;
    const full = forward + (backward * sent) / gradients;
    now = Math.max(now, full) + ringSeconds(processes, bytes, network);
  }
  return now;
}

/** Return the share of the processes' time that computes, where each keeps its number of samples: 1 for one process. */
export function efficiency(processes: number, computing: Computing, network: Network): number {
  return stepSeconds(1, computing, network) / stepSeconds(processes, computing, network);
}

/** Latency and bandwidth of a network from sums of two processes, which exchange two messages of half an array. */
export function networkOf(times: readonly SumTime[], bucket: number): Network {
  const shortest = times[0];
  const long = times.find(({ bytes }) => bytes >= bucket);
  if (!long) throw new Error(`networkOf: sums reach ${times.at(-1)?.bytes} bytes, expected a bucket of ${bucket}`);
  return { latency: shortest.ms / 1000 / 2, bandwidth: long.bytes / ((long.ms - shortest.ms) / 1000) };
}
