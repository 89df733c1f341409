import { ValueError } from '../../base/errors.js';

/** Milliseconds from some moment on. @example const start = util.now(); */
export const now = (): number => performance.now();

/** The platform's `fetch`. @example const response = await util.fetch('model.json'); */
export const fetch = (url: string, init?: RequestInit): Promise<Response> => globalThis.fetch(url, init);

/**
 * Ask again and again until the answer is yes.
 * @param delay milliseconds before the next time, by how often was asked; default 0
 * @param maxCounter times until it is given up; default without end
 * @param schedule default setTimeout
 * @throws ValueError when it is given up
 * @example await util.repeatedTry(() => document.readyState === 'complete', (times) => times * 10);
 */
export async function repeatedTry(
  check: () => boolean,
  delay: (counter: number) => number = () => 0,
  maxCounter?: number | null,
  schedule: (callback: () => void, ms: number) => unknown = (callback, ms) => setTimeout(callback, ms),
): Promise<void> {
  for (let counter = 1; !check(); counter++) {
    if (maxCounter !== undefined && maxCounter !== null && counter > maxCounter) {
      throw new ValueError(`repeatedTry: no yes after ${maxCounter} times`);
    }
    await new Promise<void>((resolve) => void schedule(resolve, delay(counter)));
  }
}
