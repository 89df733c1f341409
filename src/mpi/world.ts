import { BackendError, ValueError } from '../base/errors.js';
import type { Distribution, Replicas as TrainingReplicas } from '../training/distribution.js';
import type { TrainedModel } from '../training/model/trained-model.js';
import { DataParallel } from './data-parallel.js';
import type { ElementType, Reduction } from './handles.js';
import type { MpiLibrary } from './library.js';
import { type Machine, neighboursOf, thisMachine, threadsOf } from './machine.js';
import { meet } from './meeting.js';
import type { Replicas } from './replicas.js';

/** Arrays of collective calls: views of ordinary or shared memory, changed in place. */
export type MpiArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** An asynchronous all-reduce; its array must not be accessed before `wait` returns. */
export interface PendingReduction {
  /** Let MPI make progress, and report whether the reduction is complete. */
  test(): boolean;
  /** Block until the reduction is complete. */
  wait(): void;
}

/** Settings of `mpi()`. */
export interface WorldOptions {
  /** Seconds that `fit` waits for the other ranks. */
  readonly timeout: number;
}

/** Milliseconds that the launcher has to forward a message before its process ends. */
const FORWARDING_MS = 200;
/** Elements of one MPI call, whose counts are C ints. */
const LARGEST_COUNT = 2 ** 31 - 1;

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
  /** Ranks on this machine, this one included, in order. */
  readonly neighbours: readonly number[];
  /** Threads by which the ranks of this machine use each of its cores once. */
  readonly threads: number;
  /** `Open MPI`, `MPICH` or `MPI ABI`. */
  readonly library: MpiLibrary['kind'];
  readonly version: string;
  /** Process numbers of all ranks, and the machines they run on. */
  readonly processes: readonly { readonly host: string; readonly pid: number }[];
  private finished = false;
  private callbacks = 0;

  /** @internal use `mpi()` */
  constructor(
    private readonly mpi: MpiLibrary,
    private readonly options: WorldOptions,
  ) {
    const { functions, handles } = mpi;
    this.library = mpi.kind;
    this.version = mpi.version;
    functions.setErrorHandler(handles.world, handles.errorsReturn);
    this.rank = this.number('MPI_Comm_rank', (out) => functions.rank(handles.world, out));
    this.size = this.number('MPI_Comm_size', (out) => functions.size(handles.world, out));
    const text = new Uint8Array(1024);
    const length = this.number('MPI_Get_processor_name', (out) => functions.processorName(text, out));
    this.host = new TextDecoder().decode(text.subarray(0, length));
    const texts = this.gatherTexts(JSON.stringify(thisMachine(this.host)));
    const machines = texts.map((text) => JSON.parse(text) as Machine);
    this.neighbours = neighboursOf(machines, this.rank);
    this.threads = threadsOf(machines, this.rank);
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

  /** @internal wait until all ranks are there; end all where some do not come in time */
  meet(caller: string): Promise<void> {
    this.assertTogether(caller);
    return meet(caller, this, this.options.timeout);
  }

  /** @internal call a callback of this rank alone, from which collective calls would wait for ever */
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
    this.check('MPI_Barrier', this.mpi.functions.barrier(this.mpi.handles.world));
  }

  /**
   * Combine an array over all ranks, in place; afterwards every rank holds the same values, to the bit.
   * @param operation default `'sum'`
   * @throws BackendError when a rank is lost or arrays differ in length
   */
  allReduce(values: MpiArray, operation: Reduction = 'sum'): void {
    this.assertTogether('allReduce');
    const { functions, handles } = this.mpi;
    const dtype = handles.dtypes[elementType(values)];
    for (const part of parts(values)) {
      const code = functions.allReduce(
        handles.inPlace,
        part,
        part.length,
        dtype,
        handles.operations[operation],
        handles.world,
      );
      this.check('MPI_Allreduce', code);
    }
  }

  /**
   * Start an all-reduce of at most 2³¹ − 1 elements, in place. Every rank must start the same ones in the same order.
   */
  startAllReduce(values: MpiArray, operation: Reduction = 'sum'): PendingReduction {
    const { functions, handles } = this.mpi;
    if (values.length > LARGEST_COUNT) {
      throw new ValueError(`startAllReduce: ${values.length} elements, expected at most ${LARGEST_COUNT}`);
    }
    this.assertTogether('startAllReduce');
    const dtype = handles.dtypes[elementType(values)];
    const { inPlace, operations, world } = handles;
    return this.start('MPI_Iallreduce', values, (request) =>
      functions.startAllReduce(inPlace, values, values.length, dtype, operations[operation], world, request),
    );
  }

  /** @internal send an array to a rank, which may not be touched before `wait` returns */
  startSend(values: MpiArray, receiver: number, tag: number): PendingReduction {
    const { functions, handles } = this.mpi;
    const dtype = handles.dtypes[elementType(values)];
    return this.start('MPI_Isend', values, (request) =>
      functions.startSend(values, values.length, dtype, receiver, tag, handles.world, request),
    );
  }

  /** @internal receive an array from a rank */
  startReceive(values: MpiArray, sender: number, tag: number): PendingReduction {
    const { functions, handles } = this.mpi;
    const dtype = handles.dtypes[elementType(values)];
    return this.start('MPI_Irecv', values, (request) =>
      functions.startReceive(values, values.length, dtype, sender, tag, handles.world, request),
    );
  }

  /** Start an operation that goes on while the program does. */
  private start(name: string, values: MpiArray, call: (request: BigInt64Array) => number): PendingReduction {
    const { functions, handles } = this.mpi;
    const request = new BigInt64Array(1);
    this.check(name, call(request));
    let done = false;
    const flag = new Int32Array(1);
    return {
      test: () => {
        if (done) return true;
        this.check('MPI_Test', functions.test(request, flag, handles.ignoreStatus));
        done = flag[0] !== 0;
        // The array must outlive the request, even if the caller drops it.
        return done && values.length >= 0;
      },
      wait: () => {
        if (!done) this.check('MPI_Wait', functions.wait(request, handles.ignoreStatus));
        done = true;
      },
    };
  }

  /** Copy an array from one rank to all, in place. @param root default 0 */
  broadcast(values: MpiArray, root = 0): void {
    this.assertTogether('broadcast');
    const { functions, handles } = this.mpi;
    if (!Number.isInteger(root) || root < 0 || root >= this.size) {
      throw new ValueError(`broadcast: root is ${root}, expected a rank from 0 to ${this.size - 1}`);
    }
    const dtype = handles.dtypes[elementType(values)];
    for (const part of parts(values)) {
      this.check('MPI_Bcast', functions.broadcast(part, part.length, dtype, root, handles.world));
    }
  }

  /** Copy a text from one rank to all. @param text read on the root alone @param root default 0 */
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
    const { functions, handles } = this.mpi;
    const bytes = new TextEncoder().encode(text);
    const { int32, uint8 } = handles.dtypes;
    const counts = new Int32Array(this.size);
    const length = Int32Array.of(bytes.length);
    this.check('MPI_Allgather', functions.gather(length, 1, int32, counts, 1, int32, handles.world));
    const offsets = new Int32Array(this.size);
    for (let rank = 1; rank < this.size; rank++) offsets[rank] = offsets[rank - 1] + counts[rank - 1];
    const all = new Uint8Array(offsets[this.size - 1] + counts[this.size - 1]);
    const code = functions.gatherVarying(bytes, bytes.length, uint8, all, counts, offsets, uint8, handles.world);
    this.check('MPI_Allgatherv', code);
    const decoder = new TextDecoder();
    return Array.from(offsets, (offset, rank) => decoder.decode(all.subarray(offset, offset + counts[rank])));
  }

  /**
   * Check that all ranks hold the same description of something.
   * @throws ValueError on every rank, naming the first rank that differs from rank 0 and both descriptions
   */
  agree(caller: string, subject: string, description: string): void {
    const all = this.gatherTexts(description);
    const other = all.findIndex((each) => each !== all[0]);
    if (other < 0) return;
    throw new ValueError(`${caller}: ${subject} is ${all[other]} on rank ${other}, expected ${all[0]} as on rank 0`);
  }

  /** End every rank at once, with a message that names this one. */
  abort(reason: string, code = 1): void {
    if (this.finished) return;
    this.finished = true;
    process.stderr.write(`nabla/mpi: ${this.describe()}: ${reason}\n`);
    // MPICH's launcher forwards output in its own time, and drops the rest when it aborts.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FORWARDING_MS);
    this.mpi.functions.abort(this.mpi.handles.world, code);
  }

  /** Leave MPI, after waiting for all ranks to do so. The end of the program does it too. */
  finalize(): void {
    if (this.finished) return;
    this.finished = true;
    this.mpi.functions.finalize();
  }

  /** @throws BackendError where no other rank would make the same call */
  private assertTogether(caller: string): void {
    if (this.finished) throw new BackendError(`${caller}: ${this.describe()} has left MPI by finalize`);
    if (this.callbacks > 0) {
      throw new BackendError(
        `${caller}: called by a callback of fit, which runs on rank ${this.rank} alone, so that no other rank answers`,
      );
    }
  }

  private number(name: string, read: (out: Int32Array) => number): number {
    const out = new Int32Array(1);
    this.check(name, read(out));
    return out[0];
  }

  private check(name: string, code: number): void {
    if (code === 0) return;
    const text = new Uint8Array(1024);
    const length = new Int32Array(1);
    this.mpi.functions.errorString(code, text, length);
    const reason = new TextDecoder().decode(text.subarray(0, length[0]));
    throw new BackendError(`mpi: ${name} failed on rank ${this.rank}: ${reason}`);
  }
}

function elementType(values: MpiArray): ElementType {
  if (values instanceof Float32Array) return 'float32';
  if (values instanceof Float64Array) return 'float64';
  if (values instanceof Int32Array) return 'int32';
  if (values instanceof Uint8Array) return 'uint8';
  throw new ValueError(
    `mpi: values are ${Object.prototype.toString.call(values)}, expected a Float32Array, Float64Array, Int32Array or Uint8Array`,
  );
}

function* parts(values: MpiArray): Generator<MpiArray> {
  for (let start = 0; start < values.length; start += LARGEST_COUNT) {
    yield values.subarray(start, start + LARGEST_COUNT);
  }
}
