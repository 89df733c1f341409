import { availableParallelism } from 'node:os';
import { NablaError } from '../../base/errors.js';
import type { World } from '../../mpi/world.js';
import { version } from '../version.js';

/** The processes of a run: only this one, or all of `mpirun`. The first one prints and writes. */
export class Processes {
  private constructor(readonly world: World | null) {}

  /**
   * Join the other processes, which must have been started with the same arguments.
   * @throws BackendError when no launcher has started this process @throws ValueError naming a difference
   */
  static async join(distribute: boolean): Promise<Processes> {
    if (!distribute) return new Processes(null);
    const { mpi } = await import('../../mpi/join.js');
    const world = await mpi();
    world.agree('train', 'the version of nabla', version());
    world.agree('train', 'the command line', process.argv.slice(2).join(' '));
    return new Processes(world);
  }

  get count(): number {
    return this.world?.size ?? 1;
  }

  get isFirst(): boolean {
    return this.world === null || this.world.rank === 0;
  }

  /** Number of cores for this process. */
  get cores(): number {
    return this.world?.threads ?? availableParallelism();
  }

  /** The command that starts the same number of processes again. @param command for one process */
  launcherOf(command: string): string {
    if (!this.world) return command;
    const isSlurm = process.env.SLURM_PROCID !== undefined && process.env.OMPI_COMM_WORLD_SIZE === undefined;
    return `${isSlurm ? 'srun' : `mpirun -n ${this.count}`} ${command} --distribute`;
  }

  /** Describe the numbers of processes and machines; null for a single process. */
  describe(): string | null {
    if (!this.world) return null;
    const hosts = new Set(this.world.processes.map(({ host }) => host));
    return `${this.count} on ${hosts.size} machine${hosts.size === 1 ? '' : 's'}`;
  }

  /** Lines that list the processes, to identify one that a launcher reports as killed; none for a single process.
   * @param began number of processes at the start of the run
   */
  introduction(began = this.count): string[] {
    const { processes = [] } = this.world ?? {};
    const lines = processes.map(({ host, pid }, rank) => `  rank ${rank}: process ${pid} on ${host}`);
    if (this.world) lines.unshift(`${this.describe()}, ${this.cores} thread${this.cores === 1 ? '' : 's'} each:`);
    if (began !== this.count) {
      lines.push(
        `The run began on ${began} processes and continues on ${this.count}, so sums are rounded differently.`,
      );
    }
    return lines;
  }

  /** Broadcast a value of the first process to all. @param make called on the first process */
  async ofFirst<T>(make: () => T | Promise<T>): Promise<T> {
    if (!this.world) return make();
    const text = this.isFirst ? JSON.stringify(await make()) : '';
    return JSON.parse(this.world.broadcastText(text)) as T;
  }

  /** Broadcast bytes of the first process to all. @param read called on the first process */
  async bytesOfFirst(read: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const own = this.isFirst ? await read() : new Uint8Array(0);
    if (!this.world) return own;
    const length = Float64Array.of(own.length);
    this.world.broadcast(length);
    // MPI reads and writes whole arrays; a Node Buffer may be a view of a larger one.
    const bytes = this.isFirst ? Uint8Array.from(own) : new Uint8Array(length[0]);
    this.world.broadcast(bytes);
    return bytes;
  }

  /**
   * Run a function on one process of each machine, then on the others, which find on disk the files it has downloaded.
   */
  async oncePerMachine<T>(f: () => Promise<T>): Promise<T> {
    const { world } = this;
    if (!world) return f();
    const leads = world.neighbours[0] === world.rank;
    const led = leads ? await f() : null;
    world.barrier();
    return leads ? (led as T) : f();
  }

  /** Run a whole program; an error in this process ends all processes, with a message that names it. */
  async guard(program: () => Promise<void>): Promise<void> {
    try {
      await program();
    } catch (error) {
      const { message, stack } = error as Error;
      this.world?.abort(error instanceof NablaError ? message : (stack ?? message));
      throw error;
    }
  }
}
