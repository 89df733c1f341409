import type { BackendError } from '../../../base/errors.js';
import type { CompiledKernel } from './compiled-kernel.js';
import type { KernelValues } from './library.js';

/** Counts of live objects, for `gpuInfo()` and the tests for leaks. */
export interface Counts {
  arrays: number;
  elements: number;
}

/**
 * Values that several handles may share. They are immutable: a kernel that updates in place gives its handle new
 * values.
 */
export class SharedValues {
  private references = 1;

  constructor(
    readonly values: KernelValues,
    readonly size: number,
    /** The kernel that computed the values: gpu.js frees them through it, so it must outlive them. */
    private readonly kernel: CompiledKernel | null,
    private readonly counts: Counts,
  ) {
    kernel?.retain();
    counts.arrays++;
    counts.elements += size;
  }

  retain(): this {
    this.references++;
    return this;
  }

  release(): void {
    if (--this.references > 0) return;
    if (!(this.values instanceof Float32Array)) this.values.delete();
    this.kernel?.release();
    this.counts.arrays--;
    this.counts.elements -= this.size;
  }
}

/** The backend's handle. A kernel that fails after its call leaves the reason here; reading the buffer throws it. */
export class GpuBuffer {
  content: SharedValues | null = null;
  failure: BackendError | null = null;

  constructor(readonly size: number) {}

  replace(content: SharedValues | null): void {
    this.content?.release();
    this.content = content;
  }
}
