import type { Operand } from '../kernels.js';
import type { Heap } from './memory/heap.js';
import type { KeptForms } from './memory/kept-forms.js';
import { JOB_ADDRESS, TABLES_ADDRESS, TABLES_END } from './memory/layout.js';
import type { Pool } from './threads/threads.js';

/** Elements of one chunk of an elementwise kernel: 10 to 20 µs of work, far more than handing it to a thread costs. */
export const ELEMENTS_PER_CHUNK = 16384;

/** Chunks of a kernel that goes through `size` elements. */
export const elementChunks = (size: number): number => Math.ceil(size / ELEMENTS_PER_CHUNK);

/** The name of a form of a filter. One that is scaled is kept with its scale, which says whose it is. */
export const formKey = (name: string, filter: Operand<number>, scale: Operand<number> | null): string =>
  scale ? `${name} of ${filter.buffer}` : name;

/** Register tile of the matrix products. */
export interface RegisterTile {
  readonly rows: number;
  /** Columns of a panel of B. */
  readonly columns: number;
}

/** Memory, and a way to run an exported kernel over its chunks: for the TypeScript side of each kernel. */
export class Runtime {
  private readonly indices = new Map<string, number>();
  private tablesTop = TABLES_ADDRESS;
  private borrowed: number[] = [];
  /** Scopes that are open. */
  private depth = 0;

  constructor(
    readonly heap: Heap,
    readonly pool: Pool,
    readonly registerTile: RegisterTile,
    readonly kept: KeptForms,
  ) {}

  /**
   * Runs a kernel of assembly/ and waits for it.
   * @param kernel the exported function's name
   * @param chunks pieces that threads take; each writes to separate places
   * @param integers the first fields of the kernel's job class, in order: addresses, sizes, flags
   * @param floats the float32 fields that follow
   * @param scratchBytes memory for each thread alone
   */
  launch(
    kernel: string,
    chunks: number,
    integers: readonly number[],
    floats: readonly number[] = [],
    scratchBytes = 0,
  ): void {
    let index = this.indices.get(kernel);
    if (index === undefined) this.indices.set(kernel, (index = this.pool.kernelIndex(kernel)));
    const { int32, float32 } = this.heap;
    let field = JOB_ADDRESS / 4;
    for (let i = 0; i < integers.length; i++) int32[field++] = integers[i];
    for (let i = 0; i < floats.length; i++) float32[field++] = floats[i];
    this.pool.dispatch(index, chunks, scratchBytes);
  }

  /** Run `f`, then free the memory that it took from `table` and `temporary`. */
  scope(f: () => void): void {
    const { tablesTop, borrowed } = this;
    if (this.depth++ === 0) this.kept.beginKernel();
    this.borrowed = [];
    try {
      f();
    } finally {
      for (const address of this.borrowed) this.heap.free(address);
      this.tablesTop = tablesTop;
      this.borrowed = borrowed;
      this.depth--;
    }
  }

  /** Memory until the scope ends. */
  temporary(bytes: number): number {
    const address = this.heap.allocate(bytes);
    this.borrowed.push(address);
    return address;
  }

  /**
   * A form of an operand's values: the one that was kept, else made by `make`, in memory that is kept for weights and
   * lasts until the scope ends for all else.
   * @param key names the form among those of the operand
   */
  form(operand: Pick<Operand<number>, 'forms'>, key: string, bytes: number, make: (address: number) => void): number {
    const kept = this.keptForm(operand, key, bytes, make);
    if (kept !== 0) return kept;
    const address = this.temporary(bytes);
    this.scope(() => make(address));
    return address;
  }

  /** `form` where it is kept; 0 where it is not, as at the first call. */
  keptForm(
    { forms }: Pick<Operand<number>, 'forms'>,
    key: string,
    bytes: number,
    make: (address: number) => void,
  ): number {
    if (!forms) return 0;
    const found = this.kept.find(forms, key);
    if (found !== 0) return found;
    const address = this.kept.reserve(forms, key, bytes);
    if (address === 0) return 0;
    try {
      this.scope(() => make(address));
    } catch (error) {
      forms.get(key)!.free();
      throw error;
    }
    return address;
  }

  /** 32-bit integers that a kernel reads, until the scope ends. */
  table(values: readonly number[]): number {
    let address = this.tablesTop;
    if (address + values.length * 4 <= TABLES_END) this.tablesTop += values.length * 4;
    else address = this.temporary(values.length * 4);
    this.heap.int32.set(values, address / 4);
    return address;
  }
}
