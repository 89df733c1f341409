import { BackendError } from '../../../base/errors.js';
import type { Adapter } from './adapter.js';
import { BATCH_KERNELS, Batch, type WebGpuBuffer } from './batch.js';
import { BindGroups } from './bind-groups.js';
import { Blocks } from './blocks.js';
import { Encoder } from './encoder.js';
import { Failures } from './failures.js';
import { Pipelines } from './pipelines.js';
import { type KernelTime, Profiler } from './profiler.js';
import { gridOf, type Program } from './program.js';
import { ReadBack } from './readback.js';
import { UniformRing } from './uniforms.js';

/**
 * Counts of live objects and of objects created since the start, for `webgpuInfo()` and the tests that hold steps to a
 * budget.
 */
export interface DeviceCounts {
  /** Tensors on the device, and the bytes of their blocks. */
  readonly buffers: number;
  readonly bytes: number;
  /** Bytes of idle blocks. */
  readonly idleBytes: number;
  /** Compiled programs. */
  readonly pipelines: number;
  /** Cached bind groups. */
  readonly bindGroups: number;
  /** Since the start: buffers and bind groups made, kernels and submissions. */
  readonly made: Readonly<{ buffers: number; bindGroups: number; kernels: number; submits: number }>;
}

/** A kernel call: buffers in the order of the program's, uniforms likewise. */
export interface Launch {
  readonly reads: readonly WebGpuBuffer[];
  readonly writes: readonly WebGpuBuffer[];
  readonly uniforms: readonly number[];
  /** How many workgroups. */
  readonly groups: number;
}

/**
 * Records kernel calls and submits them in batches: when a batch is full, when a result is read, and at the end of the
 * microtask. A batch waits for missing pipelines and memory, and all later batches wait for it.
 */
export class Device {
  private readonly device: GPUDevice;
  private readonly pipelines: Pipelines;
  private readonly blocks: Blocks;
  private readonly bindGroups: BindGroups;
  private readonly readBack: ReadBack;
  private readonly encoder: Encoder;
  private readonly spare: Batch[] = [];
  private batch: Batch;
  /** Number of the last submitted batch. */
  private submitted = 0;
  /** Resolves when the batches that wait are submitted; null when none waits. */
  private waiting: Promise<void> | null = null;
  private closed: string | null = null;
  /** The first uncaptured error, which the backend caused. */
  private fault: BackendError | null = null;

  constructor(readonly adapter: Adapter) {
    this.device = adapter.device;
    this.pipelines = new Pipelines(this.device, adapter.isSoftware);
    const uniforms = new UniformRing(this.device);
    this.bindGroups = new BindGroups(this.device, uniforms.buffer);
    this.readBack = new ReadBack(this.device);
    this.blocks = new Blocks(this.device, adapter.maxBytes, () => this.submitted);
    this.encoder = new Encoder(this.device, uniforms, this.bindGroups, new Failures(this.blocks));
    this.batch = new Batch().reset(1);
    this.device.lost.then(({ message }) => {
      this.closed ??= `the device was lost (${message}), and its tensors with it; setBackend('webgpu', {}) starts a new one`;
    });
    this.device.addEventListener('uncapturederror', ({ error }) => {
      this.fault ??= new BackendError(`webgpu: ${error.message}`, { cause: error });
    });
  }

  get counts(): DeviceCounts {
    const { made, ...blocks } = this.blocks.counts;
    return {
      ...blocks,
      pipelines: this.pipelines.size,
      bindGroups: this.bindGroups.size,
      made: {
        buffers: made + this.readBack.count,
        bindGroups: this.bindGroups.made,
        kernels: this.encoder.kernels,
        submits: this.encoder.submits,
      },
    };
  }

  /** @throws BackendError when no buffer may be as large @throws BackendError on a lost device */
  allocate(size: number): WebGpuBuffer {
    this.assertUsable();
    const bytes = 4 * size;
    if (bytes > this.adapter.maxBytes) {
      throw new BackendError(
        `webgpu: a tensor of ${size} elements is ${bytes} bytes; a buffer of this adapter has at most ` +
          `${this.adapter.maxBytes} (maxStorageBufferBindingSize), wasm and cpu take more`,
      );
    }
    return { block: this.blocks.take(bytes), failure: null };
  }

  free(buffer: WebGpuBuffer): void {
    if (!this.closed) this.blocks.give(buffer.block);
  }

  /** A buffer with values of four bytes each. */
  upload(values: Float32Array | Int32Array | Uint32Array): WebGpuBuffer {
    const buffer = this.allocate(values.length);
    if (values.length === 0) return buffer;
    // A write takes effect before commands that are recorded but not submitted.
    if (buffer.block.lastBatch > this.submitted) this.flush();
    if (this.waiting || buffer.block.isAllocating) {
      this.batch.upload(values.slice(), buffer);
      this.flushLater();
    } else {
      this.device.queue.writeBuffer(buffer.block.buffer, 0, values as ArrayBufferView<ArrayBuffer>);
    }
    return buffer;
  }

  copy(buffer: WebGpuBuffer): WebGpuBuffer {
    this.assertUsable();
    const copy: WebGpuBuffer = { block: this.blocks.take(buffer.block.bytes), failure: null };
    this.batch.copy(buffer, copy, buffer.block.bytes);
    this.flushLater();
    return copy;
  }

  /**
   * Records a kernel call.
   * @param name of the program: one name, one text
   * @param program makes the text, when the name is new
   */
  launch(name: string, program: () => Program, { reads, writes, uniforms, groups }: Launch): void {
    this.assertUsable();
    this.batch.dispatch(this.pipelines.get(name, program), reads, writes, uniforms, gridOf(groups));
    if (this.batch.kernels === BATCH_KERNELS) this.flush();
    else this.flushLater();
  }

  /** Record kernels with temporary buffers, and free these. */
  withScratch(sizes: readonly number[], use: (...scratch: WebGpuBuffer[]) => void): void {
    const scratch = sizes.map((size) => this.allocate(size));
    try {
      use(...scratch);
    } finally {
      for (const buffer of scratch) this.free(buffer);
    }
  }

  async read(buffer: WebGpuBuffer, size: number): Promise<ArrayBuffer> {
    this.assertUsable();
    const bytes = 4 * size;
    if (bytes === 0) return new ArrayBuffer(0);
    const target = this.readBack.take(bytes);
    this.batch.copy(buffer, target, bytes);
    this.flush();
    if (this.waiting) await this.waiting;
    try {
      if (buffer.failure) this.readBack.give(target);
      this.assertSound(buffer);
      const values = await this.readBack.read(target, bytes);
      this.assertSound(buffer);
      return values;
    } catch (cause) {
      if (cause instanceof BackendError) throw cause;
      // The device may report its loss after the buffer.
      await Promise.resolve();
      this.assertUsable();
      throw new BackendError(`webgpu: reading failed: ${(cause as Error).message}`, { cause });
    }
  }

  /** Submit the recorded commands, or queue them. */
  flush(): void {
    const { batch } = this;
    if (batch.commands.length === 0) return;
    this.batch = (this.spare.pop() ?? new Batch()).reset(batch.number + 1);
    if (!this.waiting && batch.isCompiled && this.blocks.allocations.size === 0) {
      this.submit(batch);
      return;
    }
    const needs = [batch.compiled(), ...this.blocks.allocations];
    const waiting: Promise<void> = (this.waiting ?? Promise.resolve())
      .then(() => Promise.all(needs))
      .then(() => {
        this.submit(batch);
        if (this.waiting === waiting) this.waiting = null;
      });
    this.waiting = waiting;
  }

  /**
   * Runs `f` and times each of its kernels on the device.
   * @throws BackendError when the adapter has no timestamp-query, or when a profile runs already
   */
  async profile(f: () => void | Promise<void>): Promise<KernelTime[]> {
    this.assertUsable();
    if (!this.device.features.has('timestamp-query')) {
      throw new BackendError(`webgpu: ${this.adapter.description} has no timestamp-query; time until a result is read`);
    }
    if (this.encoder.profiler) throw new BackendError('webgpu: a profile runs already');
    this.flush();
    await this.waiting;
    const profiler = new Profiler(this.device, this.readBack);
    this.encoder.profiler = profiler;
    try {
      await f();
      this.flush();
      await this.waiting;
    } finally {
      this.encoder.profiler = null;
    }
    return profiler.finish();
  }

  /** Destroy the device; reading remaining tensors throws an error. */
  close(reason: string): void {
    this.closed ??= reason;
    this.device.destroy();
  }

  private flushLater(): void {
    if (this.batch.commands.length > 1) return;
    const { number } = this.batch;
    queueMicrotask(() => {
      if (this.batch.number === number) this.flush();
    });
  }

  private submit(batch: Batch): void {
    if (!this.closed) this.encoder.submit(batch);
    this.submitted = batch.number;
    this.spare.push(batch);
  }

  private assertSound(buffer: WebGpuBuffer): void {
    this.assertUsable();
    if (buffer.failure) throw buffer.failure;
    if (this.fault) throw this.fault;
  }

  private assertUsable(): void {
    if (this.closed) throw new BackendError(`webgpu: ${this.closed}`);
  }
}
