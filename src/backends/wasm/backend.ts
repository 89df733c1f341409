import { BYTES_PER_ELEMENT, type DType, type TypedArray } from '../../base/dtype.js';
import { environment } from '../../base/environment.js';
import { ValueError } from '../../base/errors.js';
import { type Given, oneOf, positiveInteger, readOptions } from '../../base/options.js';
import type { Backend, BackendInfo } from '../backend.js';
import type { Kernels } from '../kernels.js';
import { view } from './host-kernels.js';
import { wasmKernels } from './kernels.js';
import type { Heap } from './memory/heap.js';
import type { KeptForms } from './memory/kept-forms.js';
import { cores } from './platform.js';
import { Runtime } from './runtime.js';
import { checkedThreads, startRuntime } from './start-runtime.js';
import type { Pool } from './threads/threads.js';
import { PRODUCTS } from './turbo/calls/products.js';
import type { TurboCheck } from './turbo/kernel-call.js';
import { startTurbo } from './turbo/start-turbo.js';
import { type Selection, selectVariant, VARIANTS, type VariantName } from './variant.js';

const OPTIONS = {
  /** Default: `NABLA_WASM`, else the fastest that is not experimental. */
  variant: oneOf(VARIANTS).optional(),
  /** Default: `NABLA_THREADS`, else the number of cores. */
  threads: positiveInteger().optional(),
};

export type WasmOptions = Given<typeof OPTIONS>;

export interface WasmDefaults {
  /** Where neither an option nor `NABLA_WASM` names one; undefined: the fastest that is not experimental. */
  readonly variant: VariantName | undefined;
  /** Computations that turbo must get right before it is used. */
  readonly check: TurboCheck;
}

/** The flags that turbo needs are those of the whole process, which is not the library's own. */
const LIBRARY: WasmDefaults = { variant: undefined, check: PRODUCTS };

/** Kernels in WebAssembly with SIMD, over linear memory that worker threads share. A buffer is an address. */
export class WasmBackend implements Backend<number> {
  readonly name = 'wasm';
  readonly kernels: Kernels<number>;
  private readonly selection: Selection;
  private readonly heap: Heap;
  private readonly pool: Pool;
  private readonly kept: KeptForms;

  /**
   * @param defaults those of the library or of a program
   * @throws BackendError when the engine has no WebAssembly SIMD or gives no memory
   * @throws ValueError for a wrong option or variable
   */
  constructor(given?: WasmOptions | null, defaults: WasmDefaults = LIBRARY) {
    const options = readOptions('wasm', OPTIONS, given);
    const threads = options.threads ?? threadsFromEnvironment() ?? cores();
    const { selection, runtime } = start(
      options.variant ?? variantFromEnvironment() ?? defaults.variant,
      threads,
      defaults.check,
    );
    this.selection = selection;
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

interface Started {
  readonly selection: Selection;
  readonly runtime: Runtime;
}

function start(asked: VariantName | undefined, threads: number, check: TurboCheck): Started {
  const selection = selectVariant(asked);
  const { variant } = selection;
  if (variant !== 'turbo') return { selection, runtime: startRuntime(variant, threads) };
  const started = startTurbo(checkedThreads('wasm', threads), check);
  if (started instanceof Runtime) return { selection, runtime: started };
  const note = `turbo not used: on this engine it gives other results for ${started.join(', ')}`;
  console.warn(`nabla: wasm: ${note}`);
  return { selection: { variant: 'relaxed', notes: [note] }, runtime: startRuntime('relaxed', threads) };
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
