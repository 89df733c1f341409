import { BYTES_PER_ELEMENT, type DType, type TypedArray } from '../../base/dtype.js';
import { environment } from '../../base/environment.js';
import { ValueError } from '../../base/errors.js';
import { type Given, oneOf, positiveInteger, readOptions } from '../../base/options.js';
import type { Backend, BackendInfo } from '../backend.js';
import type { Kernels } from '../kernels.js';
import { view } from './host-kernels.js';
import { wasmKernels } from './kernels.js';
import { Heap } from './memory/heap.js';
import { KeptForms } from './memory/kept-forms.js';
import { PAGE_BYTES } from './memory/layout.js';
import { cores } from './platform.js';
import { Runtime } from './runtime.js';
import { multipliesRightly } from './self-check.js';
import { Pool } from './threads/threads.js';
import {
  compile,
  forsakeTurbo,
  REGISTER_TILES,
  type Selection,
  selectVariant,
  VARIANTS,
  type VariantName,
} from './variant.js';

const OPTIONS = {
  /** Default: `NABLA_WASM`, else the fastest that is not experimental. */
  variant: oneOf(VARIANTS).optional(),
  /** Default: `NABLA_THREADS`, else the number of cores. */
  threads: positiveInteger().optional(),
};

export type WasmOptions = Given<typeof OPTIONS>;

/** Kernels in WebAssembly with SIMD, over linear memory that worker threads share. A buffer is an address. */
export class WasmBackend implements Backend<number> {
  readonly name = 'wasm';
  readonly kernels: Kernels<number>;
  private readonly selection: Selection;
  private readonly heap: Heap;
  private readonly pool: Pool;
  private readonly kept: KeptForms;

  /**
   * @throws BackendError when the engine has no WebAssembly SIMD or gives no memory
   * @throws ValueError for a wrong option or variable
   */
  constructor(given?: WasmOptions | null) {
    const options = readOptions('wasm', OPTIONS, given);
    const threads = options.threads ?? threadsFromEnvironment() ?? cores();
    this.selection = selectVariant(options.variant ?? variantFromEnvironment());
    let runtime = start(this.selection.variant, threads);
    if (this.selection.variant === 'turbo' && !multipliesRightly(runtime)) {
      forsakeTurbo();
      this.selection = {
        variant: 'relaxed',
        notes: ['turbo not used: its products differ from scalar ones on this engine'],
      };
      runtime = start('relaxed', threads);
    }
    this.heap = runtime.heap;
    this.pool = runtime.pool;
    this.kept = runtime.kept;
    this.kernels = wasmKernels(runtime);
  }

  info(): BackendInfo {
    const { variant, notes } = this.selection;
    return {
      name: this.name,
      variant,
      threads: this.pool.threads,
      notes: [...notes, ...this.pool.notes],
      keptBytes: this.kept.bytes,
    };
  }

  /** @throws ValueError when `threads` is not an integer ≥ 1 */
  setThreads(threads: number): void {
    this.pool.setThreads(checkedThreads('setThreads', threads));
  }

  supports(dtype: DType): boolean {
    return dtype !== 'float64';
  }

  allocate(dtype: DType, size: number): number {
    return this.heap.allocate(size * BYTES_PER_ELEMENT[dtype]);
  }

  upload(values: TypedArray, dtype: DType): number {
    const buffer = this.allocate(dtype, values.length);
    view(this.heap, buffer, dtype, values.length).set(values);
    return buffer;
  }

  free(buffer: number): void {
    this.heap.free(buffer);
  }

  part(buffer: number, offset: number): number {
    return buffer + offset;
  }

  async read(buffer: number, dtype: DType, size: number): Promise<TypedArray> {
    return this.readSync(buffer, dtype, size);
  }

  readSync(buffer: number, dtype: DType, size: number): TypedArray {
    return view(this.heap, buffer, dtype, size).slice();
  }

  view(buffer: number, dtype: DType, size: number): TypedArray {
    return view(this.heap, buffer, dtype, size);
  }

  dispose(): void {
    this.pool.dispose();
  }
}

function start(variant: VariantName, threads: number): Runtime {
  const { module, memory, maximumPages, isShared } = compile(variant);
  const heap = new Heap(memory, maximumPages);
  const pool = new Pool(module, heap, checkedThreads('wasm', threads), isShared);
  return new Runtime(heap, pool, REGISTER_TILES[variant], new KeptForms(heap, maximumPages * PAGE_BYTES));
}

function checkedThreads(caller: string, threads: number): number {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new ValueError(`${caller}: threads is ${threads}, expected an integer ≥ 1`);
  }
  return threads;
}

function threadsFromEnvironment(): number | undefined {
  const text = environment('NABLA_THREADS');
  return text === undefined ? undefined : checkedThreads('NABLA_THREADS', Number(text));
}

function variantFromEnvironment(): VariantName | undefined {
  const text = environment('NABLA_WASM');
  if (text === undefined || VARIANTS.includes(text as VariantName)) return text as VariantName | undefined;
  throw new ValueError(`NABLA_WASM is ${text}, expected one of ${VARIANTS.join(', ')}`);
}
