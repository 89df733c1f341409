import type * as H5wasm from 'h5wasm';
import { FormatError } from '../../base/errors.js';

/** The part of h5wasm's module that its classes leave out. */
export type Hdf5Module = Awaited<typeof H5wasm.ready> & { HEAPU8: Uint8Array };

export interface Hdf5Library {
  readonly h5wasm: typeof H5wasm;
  readonly module: Hdf5Module;
}

let loaded: Promise<Hdf5Library> | null = null;

/** libhdf5, compiled when it is first needed: 4 MB and 0.15 s that those who read no HDF5 file never pay. */
export function hdf5Library(): Promise<Hdf5Library> {
  loaded ??= load();
  return loaded;
}

/** The build for browsers, in Node too: its file system is memory, so that no link in a forged file leads to the disk. */
async function load(): Promise<Hdf5Library> {
  const h5wasm = await import('h5wasm');
  const module = (await h5wasm.ready) as Hdf5Module;
  // Otherwise libhdf5 prints its errors.
  module.activate_throwing_error_handler();
  return { h5wasm, module };
}

let opened = 0;

/**
 * Runs `f` with a file name in libhdf5's own file system, and removes the file at the end.
 * Names differ each time: libhdf5 takes a file of a name that it has open for the same file.
 */
export function withScratchFile<T>({ module }: Hdf5Library, f: (path: string) => T): T {
  const path = `/${opened++}.h5`;
  try {
    return f(path);
  } finally {
    if (module.FS.analyzePath(path, false).exists) module.FS.unlink(path);
  }
}

/** An error of libhdf5, or of the WebAssembly machine that runs it, as one about the file. */
export function asFormatError(name: string, caller: string, error: unknown): FormatError {
  if (error instanceof FormatError) return error;
  const { message } = error as Error;
  // libhdf5 prints a stack of calls; the innermost says what is wrong.
  const reason = /^.*\(\): (.*)$/m.exec(String(message).split('#').at(-1) ?? '')?.[1] ?? message;
  return new FormatError(`${name}: ${caller}: libhdf5 cannot read it (${reason})`, { cause: error });
}
