import type { CompiledKernel } from './compiled-kernel.js';

/** Compiled kernels, least recently used first. */
export class KernelCache {
  private readonly kernels = new Map<string, CompiledKernel>();

  constructor(readonly limit: number) {}

  get size(): number {
    return this.kernels.size;
  }

  get(key: string, compile: () => CompiledKernel): CompiledKernel {
    let kernel = this.kernels.get(key);
    if (kernel) this.kernels.delete(key);
    else kernel = compile();
    this.kernels.set(key, kernel);
    if (this.kernels.size > this.limit) this.evictOldest();
    return kernel;
  }

  private evictOldest(): void {
    const [key, kernel] = this.kernels.entries().next().value!;
    this.kernels.delete(key);
    kernel.evict();
  }
}
