import { BackendError, ValueError } from '../base/errors.js';
import { type Given, number, readOptions } from '../base/options.js';
import { loadMpi } from './library.js';
import { World } from './world.js';

const OPTIONS = {
  /** Seconds that `fit` waits for ranks that have not called it yet; default 600. */
  timeout: number({ above: 0 }).default(600),
};

export type MpiOptions = Given<typeof OPTIONS>;

/** `MPI_THREAD_FUNNELED`: only the main thread calls MPI. */
const FUNNELED = 1;

/** Variables that launchers set for each process: Open MPI's, MPICH's Hydra, Slurm's `srun`, and PMIx in general. */
const LAUNCHER_VARIABLES = ['OMPI_COMM_WORLD_SIZE', 'PMI_SIZE', 'PMI_RANK', 'PMIX_RANK', 'SLURM_PROCID'];

let world: { readonly joined: Promise<World>; readonly timeout: number } | null = null;

/** Whether an MPI launcher has started this process. */
export const isLaunched = (): boolean => LAUNCHER_VARIABLES.some((name) => process.env[name] !== undefined);

/**
 * Join the other processes of `mpirun`, `mpiexec` or `srun`. A second call returns the same world.
 * An uncaught error ends all ranks; so does an exit code other than 0.
 * @throws BackendError when koffi or an MPI library is missing, or the process was not started by an MPI launcher
 * @throws ValueError when a second call has a different time-out
 * @example const world = await mpi(); console.log(world.rank, world.size);
 */
export function mpi(options?: MpiOptions): Promise<World> {
  const { timeout } = readOptions('mpi', OPTIONS, options);
  world ??= { joined: join(timeout), timeout };
  if (options?.timeout !== undefined && timeout !== world.timeout) {
    throw new ValueError(`mpi: timeout is ${timeout}, expected ${world.timeout} as in the first call`);
  }
  return world.joined;
}

async function join(timeout: number): Promise<World> {
  if (!isLaunched()) {
    throw new BackendError('mpi: this process was not started by MPI; start it with mpirun -n 4 node …, or with srun');
  }
  const library = await loadMpi();
  const started = new Int32Array(1);
  library.functions.initialized(started);
  if (!started[0]) {
    const provided = new Int32Array(1);
    const code = library.functions.initThread(null, null, FUNNELED, provided);
    if (code !== 0) throw new BackendError(`mpi: MPI_Init_thread of ${library.version} failed with code ${code}`);
  }
  const joined = new World(library, { timeout });
  process.on('uncaughtExceptionMonitor', (error) => joined.abort(error.stack ?? String(error)));
  process.on('exit', (code) => {
    if (code === 0) joined.finalize();
    else joined.abort(`exits with code ${code}`, code);
  });
  return joined;
}
