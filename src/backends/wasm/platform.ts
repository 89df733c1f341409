import { nodeModule } from '../../base/node-module.js';

/** The differences between Node and browsers. */

const host = typeof process === 'object' && process.versions?.node ? process : undefined;

/** V8's major version under Node; undefined elsewhere. */
export function nodeEngine(): number | undefined {
  return host ? Number.parseInt(host.versions.v8, 10) : undefined;
}

/** Turn on a V8 flag for modules compiled from now on; only in Node, and only flags that its V8 supports. */
export function setEngineFlag(flag: string): void {
  nodeModule('node:v8')?.setFlagsFromString(flag);
}

/** Cores for threads: all that Node may use; in browsers all but one, on which pages are laid out and drawn. */
export function cores(): number {
  const inNode = nodeModule('node:os')?.availableParallelism();
  return inNode ?? Math.max(1, (globalThis.navigator?.hardwareConcurrency ?? 1) - 1);
}

/** Memory can be shared with workers: always in Node, in browsers on cross-origin isolated pages. */
export function canShareMemory(): boolean {
  return typeof SharedArrayBuffer === 'function' && (host !== undefined || globalThis.crossOriginIsolated === true);
}

/** Whether this thread may sleep: a browser's main thread may not. */
export function canSleep(): boolean {
  return host !== undefined || typeof document === 'undefined';
}

/** CPU time that all threads of this process have taken, in ms; null where the host does not tell. */
export function cpuMilliseconds(): number | null {
  if (!host?.cpuUsage) return null;
  const { user, system } = host.cpuUsage();
  return (user + system) / 1000;
}
