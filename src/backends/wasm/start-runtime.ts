import { ValueError } from '../../base/errors.js';
import { Heap } from './memory/heap.js';
import { KeptForms } from './memory/kept-forms.js';
import { PAGE_BYTES } from './memory/layout.js';
import { Runtime } from './runtime.js';
import { Pool } from './threads/threads.js';
import { compile, moduleBytes, REGISTER_TILES, type VariantName } from './variant.js';

/** Compile the kernels of a variant, with their own memory. @param name see `compile` */
export function startRuntime(
  variant: VariantName,
  threads: number,
  bytes: Uint8Array = moduleBytes(variant),
  name: string = variant,
): Runtime {
  const { module, memory, maximumPages, isShared } = compile(bytes, name);
  const heap = new Heap(memory, maximumPages);
  const pool = new Pool(module, heap, checkedThreads('wasm', threads), isShared);
  return new Runtime(heap, pool, REGISTER_TILES[variant], new KeptForms(heap, maximumPages * PAGE_BYTES));
}

export function checkedThreads(caller: string, threads: number): number {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new ValueError(`${caller}: threads is ${threads}, expected an integer ≥ 1`);
  }
  return threads;
}
