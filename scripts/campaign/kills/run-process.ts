import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from './targets.js';

/** When a process is killed: after so many milliseconds, by a signal; or before or after the n-th change of a file. */
export type Kill = { readonly after: number; readonly signal: NodeJS.Signals } | { readonly at: string };

/** A process that takes longer hangs; a run alone takes a second, on a machine that does nothing else. */
const LIMIT = 180_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly printed: string;
  readonly milliseconds: number;
  readonly hung: boolean;
}

/** Run a program with `kill-at-change` loaded into it, and kill it as planned. */
export async function runProcess(
  args: readonly string[],
  preload: string,
  { kill, countPath }: { kill?: Kill; countPath?: string } = {},
): Promise<Ended> {
  const began = performance.now();
  const environment = { ...process.env };
  if (kill && 'at' in kill) environment.NABLA_KILL_AT = kill.at;
  if (countPath) environment.NABLA_KILL_COUNT = countPath;
  // A group of its own: Ctrl-C ends the campaign after the trial, not the trial.
  const child = spawn(process.execPath, ['--import', preload, ...args], {
    cwd: root,
    env: environment,
    detached: true,
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (printed += text));
  const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('close', (code, signal) => resolve([code, signal])),
  );
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    child.kill('SIGKILL');
  }, LIMIT);
  if (kill && 'after' in kill) {
    await Promise.race([pause(kill.after), ended]);
    child.kill(kill.signal);
  }
  const [code, signal] = await ended;
  clearTimeout(timer);
  return { code, signal, printed, milliseconds: performance.now() - began, hung };
}
