import { ValueError } from '../base/errors.js';

/** Characters that a message shows around the difference of long descriptions. */
const SHOWN = 160;

/** An error that every process throws at the same point, so that none waits for another. */
export class SharedError extends ValueError {}

/**
 * Check that descriptions of all ranks are equal.
 * @throws SharedError naming the first rank that differs from rank 0, and both descriptions
 */
export function assertAlike(caller: string, subject: string, descriptions: readonly string[]): void {
  const [expected] = descriptions;
  const rank = descriptions.findIndex((each) => each !== expected);
  if (rank < 0) return;
  const [given, wanted] = aroundDifference(descriptions[rank], expected);
  throw new SharedError(`${caller}: ${subject} is ${given} on rank ${rank}, expected ${wanted} as on rank 0`);
}

/** Shorten long texts to the part in which they differ. */
function aroundDifference(a: string, b: string): [string, string] {
  if (Math.max(a.length, b.length) <= 2 * SHOWN) return [a, b];
  let place = 0;
  while (a[place] === b[place]) place++;
  const start = Math.max(0, place - SHOWN / 2);
  const cut = (text: string) =>
    (start > 0 ? '…' : '') + text.slice(start, start + SHOWN) + (start + SHOWN < text.length ? '…' : '');
  return [cut(a), cut(b)];
}
