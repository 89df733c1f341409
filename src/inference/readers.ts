import { rootOf, type Source, type Step, sourcesOf } from './value.js';

/** How many times steps and outputs read each buffer. */
export function countReaders(steps: readonly Step[], outputs: readonly Source[]): ReadonlyMap<Source, number> {
  const readers = new Map<Source, number>();
  for (const source of [...steps.flatMap(sourcesOf), ...outputs]) {
    const root = rootOf(source);
    readers.set(root, (readers.get(root) ?? 0) + 1);
  }
  return readers;
}

/** The step of some that runs last. */
export function lastOf(some: readonly (Step | undefined)[], steps: readonly Step[]): Step | undefined {
  return steps.findLast((step) => some.includes(step));
}

/** The steps that outputs need. */
export function needed(steps: readonly Step[], outputs: readonly Source[]): Step[] {
  const read = new Set(outputs.map(rootOf));
  const kept: Step[] = [];
  for (const step of [...steps].reverse()) {
    if (!read.has(step.output)) continue;
    for (const source of sourcesOf(step)) read.add(rootOf(source));
    kept.push(step);
  }
  return kept.reverse();
}
