import type { Backend } from '../backends/backend.js';
import { Forms } from '../backends/forms.js';
import { BYTES_PER_ELEMENT, type DType } from '../base/dtype.js';
import { DTypeError } from '../base/errors.js';

/** Counts of living tensors and buffers, kept by storages and tensors. */
export const counts = { tensors: 0, buffers: 0, bytes: 0 };

/** @throws DTypeError when a backend lacks a dtype */
export function assertSupported(backend: Backend, dtype: DType): void {
  if (!backend.supports(dtype)) {
    throw new DTypeError(
      `${dtype} tensors are not supported by the ${backend.name} backend; setBackend('cpu') supports them`,
    );
  }
}

/** A reference-counted buffer on one backend; several tensors of one size may share it. */
export class Storage {
  private references = 1;
  private ownForms: Forms | null = null;
  /** Counts changes of the values in place. */
  version = 0;

  constructor(
    public backend: Backend,
    public buffer: unknown,
    readonly dtype: DType,
    readonly size: number,
  ) {
    counts.buffers++;
    counts.bytes += size * BYTES_PER_ELEMENT[dtype];
  }

  /** Forms of the values that kernels keep until the values change. */
  get forms(): Forms {
    this.ownForms ??= new Forms();
    return this.ownForms;
  }

  /** Call before the values change: counts the change, and frees cached forms. */
  markChanged(): void {
    this.version++;
    this.dropForms();
  }

  /** Free cached forms, before the values change or are freed. */
  dropForms(): void {
    this.ownForms?.clear();
  }

  get isShared(): boolean {
    return this.references > 1;
  }

  retain(): this {
    this.references++;
    return this;
  }

  release(): void {
    if (--this.references > 0) return;
    this.dropForms();
    this.backend.free(this.buffer);
    counts.buffers--;
    counts.bytes -= this.size * BYTES_PER_ELEMENT[this.dtype];
  }

  /** Move the contents to another backend; tensors that share the storage move with it. */
  moveTo(backend: Backend): void {
    if (backend === this.backend) return;
    assertSupported(backend, this.dtype);
    this.dropForms();
    const values = this.backend.readSync(this.buffer, this.dtype, this.size);
    const buffer = backend.upload(values, this.dtype);
    this.backend.free(this.buffer);
    this.backend = backend;
    this.buffer = buffer;
  }
}
