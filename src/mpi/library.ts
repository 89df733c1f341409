import { BackendError } from '../base/errors.js';
import { bindAll, type MpiFunctions } from './functions.js';
import { ABI_HANDLES, type Handles, MPICH_HANDLES, openMpiHandles } from './handles.js';

/** A loaded MPI library. */
export interface MpiLibrary {
  /** File name, as it was loaded. */
  readonly file: string;
  readonly kind: 'Open MPI' | 'MPICH' | 'MPI ABI';
  /** First line of `MPI_Get_library_version`. */
  readonly version: string;
  readonly handles: Handles;
  readonly functions: MpiFunctions;
}

/** The part of koffi's API that is used here. */
interface Koffi {
  load(path: string): KoffiLibrary;
}
interface KoffiLibrary {
  func(name: string, result: string, parameters: readonly string[]): (...args: unknown[]) => number;
  symbol(name: string, type: string): bigint;
}

/**
 * File names, in the order in which they are tried. The launcher's library is first: all ranks must use one protocol.
 */
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
    // A variable, so that bundlers do not resolve it: koffi is an optional peer dependency.
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
 * patches mmap, which V8 calls as well. Disable both unless the environment sets these variables.
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
