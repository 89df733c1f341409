import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** The machine of a rank, as exchanged between ranks. */
export interface Machine {
  readonly host: string;
  readonly pid: number;
  /** Cores that the launcher allows the process to use: `0-3,8`. */
  readonly cores: string;
  readonly coreCount: number;
}

/** @param host the machine's name */
export function thisMachine(host: string): Machine {
  return { host, pid: process.pid, cores: allowedCores(), coreCount: availableParallelism() };
}

/** Linux's list of the cores that a process may use; on other systems launchers do not bind processes. */
function allowedCores(): string {
  try {
    return /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}

/** Ranks on the machine of a rank, including itself, in order. */
export function neighboursOf(machines: readonly Machine[], rank: number): number[] {
  return machines.flatMap(({ host }, other) => (host === machines[rank].host ? [other] : []));
}

/**
 * The number of threads per rank with which the ranks of a machine use each core once: a launcher may have bound each
 * rank to separate cores, or all ranks to the same ones.
 */
export function threadsOf(machines: readonly Machine[], rank: number): number {
  const { cores, coreCount } = machines[rank];
  const sharing = neighboursOf(machines, rank).filter((other) => machines[other].cores === cores);
  return Math.max(1, Math.floor(coreCount / sharing.length));
}
