import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** How Open MPI carries messages between processes of one machine, and its options for that. */
export const TRANSPORTS: Readonly<Record<string, readonly string[]>> = {
  'shared memory': ['--mca', 'btl', 'vader,self'],
  TCP: ['--mca', 'btl', 'tcp,self'],
};

/** Starts the program of a rank, bundled: tsx's wrappers of functions would slow its steps. */
export class Ranks {
  private constructor(
    private readonly folder: string,
    private readonly program: string,
  ) {}

  static async build(): Promise<Ranks> {
    // Packages are found from here.
    const folder = mkdtempSync(join(root, '.cache/distributed-'));
    const program = join(folder, 'rank.mjs');
    await build({
      entryPoints: [join(root, 'bench/distributed/rank.ts')],
      outfile: program,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      logLevel: 'error',
    });
    return new Ranks(folder, program);
  }

  /** Run a task by one process. @returns its figures */
  alone<T>(task: string, threads: number): T {
    return this.figuresOf(task, threads, process.execPath, []);
  }

  /** Run a task by two processes of one thread each. @returns the figures of process 0 */
  pair<T>(task: string, transport: string): T {
    const launcher = ['--allow-run-as-root', '--oversubscribe', '-n', '2', ...TRANSPORTS[transport], process.execPath];
    return this.figuresOf(task, 1, 'mpirun.openmpi', launcher);
  }

  private figuresOf<T>(task: string, threads: number, command: string, args: readonly string[]): T {
    const out = join(this.folder, 'figures.json');
    const program = [this.program, task, String(threads), out];
    execFileSync(command, [...args, ...program], { stdio: ['ignore', 'ignore', 'inherit'] });
    return JSON.parse(readFileSync(out, 'utf8')) as T;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}
