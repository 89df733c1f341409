import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A way to start ranks on this machine. */
export interface Launcher {
  readonly name: string;
  readonly command: string;
}

const exists = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

/** Launchers that are installed: Debian names them by their library when both are. */
export const launchers: readonly Launcher[] = (() => {
  const named = [
    { name: 'Open MPI', command: 'mpirun.openmpi' },
    { name: 'MPICH', command: 'mpirun.mpich' },
  ].filter(({ command }) => exists(command));
  if (named.length > 0) return named;
  return exists('mpirun') ? [{ name: 'mpirun', command: 'mpirun' }] : [];
})();

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly seconds: number;
}

const ENVIRONMENT = {
  ...process.env,
  // Open MPI refuses root and more ranks than cores unless it is told.
  OMPI_ALLOW_RUN_AS_ROOT: '1',
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
  OMPI_MCA_rmaps_base_oversubscribe: '1',
  // More ranks than cores: a rank that waits lets others run.
  OMPI_MCA_mpi_yield_when_idle: '1',
  NABLA_THREADS: '1',
  FORCE_COLOR: '0',
};

/** Run a TypeScript program of this folder on some ranks, to its end. */
export function launch(
  { command }: Launcher,
  ranks: number,
  program: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const started = performance.now();
  const path = fileURLToPath(new URL(`programs/${program}`, import.meta.url));
  const child = spawn(command, ['-n', String(ranks), process.execPath, '--import', 'tsx', path, ...args], {
    cwd: root,
    env: { ...ENVIRONMENT, ...environment },
  });
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  child.stderr.on('data', (data) => {
    output += data;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, output, seconds: (performance.now() - started) / 1000 }));
  });
}

/** What ranks printed as JSON, one line each, in the order of ranks. */
export function resultsOf<T extends { readonly rank: number }>({ output }: Ended): T[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as T).sort((a, b) => a.rank - b.rank);
}
