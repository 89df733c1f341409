/** What a page found out; `scripts/browsers/run.ts` prints it. */
export interface Report {
  readonly failures: readonly string[];
  readonly notes: readonly string[];
}

const failures: string[] = [];
const notes: string[] = [];

/** Compare two values as JSON. */
export function check(what: string, found: unknown, expected: unknown): void {
  const [a, b] = [found, expected].map((value) => JSON.stringify(value));
  if (a !== b) failures.push(`${what}: ${a.slice(0, 200)}, expected ${b.slice(0, 200)}`);
}

/** Check that a condition holds. @param found what is said when it does not */
export function expect(what: string, holds: boolean, found: unknown): void {
  if (!holds) failures.push(`${what}: ${JSON.stringify(found)}`);
}

/** Check that a function throws a message with this part. */
export async function refuses(what: string, call: () => unknown, message: string): Promise<void> {
  try {
    await call();
    failures.push(`${what}: nothing was refused`);
  } catch (error) {
    const text = String(error);
    if (!text.includes(message)) failures.push(`${what}: ${text}, expected ${message}`);
  }
}

export const note = (text: string): void => void notes.push(text);

/** Ask for another tab over this one, or for it to go. */
export const setHidden = (hidden: boolean): Promise<unknown> => fetch(hidden ? '/hide' : '/show', { method: 'POST' });

/** Run a page's checks and post what they found. */
export async function report(checks: () => Promise<void>): Promise<void> {
  try {
    await checks();
  } catch (error) {
    failures.push(error instanceof Error ? `${error}\n${error.stack}` : String(error));
  }
  await fetch('/result', { method: 'POST', body: JSON.stringify({ failures, notes } satisfies Report) });
}
