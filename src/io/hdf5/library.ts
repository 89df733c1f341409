import type * as H5wasm from 'h5wasm';
import { ValueError } from '../../base/errors.js';

/** The part of h5wasm's module that its classes do not cover. */
export type Hdf5Module = Awaited<typeof H5wasm.ready> & { HEAPU8: Uint8Array };

export interface Hdf5Library {
  readonly h5wasm: typeof H5wasm;
  readonly module: Hdf5Module;
}

let loaded: Promise<Hdf5Library> | null = null;

/**
 * Load libhdf5 on first use: programs that write no HDF5 files save 4 MB and 0.15 s.
 * @throws ValueError when it cannot run
 */
export function hdf5Library(): Promise<Hdf5Library> {
  loaded ??= load().catch((error: Error) => {
    loaded = null;
    throw new ValueError(`HDF5 files (.keras, .h5) cannot be written here: ${reasonOf(error)}`, { cause: error });
  });
  return loaded;
}

function reasonOf({ message }: Error): string {
  if (/experimental-vm-modules|dynamic import callback/i.test(message)) {
    return 'h5wasm is an ES module, which Jest imports only with `node --experimental-vm-modules node_modules/.bin/jest`; .safetensors does not need it';
  }
  // The bundle contains libhdf5 as text, which a page with another encoding decodes to different bytes.
  const isGarbled = typeof document === 'object' && document.characterSet !== 'UTF-8';
  if (isGarbled && /CompileError/.test(message) && !/policy|CSP|unsafe-eval/i.test(message)) {
    return `the page is read as ${document.characterSet}, but bundlers write h5wasm in UTF-8: add <meta charset="utf-8">, or use .safetensors`;
  }
  if (/WebAssembly|CompileError|wasm/i.test(message)) {
    return `WebAssembly does not run (a page's Content-Security-Policy must allow 'wasm-unsafe-eval'); .safetensors does not need it (${message})`;
  }
  return message;
}

/** Use the build for browsers also in Node: its file system is in memory. */
async function load(): Promise<Hdf5Library> {
  const h5wasm = await import('h5wasm');
  const module = (await h5wasm.ready) as Hdf5Module;
  // Prevents libhdf5 from printing its errors.
  module.activate_throwing_error_handler();
  return { h5wasm, module };
}

let opened = 0;

/**
 * Run `f` with a file name in libhdf5's file system, and remove the file at the end.
 * Names are unique: libhdf5 identifies open files by name.
 */
export function withScratchFile<T>({ module }: Hdf5Library, f: (path: string) => T): T {
  const path = `/${opened++}.h5`;
  try {
    return f(path);
  } finally {
    if (module.FS.analyzePath(path, false).exists) module.FS.unlink(path);
  }
}
