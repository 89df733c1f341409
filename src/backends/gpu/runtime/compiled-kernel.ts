import { BackendError } from '../../../base/errors.js';
import { type GpuLibrary, type GpuMode, type KernelFunction, type KernelValues, modeOf } from './library.js';
import { kernelSettings, type Program } from './program.js';

/**
 * A translated kernel for one output size. After eviction from the cache it exists until its last result is freed.
 */
export class CompiledKernel {
  private results = 0;
  private evicted = false;
  private checked = false;
  private readonly kernel: KernelFunction;

  constructor(
    gpu: InstanceType<GpuLibrary['GPU']>,
    private readonly library: GpuLibrary,
    private readonly mode: GpuMode,
    private readonly program: Program,
    size: number,
  ) {
    // The typings have only functions; gpu.js accepts strings, too.
    this.kernel = gpu.createKernel(program.source, kernelSettings(program, size) as never) as KernelFunction;
  }

  /** gpu.js translates at the first call, and runs on the cpu what it cannot translate: that is an error here. */
  execute(args: readonly (KernelValues | number)[]): KernelValues | Promise<KernelValues> {
    const result = this.kernel(...args);
    if (this.checked) return result;
    if (result instanceof Promise) return result.then((values) => this.check(values));
    return this.check(result);
  }

  retain(): void {
    this.results++;
  }

  release(): void {
    this.results--;
    this.destroyIfIdle();
  }

  evict(): void {
    this.evicted = true;
    this.destroyIfIdle();
  }

  private destroyIfIdle(): void {
    if (this.evicted && this.results === 0) this.kernel.destroy();
  }

  private check(values: KernelValues): KernelValues {
    const mode = modeOf(this.library, this.kernel);
    if (mode !== this.mode) {
      throw new BackendError(
        `gpu: ${this.program.name} ran in mode ${mode}, expected ${this.mode}: ${this.kernel.kernel.fallbackReason}`,
      );
    }
    this.checked = true;
    return values;
  }
}
