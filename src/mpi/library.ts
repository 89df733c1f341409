import { BackendError } from '../base/errors.js';
import { ABI_HANDLES, type Handle, type Handles, MPICH_HANDLES, openMpiHandles } from './handles.js';

/** The functions of MPI that nabla calls; each returns an error code, 0 for success. */
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

/** An MPI library of this machine, loaded. */
export interface MpiLibrary {
  /** File name, as it was loaded. */
  readonly file: string;
  readonly kind: 'Open MPI' | 'MPICH' | 'MPI ABI';
  /** First line of `MPI_Get_library_version`. */
  readonly version: string;
  readonly handles: Handles;
  readonly functions: MpiFunctions;
}

/** The part of koffi that is used here. */
interface Koffi {
  load(path: string): KoffiLibrary;
}
interface KoffiLibrary {
  func(name: string, result: string, parameters: readonly string[]): (...args: unknown[]) => number;
  symbol(name: string, type: string): bigint;
}

/** File names in the order of trial. The launcher's library comes first: all ranks must use one protocol. */
function candidates(): readonly string[] {
  const chosen = process.env.NABLA_MPI_LIBRARY;
  if (chosen) return [chosen];
  const openMpi = ['libmpi.so.40', 'libmpi.so.80', 'libmpi.40.dylib', '/opt/homebrew/lib/libmpi.40.dylib'];
  const mpich = ['libmpich.so.12', 'libmpi.so.12', 'libmpi.12.dylib', '/opt/homebrew/lib/libmpi.12.dylib'];
  const abi = ['libmpi_abi.so.0', 'libmpi_abi.0.dylib'];
  const underOpenMpi = process.env.OMPI_COMM_WORLD_SIZE !== undefined;
  return underOpenMpi ? [...openMpi, ...abi, ...mpich] : [...mpich, ...abi, ...openMpi];
}

async function importKoffi(): Promise<Koffi> {
  try {
    // In a variable, so that bundlers do not resolve it: koffi is an optional peer.
    const name = 'koffi';
    return (await import(name)).default as Koffi;
  } catch (error) {
    throw new BackendError(
      `mpi: the package koffi cannot be loaded (${(error as Error).message.split('\n')[0]}); npm install koffi`,
    );
  }
}

/**
 * UCX, a transport below MPICH and Open MPI, handles SIGSEGV, which V8 needs for bounds checks of WebAssembly, and
 * patches mmap, which V8 calls as well. Both are off unless the environment says otherwise.
 */
function keepUcxApart(): void {
  process.env.UCX_ERROR_SIGNALS ??= '';
  process.env.UCX_MEM_MMAP_HOOK_MODE ??= 'none';
}

/**
 * Load the MPI library of the launcher.
 * @throws BackendError when there is none, or when a file is not an MPI library
 */
export async function loadMpi(): Promise<MpiLibrary> {
  const koffi = await importKoffi();
  keepUcxApart();
  const failures: string[] = [];
  for (const file of candidates()) {
    let library: KoffiLibrary;
    try {
      library = koffi.load(file);
    } catch (error) {
      failures.push(`${file}: ${(error as Error).message}`);
      continue;
    }
    return describe(file, library);
  }
  const tried = process.env.NABLA_MPI_LIBRARY ? `: ${failures[0]}` : ` (tried ${candidates().join(', ')})`;
  throw new BackendError(
    `mpi: no MPI library was found${tried}; install Open MPI or MPICH, or name the file in NABLA_MPI_LIBRARY`,
  );
}

function describe(file: string, library: KoffiLibrary): MpiLibrary {
  const bind = (name: string, parameters: readonly string[]) => {
    try {
      return library.func(name, 'int', parameters);
    } catch {
      throw new BackendError(`mpi: ${file} has no function ${name}, so it is not an MPI library`);
    }
  };
  const text = new Uint8Array(8192);
  const length = new Int32Array(1);
  bind('MPI_Get_library_version', ['_Out_ uint8_t *', '_Out_ int *'])(text, length);
  const version = new TextDecoder()
    .decode(text.subarray(0, length[0]))
    .split(/[\n\0]/)[0]
    .replaceAll(/\s+/g, ' ');
  const kind = file.includes('mpi_abi') ? 'MPI ABI' : version.includes('Open MPI') ? 'Open MPI' : 'MPICH';
  if (kind === 'MPICH' && !/MPICH|Intel|MVAPICH|CRAY/i.test(version)) {
    throw new BackendError(`mpi: ${file} is '${version}', expected Open MPI, MPICH or a library with MPICH's ABI`);
  }
  const handles =
    kind === 'Open MPI'
      ? openMpiHandles((name) => library.symbol(name, 'char'))
      : kind === 'MPICH'
        ? MPICH_HANDLES
        : ABI_HANDLES;
  return { file, kind, version, handles, functions: bindAll(bind, handles.type) };
}

/** Bind each function to its C signature; `h` is the type of a handle. */
function bindAll(
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
