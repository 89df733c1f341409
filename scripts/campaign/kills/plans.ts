import { uniform } from '../../../src/base/philox.js';
import type { Kill } from './run-process.js';

export interface Plan {
  readonly name: string;
  readonly kills: readonly Kill[];
}

const SIGNALS = ['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Before and after changes of files: one in so many. */
export function plansAtChanges(changes: number, every: number): Plan[] {
  const plans: Plan[] = [];
  for (let at = 0; at < changes; at += every) {
    for (const when of ['before', 'after'])
      plans.push({ name: `${when} change ${at}`, kills: [{ at: `${at} ${when}` }] });
  }
  return plans;
}

/** One to three signals at random moments of a run that takes so many milliseconds. */
export function planAtRandom(seed: number, index: number, milliseconds: number): Plan {
  let draws = index * 8;
  const random = () => uniform(seed, draws++);
  const kills = Array.from({ length: 1 + Math.floor(random() * 3) }, (): Kill => {
    const signal = SIGNALS[Math.floor(random() * SIGNALS.length)];
    return { after: Math.round(random() * milliseconds), signal };
  });
  return { name: `random ${index}`, kills };
}
