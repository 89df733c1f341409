import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** The machine of a rank, as the ranks tell each other. */
export interface Machine {
  readonly host: string;
  readonly pid: number;
  /** Cores that the launcher lets the process use: `0-3,8`. */
  readonly cores: string;
  readonly coreCount: number;
}

/** @param host the machine's name */
export function thisMachine(host: string): Machine {
  return { host, pid: process.pid, cores: allowedCores(), coreCount: availableParallelism() };
}

/** Linux's list of the cores that a process may run on; elsewhere a launcher binds no process. */
function allowedCores(): string {
  try {
    return /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}

/** Ranks on the machine of a rank, itself included, in order. */
export function neighboursOf(machines: readonly Machine[], rank: number): number[] {
  return machines.flatMap(({ host }, other) => (host === machines[rank].host ? [other] : []));
}

/**
 * The number of threads by which the ranks of a machine use each of its cores once: a launcher may have given each rank
 * cores of its own, or all ranks the same ones.
 */
export function threadsOf(machines: readonly Machine[], rank: number): number {
  const { cores, coreCount } = machines[rank];
  const sharing = neighboursOf(machines, rank).filter((other) => machines[other].cores === cores);
  return Math.max(1, Math.floor(coreCount / sharing.length));
}
