import type { Form, Forms } from '../../forms.js';
import type { Heap } from './heap.js';

/** Part of the memory that kept forms may take. */
const LIMIT_FRACTION = 0.25;

/** Reads of other forms after which an unread form is evicted to make room. */
const STALE_READS = 2000;

/** A form that was asked for once, or more often and is kept. */
class KeptForm implements Form {
  /** Its address; 0 before it is kept. */
  address = 0;
  lastRead = 0;

  constructor(
    readonly bytes: number,
    private readonly owner: KeptForms,
    private readonly forms: Forms,
    private readonly key: string,
  ) {}

  free(): void {
    this.owner.drop(this);
  }

  /** Free it while its values go on. */
  evict(): void {
    this.free();
    this.forms.delete(this.key);
  }
}

/**
 * Panels and transformed filters of weights that did not change. A form is kept when it is asked for a second time: the
 * weights of a training step are read once each before they change, and none of theirs is.
 */
export class KeptForms {
  /** Of all forms that are kept. */
  bytes = 0;
  private readonly kept = new Set<KeptForm>();
  private readonly limit: number;
  private reads = 0;
  /** Number of reads before the running kernel: forms that it has read since stay in place. */
  private readsBefore = 0;

  constructor(
    private readonly heap: Heap,
    maximumBytes: number,
  ) {
    this.limit = maximumBytes * LIMIT_FRACTION;
    heap.relieve = () => this.clear();
  }

  /** A kernel begins: the forms that it finds from now on stay until the next one does. */
  beginKernel(): void {
    this.readsBefore = this.reads;
  }

  /** The address of a form that is kept; 0 where there is none. */
  find(forms: Forms, key: string): number {
    const form = forms.get(key) as KeptForm | undefined;
    if (!form) return 0;
    form.lastRead = ++this.reads;
    return form.address;
  }

  /** Room to keep a form in, which the caller fills; 0 where it is asked for the first time, or too large. */
  reserve(forms: Forms, key: string, bytes: number): number {
    const known = forms.get(key) as KeptForm | undefined;
    const form = known ?? new KeptForm(bytes, this, forms, key);
    if (!known) forms.set(key, form);
    form.lastRead = ++this.reads;
    if (!known || form.address !== 0 || !this.makeRoom(bytes)) return form.address;
    form.address = this.heap.allocate(bytes);
    this.kept.add(form);
    this.bytes += bytes;
    return form.address;
  }

  /** @internal for forms */
  drop(form: KeptForm): void {
    if (!this.kept.delete(form)) return;
    this.heap.free(form.address);
    this.bytes -= form.bytes;
    form.address = 0;
  }

  /** Free all but those of the kernel that runs: memory is short. Whether there were any. */
  private clear(): boolean {
    return this.evictReadBefore(this.readsBefore);
  }

  private makeRoom(bytes: number): boolean {
    if (this.bytes + bytes > this.limit) this.evictReadBefore(this.reads - STALE_READS);
    return this.bytes + bytes <= this.limit;
  }

  private evictReadBefore(read: number): boolean {
    const stale = [...this.kept].filter(({ lastRead }) => lastRead <= read);
    for (const form of stale) form.evict();
    return stale.length > 0;
  }
}
