import { BackendError, ValueError } from '../base/errors.js';
import type { Reduction } from './handles.js';
import type { MpiLibrary } from './library.js';
import { elementType, LARGEST_COUNT, type MpiArray, partsOf } from './mpi-array.js';

/** An asynchronous operation; its array must not be accessed before `wait` returns. */
export interface PendingReduction {
  /** Let MPI make progress, and report whether the operation is complete. */
  test(): boolean;
  /** Block until the operation is complete. */
  wait(): void;
}

/** `MPI_COMM_WORLD`: MPI calls on typed arrays; error codes are thrown as errors. */
export class Communicator {
  /** Number of this process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** The machine's name. */
  readonly host: string;

  constructor(private readonly mpi: MpiLibrary) {
    const { functions, handles } = mpi;
    functions.setErrorHandler(handles.world, handles.errorsReturn);
    this.rank = this.number('MPI_Comm_rank', (out) => functions.rank(handles.world, out));
    this.size = this.number('MPI_Comm_size', (out) => functions.size(handles.world, out));
    const text = new Uint8Array(1024);
    const length = this.number('MPI_Get_processor_name', (out) => functions.processorName(text, out));
    this.host = new TextDecoder().decode(text.subarray(0, length));
  }

  barrier(): void {
    this.check('MPI_Barrier', this.mpi.functions.barrier(this.mpi.handles.world));
  }

  /** Combine an array over all ranks, in place. */
  allReduce(values: MpiArray, operation: Reduction): void {
    const { functions, handles } = this.mpi;
    const { inPlace, dtypes, operations, world } = handles;
    const dtype = dtypes[elementType(values)];
    for (const part of partsOf(values)) {
      const code = functions.allReduce(inPlace, part, part.length, dtype, operations[operation], world);
      this.check('MPI_Allreduce', code);
    }
  }

  startAllReduce(values: MpiArray, operation: Reduction): PendingReduction {
    const { functions, handles } = this.mpi;
    if (values.length > LARGEST_COUNT) {
      throw new ValueError(`startAllReduce: ${values.length} elements, expected at most ${LARGEST_COUNT}`);
    }
    const { inPlace, dtypes, operations, world } = handles;
    const dtype = dtypes[elementType(values)];
    return this.start('MPI_Iallreduce', values, (request) =>
      functions.startAllReduce(inPlace, values, values.length, dtype, operations[operation], world, request),
    );
  }

  startSend(values: MpiArray, receiver: number, tag: number): PendingReduction {
    const { functions, handles } = this.mpi;
    const dtype = handles.dtypes[elementType(values)];
    return this.start('MPI_Isend', values, (request) =>
      functions.startSend(values, values.length, dtype, receiver, tag, handles.world, request),
    );
  }

  startReceive(values: MpiArray, sender: number, tag: number): PendingReduction {
    const { functions, handles } = this.mpi;
    const dtype = handles.dtypes[elementType(values)];
    return this.start('MPI_Irecv', values, (request) =>
      functions.startReceive(values, values.length, dtype, sender, tag, handles.world, request),
    );
  }

  /** Copy an array from one rank to all, in place. */
  broadcast(values: MpiArray, root: number): void {
    const { functions, handles } = this.mpi;
    const dtype = handles.dtypes[elementType(values)];
    for (const part of partsOf(values)) {
      this.check('MPI_Bcast', functions.broadcast(part, part.length, dtype, root, handles.world));
    }
  }

  /** Return the bytes of each rank, in the order of ranks. */
  gather(bytes: Uint8Array): Uint8Array[] {
    const { functions, handles } = this.mpi;
    const { int32, uint8 } = handles.dtypes;
    const counts = new Int32Array(this.size);
    const length = Int32Array.of(bytes.length);
    this.check('MPI_Allgather', functions.gather(length, 1, int32, counts, 1, int32, handles.world));
    const offsets = new Int32Array(this.size);
    for (let rank = 1; rank < this.size; rank++) offsets[rank] = offsets[rank - 1] + counts[rank - 1];
    const all = new Uint8Array(offsets[this.size - 1] + counts[this.size - 1]);
    const code = functions.gatherVarying(bytes, bytes.length, uint8, all, counts, offsets, uint8, handles.world);
    this.check('MPI_Allgatherv', code);
    return Array.from(offsets, (offset, rank) => all.subarray(offset, offset + counts[rank]));
  }

  abort(code: number): void {
    this.mpi.functions.abort(this.mpi.handles.world, code);
  }

  finalize(): void {
    this.mpi.functions.finalize();
  }

  /** Start an operation that proceeds while the program continues. */
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

  private number(name: string, read: (out: Int32Array) => number): number {
    const out = new Int32Array(1);
    this.check(name, read(out));
    return out[0];
  }

  /** @throws BackendError for any code other than success */
  private check(name: string, code: number): void {
    if (code === 0) return;
    const text = new Uint8Array(1024);
    const length = new Int32Array(1);
    this.mpi.functions.errorString(code, text, length);
    const reason = new TextDecoder().decode(text.subarray(0, length[0]));
    throw new BackendError(`mpi: ${name} failed on rank ${this.rank}: ${reason}`);
  }
}
