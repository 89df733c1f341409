import { BackendError } from '../../../base/errors.js';
import { type Counts, GpuBuffer, SharedValues } from './buffer.js';
import type { CompiledKernel } from './compiled-kernel.js';
import type { Engine } from './engine.js';
import { KernelCache } from './kernel-cache.js';
import type { KernelValues } from './library.js';
import { type Program, programKey } from './program.js';
import { TaskQueue } from './queue.js';

/** Indices are computed in float32, which has no odd numbers above this. */
export const MAX_ELEMENTS = 2 ** 24;

/** WebGPU has eight storage buffers per shader, one of which is the output. */
export const MAX_ARRAYS = 7;

const UPLOAD: Program = { name: 'upload', source: 'function (x) { return x[this.thread.x]; }' };

/** Argument of a kernel: a handle, a scalar, or host values, which gpu.js uploads. */
type Argument = GpuBuffer | Float32Array | number;

/**
 * Memory and kernels of one engine. Calls return at once; if gpu.js returns promises (webgpu) they wait in a
 * queue, and a failure is stored in the handle of the result.
 */
export class Device {
  private readonly queue = new TaskQueue();
  private readonly kernels: KernelCache;
  private readonly counts: Counts = { arrays: 0, elements: 0 };
  private closed: string | null = null;

  constructor(
    readonly engine: Engine,
    cacheLimit: number,
  ) {
    this.kernels = new KernelCache(cacheLimit);
  }

  /** Whether results can be read without waiting. */
  get isSynchronous(): boolean {
    return this.engine.mode !== 'webgpu';
  }

  get alive(): Readonly<Counts & { kernels: number }> {
    return { ...this.counts, kernels: this.kernels.size };
  }

  allocate(size: number): GpuBuffer {
    this.assertUsable();
    if (size > MAX_ELEMENTS) {
      throw new BackendError(
        `gpu: a tensor of ${size} elements; at most ${MAX_ELEMENTS} (2^24) can be indexed in float32, wasm and cpu ` +
          'take more',
      );
    }
    return new GpuBuffer(size);
  }

  upload(values: Float32Array): GpuBuffer {
    const buffer = this.allocate(values.length);
    this.write(buffer, values);
    return buffer;
  }

  /** Fill a handle from the host; the backend takes ownership of `values`. */
  write(out: GpuBuffer, values: Float32Array): void {
    if (out.size === 0) return;
    const onHost = this.engine.mode === 'cpu' || this.engine.mode === 'webasm';
    if (onHost) out.replace(new SharedValues(values, values.length, null, this.counts));
    else this.launch(UPLOAD, [values], out);
  }

  /**
   * Run a program over `out.size` elements; inputs are read before `out` is replaced, so that it may be one of them.
   * gpu.js refuses empty arrays: sums over an empty input are 0.
   */
  launch(program: Program, inputs: readonly Argument[], out: GpuBuffer): void {
    if (out.size === 0) return;
    if (inputs.some((input) => sizeOfInput(input) === 0)) {
      this.write(out, new Float32Array(out.size));
      return;
    }
    this.assertUsable();
    this.queue.push(() => this.attempt(program, inputs, out));
  }

  /** Run a program into a buffer that exists during `use`. */
  withScratch(size: number, fill: (scratch: GpuBuffer) => void, use: (scratch: GpuBuffer) => void): void {
    const scratch = this.allocate(size);
    try {
      fill(scratch);
      use(scratch);
    } finally {
      this.free(scratch);
    }
  }

  /** Let `out` share the values of `x`. */
  alias(x: GpuBuffer, out: GpuBuffer): void {
    this.assertUsable();
    this.queue.push(() => {
      out.failure = x.failure;
      out.replace(x.content?.retain() ?? null);
    });
  }

  free(buffer: GpuBuffer): void {
    this.queue.push(() => buffer.replace(null));
  }

  async read(buffer: GpuBuffer): Promise<Float32Array> {
    return this.queue.push(() => this.fetch(buffer));
  }

  readSync(buffer: GpuBuffer): Float32Array {
    this.assertUsable();
    if (!this.isSynchronous || !this.queue.isIdle) {
      throw new BackendError('gpu: mode webgpu has no synchronous reading; await x.data()');
    }
    return this.fetch(buffer) as Float32Array;
  }

  /** Free everything; reading remaining handles throws an error. */
  async close(reason: string, keepsWebGpu: boolean): Promise<void> {
    this.closed = reason;
    await this.queue.push(() => this.engine.destroy(keepsWebGpu));
  }

  private fetch(buffer: GpuBuffer): Float32Array | Promise<Float32Array> {
    this.assertUsable();
    if (buffer.failure) throw buffer.failure;
    const values = buffer.content?.values;
    if (!values) return new Float32Array(buffer.size);
    if (values instanceof Float32Array) return values.slice();
    const result = values.toArray();
    if (!(result instanceof Promise)) return result;
    return result.catch((error) => {
      throw asBackendError('reading', error);
    });
  }

  /** Compile and run; an error is thrown if the call is synchronous, else stored in the handle. */
  private attempt(program: Program, inputs: readonly Argument[], out: GpuBuffer): void | Promise<void> {
    try {
      const key = programKey(program, [...inputs.flatMap(sizeOfInput), out.size]);
      const kernel = this.kernels.get(key, () => this.engine.compile(program, out.size));
      const result = kernel.execute(inputs.map(valuesOf));
      if (!(result instanceof Promise)) return this.store(out, result, kernel);
      return result.then(
        (values) => this.store(out, values, kernel),
        (error) => {
          out.failure = asBackendError(program.name, error);
        },
      );
    } catch (error) {
      const failure = asBackendError(program.name, error);
      if (this.isSynchronous) throw failure;
      out.failure = failure;
    }
  }

  private store(out: GpuBuffer, values: KernelValues, kernel: CompiledKernel): void {
    out.failure = null;
    out.replace(new SharedValues(values, out.size, kernel, this.counts));
  }

  private assertUsable(): void {
    if (this.closed) throw new BackendError(`gpu: ${this.closed}`);
    if (this.engine.isLost()) {
      throw new BackendError(
        "gpu: the context was lost and its tensors with it; setBackend('gpu', { mode }) starts a new one",
      );
    }
  }
}

function sizeOfInput(input: Argument): number | [] {
  if (typeof input === 'number') return [];
  return input instanceof GpuBuffer ? input.size : input.length;
}

function valuesOf(input: Argument): KernelValues | number {
  if (!(input instanceof GpuBuffer)) return input;
  if (input.failure) throw input.failure;
  if (!input.content) throw new BackendError('gpu: a kernel reads a buffer that was never written');
  return input.content.values;
}

function asBackendError(what: string, error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  return new BackendError(`gpu: ${what} failed: ${(error as Error).message}`, { cause: error });
}
