import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CROWDED, installedLaunchers, type Launcher } from '../../scripts/campaign/kills/launchers.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `npm ci` installs koffi; other installations may leave it out. */
const hasKoffi = spawnSync(process.execPath, ['-e', "import('koffi')"]).status === 0;

/** Launchers that are installed. */
export const launchers = installedLaunchers();

/** Whether ranks can be started on this machine. */
export const canLaunch = hasKoffi && launchers.length > 0;

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly seconds: number;
}

const ENVIRONMENT = { ...process.env, ...CROWDED, FORCE_COLOR: '0' };

interface LaunchOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Given what was printed so far, until it returns true. */
  readonly watch?: (output: string) => boolean;
}

/** Run a TypeScript program of this folder on some ranks, to its end. */
export function launch(
  { command }: Launcher,
  ranks: number,
  program: string,
  args: readonly string[] = [],
  { environment = {}, watch = () => true }: LaunchOptions = {},
): Promise<Ended> {
  const started = performance.now();
  const path = fileURLToPath(new URL(`programs/${program}`, import.meta.url));
  const child = spawn(command, ['-n', String(ranks), process.execPath, '--import', 'tsx', path, ...args], {
    cwd: root,
    env: { ...ENVIRONMENT, ...environment },
  });
  let output = '';
  let watched = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output += data;
      if (!watched) watched = watch(output);
    });
  }
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, output, seconds: (performance.now() - started) / 1000 }));
  });
}

/** What ranks printed as JSON, one line each, in the order of ranks. */
export function resultsOf<T extends { readonly rank: number }>({ output }: Ended): T[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as T).sort((a, b) => a.rank - b.rank);
}
