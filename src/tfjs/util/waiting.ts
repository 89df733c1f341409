import { assertFunction } from '../../base/arguments.js';
import { ValueError } from '../../base/errors.js';
import { TEXT } from './arguments.js';

/** Return a time in milliseconds, from an arbitrary start. @example const start = util.now(); */
export const now = (): number => performance.now();

/** The platform's `fetch`. @example const response = await util.fetch('model.json'); */
export const fetch = async (url: string, init?: RequestInit): Promise<Response> =>
  globalThis.fetch(TEXT.check('fetch', 'url', url), init);

/**
 * Call a function until it returns true.
 * @param delay milliseconds before the next call, as a function of the number of calls so far; default 0
 * @param maxCounter largest number of calls; default unlimited
 * @param schedule default setTimeout
 * @throws ValueError after `maxCounter` calls
 * @example await util.repeatedTry(() => document.readyState === 'complete', (times) => times * 10);
 */
export async function repeatedTry(
  check: () => boolean,
  delay: (counter: number) => number = () => 0,
  maxCounter?: number | null,
  schedule: (callback: () => void, ms: number) => unknown = (callback, ms) => setTimeout(callback, ms),
): Promise<void> {
  assertFunction('repeatedTry', 'check', check);
  assertFunction('repeatedTry', 'delay', delay);
  assertFunction('repeatedTry', 'schedule', schedule);
  for (let counter = 1; !check(); counter++) {
    if (maxCounter !== undefined && maxCounter !== null && counter > maxCounter) {
      throw new ValueError(`repeatedTry: the function did not return true in ${maxCounter} calls`);
    }
    await new Promise<void>((resolve) => void schedule(resolve, delay(counter)));
  }
}
