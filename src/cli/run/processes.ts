import { availableParallelism } from 'node:os';
import { NablaError } from '../../base/errors.js';
import type { World } from '../../mpi/world.js';
import { version } from '../version.js';

/** The processes of a run: this one alone, or all of `mpirun`. The first one prints and writes. */
export class Processes {
  private constructor(readonly world: World | null) {}

  /**
   * Join the other processes, which must have been started with the same arguments.
   * @throws BackendError where no launcher has started this one @throws ValueError naming what differs
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

  /** Cores for this process, where each has its share. */
  get cores(): number {
    return this.world?.threads ?? availableParallelism();
  }

  /** The command that starts as many processes again. @param command of one */
  launcherOf(command: string): string {
    if (!this.world) return command;
    const isSlurm = process.env.SLURM_PROCID !== undefined && process.env.OMPI_COMM_WORLD_SIZE === undefined;
    return `${isSlurm ? 'srun' : `mpirun -n ${this.count}`} ${command} --distribute`;
  }

  /** How many processes there are on how many machines; null for one alone. */
  describe(): string | null {
    if (!this.world) return null;
    const hosts = new Set(this.world.processes.map(({ host }) => host));
    return `${this.count} on ${hosts.size} machine${hosts.size === 1 ? '' : 's'}`;
  }

  /**
   * Lines that name the processes, so that a launcher's message of one that was killed can be read; none for one alone.
   * @param began how many began the run that is continued
   */
  introduction(began = this.count): string[] {
    const { processes = [] } = this.world ?? {};
    const lines = processes.map(({ host, pid }, rank) => `  rank ${rank}: process ${pid} on ${host}`);
    if (this.world) lines.unshift(`${this.describe()}, ${this.cores} thread${this.cores === 1 ? '' : 's'} each:`);
    if (began !== this.count) {
      lines.push(`The run began on ${began} processes and continues on ${this.count}, which round sums otherwise.`);
    }
    return lines;
  }

  /** A value of the first process, on all. @param make called on the first one */
  async ofFirst<T>(make: () => T | Promise<T>): Promise<T> {
    if (!this.world) return make();
    const text = this.isFirst ? JSON.stringify(await make()) : '';
    return JSON.parse(this.world.broadcastText(text)) as T;
  }

  /** Bytes of the first process, on all. @param read called on the first one */
  async bytesOfFirst(read: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const own = this.isFirst ? await read() : new Uint8Array(0);
    if (!this.world) return own;
    const length = Float64Array.of(own.length);
    this.world.broadcast(length);
    // MPI reads and writes whole arrays; a Buffer of Node may be a part of one.
    const bytes = this.isFirst ? Uint8Array.from(own) : new Uint8Array(length[0]);
    this.world.broadcast(bytes);
    return bytes;
  }

  /**
   * Run something on one process of each machine, then on its others: what the first one downloads, they find on disk.
   */
  async oncePerMachine<T>(f: () => Promise<T>): Promise<T> {
    const { world } = this;
    if (!world) return f();
    const leads = world.neighbours[0] === world.rank;
    const led = leads ? await f() : null;
    world.barrier();
    return leads ? (led as T) : f();
  }

  /** Run a whole program; an error of this process ends all, with a message that names it. */
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
