import { BackendError, ValueError } from '../base/errors.js';
import type { Distribution, Replicas as TrainingReplicas } from '../training/distribution.js';
import type { TrainedModel } from '../training/model/trained-model.js';
import { assertAlike } from './agreement.js';
import { Communicator, type PendingReduction } from './communicator.js';
import { DataParallel } from './data-parallel.js';
import type { Reduction } from './handles.js';
import type { MpiLibrary } from './library.js';
import { type Machine, neighboursOf, thisMachine, threadsOf } from './machine.js';
import { meet } from './meeting.js';
import type { MpiArray } from './mpi-array.js';
import type { Replicas } from './replicas.js';

/** Settings of `mpi()`. */
export interface WorldOptions {
  /** Seconds that `fit` waits for the other ranks. */
  readonly timeout: number;
}

/** Milliseconds for the launcher to forward a message before the process ends. */
const FORWARDING_MS = 200;

/**
 * The processes of one `mpirun`, from the view of one of them. Every rank must make the same collective calls in the
 * same order.
 */
export class World implements Replicas, TrainingReplicas {
  /** Number of this process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** The machine's name. */
  readonly host: string;
  /** Ranks on this machine, including this one, in order. */
  readonly neighbours: readonly number[];
  /** Threads per rank with which the ranks of this machine use each core once. */
  readonly threads: number;
  /** `Open MPI`, `MPICH` or `MPI ABI`. */
  readonly library: MpiLibrary['kind'];
  readonly version: string;
  /** Process numbers of all ranks, and the machines they run on. */
  readonly processes: readonly { readonly host: string; readonly pid: number }[];
  private readonly communicator: Communicator;
  private finished = false;
  private callbacks = 0;

  /** @internal use `mpi()` */
  constructor(
    mpi: MpiLibrary,
    private readonly options: WorldOptions,
  ) {
    this.library = mpi.kind;
    this.version = mpi.version;
    this.communicator = new Communicator(mpi);
    const { rank, size, host } = this.communicator;
    this.rank = rank;
    this.size = size;
    this.host = host;
    const texts = this.gatherTexts(JSON.stringify(thisMachine(host)));
    const machines = texts.map((text) => JSON.parse(text) as Machine);
    this.neighbours = neighboursOf(machines, rank);
    this.threads = threadsOf(machines, rank);
    this.processes = machines.map(({ host, pid }) => ({ host, pid }));
  }

  /** @internal */
  distribute(model: TrainedModel): Distribution {
    this.assertTogether('fit');
    return new DataParallel(this, model);
  }

  /** `rank 2 of 4 on node17`, for messages. */
  describe(): string {
    return `rank ${this.rank} of ${this.size} on ${this.host}`;
  }

  /** @internal wait until all ranks have arrived; end all if some do not arrive in time */
  async meet(caller: string): Promise<void> {
    this.assertTogether(caller);
    const { timeout } = this.options;
    const missing = await meet(this.communicator, timeout);
    if (missing.length === 0) return;
    const ranks = `rank${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`;
    this.abort(
      `${caller}: waited ${timeout} s for ${ranks} of ${this.size}, which did not call it; every rank must call ${caller}`,
    );
  }

  /** @internal call a function that runs only on this rank, from which collective calls would never return */
  alone(callback: () => unknown): unknown {
    this.callbacks++;
    const done = () => void this.callbacks--;
    let running: unknown;
    try {
      running = callback();
    } catch (error) {
      done();
      throw error;
    }
    if (running instanceof Promise) return running.finally(done);
    return done();
  }

  /** Block until every rank has called `barrier`. */
  barrier(): void {
    this.assertTogether('barrier');
    this.communicator.barrier();
  }

  /**
   * Combine an array over all ranks, in place; afterwards every rank has the same values, to the bit.
   * @param operation default `'sum'`
   * @throws BackendError when a rank is lost or arrays differ in length
   */
  allReduce(values: MpiArray, operation: Reduction = 'sum'): void {
    this.assertTogether('allReduce');
    this.communicator.allReduce(values, operation);
  }

  /**
   * Start an all-reduce of at most 2³¹ − 1 elements, in place. Every rank must start the same ones in the same order.
   */
  startAllReduce(values: MpiArray, operation: Reduction = 'sum'): PendingReduction {
    this.assertTogether('startAllReduce');
    return this.communicator.startAllReduce(values, operation);
  }

  /** Copy an array from one rank to all, in place. @param root default 0 */
  broadcast(values: MpiArray, root = 0): void {
    this.assertTogether('broadcast');
    if (!Number.isInteger(root) || root < 0 || root >= this.size) {
      throw new ValueError(`broadcast: root is ${root}, expected a rank from 0 to ${this.size - 1}`);
    }
    this.communicator.broadcast(values, root);
  }

  /** Copy a text from one rank to all. @param text read only on the root @param root default 0 */
  broadcastText(text: string, root = 0): string {
    const bytes = new TextEncoder().encode(this.rank === root ? text : '');
    const length = Int32Array.of(bytes.length);
    this.broadcast(length, root);
    const all = this.rank === root ? bytes : new Uint8Array(length[0]);
    this.broadcast(all, root);
    return new TextDecoder().decode(all);
  }

  /** Return the text of each rank, in the order of ranks. */
  gatherTexts(text: string): string[] {
    this.assertTogether('gatherTexts');
    const decoder = new TextDecoder();
    return this.communicator.gather(new TextEncoder().encode(text)).map((bytes) => decoder.decode(bytes));
  }

  /**
   * Check that all ranks give the same description of a subject.
   * @throws ValueError on every rank, naming the first rank that differs from rank 0 and both descriptions
   */
  agree(caller: string, subject: string, description: string): void {
    assertAlike(caller, subject, this.gatherTexts(description));
  }

  /** End every rank at once, with a message that names this one. */
  abort(reason: string, code = 1): void {
    if (this.finished) return;
    this.finished = true;
    process.stderr.write(`nabla/mpi: ${this.describe()}: ${reason}\n`);
    // MPICH's launcher forwards output with a delay, and drops the rest when it aborts.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FORWARDING_MS);
    this.communicator.abort(code);
  }

  /** Leave MPI, after waiting for all ranks to do so. The end of the program does the same. */
  finalize(): void {
    if (this.finished) return;
    this.finished = true;
    this.communicator.finalize();
  }

  /** @throws BackendError when no other rank would make the same call */
  private assertTogether(caller: string): void {
    if (this.finished) throw new BackendError(`${caller}: ${this.describe()} has left MPI with finalize`);
    if (this.callbacks > 0) {
      throw new BackendError(
        `${caller}: called by a callback of fit, which runs only on rank ${this.rank}, so no other rank takes part`,
      );
    }
  }
}
