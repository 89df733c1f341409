import type { Handle, Handles } from './handles.js';

/** The MPI functions that nabla calls; each returns an error code, 0 for success. */
export interface MpiFunctions {
  initThread(argc: null, argv: null, required: number, provided: Int32Array): number;
  initialized(flag: Int32Array): number;
  finalize(): number;
  abort(world: Handle, code: number): number;
  rank(world: Handle, rank: Int32Array): number;
  size(world: Handle, size: Int32Array): number;
  setErrorHandler(world: Handle, handler: Handle): number;
  errorString(code: number, text: Uint8Array, length: Int32Array): number;
  processorName(text: Uint8Array, length: Int32Array): number;
  barrier(world: Handle): number;
  broadcast(values: ArrayBufferView, count: number, dtype: Handle, root: number, world: Handle): number;
  gather(
    values: ArrayBufferView,
    count: number,
    dtype: Handle,
    all: ArrayBufferView,
    countEach: number,
    dtypeEach: Handle,
    world: Handle,
  ): number;
  gatherVarying(
    values: ArrayBufferView,
    count: number,
    dtype: Handle,
    all: ArrayBufferView,
    counts: Int32Array,
    offsets: Int32Array,
    dtypeEach: Handle,
    world: Handle,
  ): number;
  allReduce(
    send: number,
    values: ArrayBufferView,
    count: number,
    dtype: Handle,
    operation: Handle,
    world: Handle,
  ): number;
  startAllReduce(
    send: number,
    values: ArrayBufferView,
    count: number,
    dtype: Handle,
    operation: Handle,
    world: Handle,
    request: BigInt64Array,
  ): number;
  startSend(
    values: ArrayBufferView,
    count: number,
    dtype: Handle,
    receiver: number,
    tag: number,
    world: Handle,
    request: BigInt64Array,
  ): number;
  startReceive(
    values: ArrayBufferView,
    count: number,
    dtype: Handle,
    sender: number,
    tag: number,
    world: Handle,
    request: BigInt64Array,
  ): number;
  test(request: BigInt64Array, done: Int32Array, status: number): number;
  wait(request: BigInt64Array, status: number): number;
}

/** Bind each function to its C signature; `h` is the type of a handle. */
export function bindAll(
  bind: (name: string, parameters: readonly string[]) => (...args: never[]) => number,
  h: Handles['type'],
): MpiFunctions {
  const flag = '_Inout_ int *';
  const buffer = 'void *';
  const request = '_Inout_ int64_t *';
  const functions: Record<keyof MpiFunctions, (...args: never[]) => number> = {
    initThread: bind('MPI_Init_thread', ['void *', 'void *', 'int', flag]),
    initialized: bind('MPI_Initialized', [flag]),
    finalize: bind('MPI_Finalize', []),
    abort: bind('MPI_Abort', [h, 'int']),
    rank: bind('MPI_Comm_rank', [h, flag]),
    size: bind('MPI_Comm_size', [h, flag]),
    setErrorHandler: bind('MPI_Comm_set_errhandler', [h, h]),
    errorString: bind('MPI_Error_string', ['int', '_Out_ uint8_t *', flag]),
    processorName: bind('MPI_Get_processor_name', ['_Out_ uint8_t *', flag]),
    barrier: bind('MPI_Barrier', [h]),
    broadcast: bind('MPI_Bcast', [buffer, 'int', h, 'int', h]),
    gather: bind('MPI_Allgather', [buffer, 'int', h, buffer, 'int', h, h]),
    gatherVarying: bind('MPI_Allgatherv', [buffer, 'int', h, buffer, 'int *', 'int *', h, h]),
    allReduce: bind('MPI_Allreduce', ['intptr_t', buffer, 'int', h, h, h]),
    startAllReduce: bind('MPI_Iallreduce', ['intptr_t', buffer, 'int', h, h, h, request]),
    startSend: bind('MPI_Isend', [buffer, 'int', h, 'int', 'int', h, request]),
    startReceive: bind('MPI_Irecv', [buffer, 'int', h, 'int', 'int', h, request]),
    test: bind('MPI_Test', [request, flag, 'intptr_t']),
    wait: bind('MPI_Wait', [request, 'intptr_t']),
  };
  return functions as unknown as MpiFunctions;
}
