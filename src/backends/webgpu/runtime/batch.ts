import type { BackendError } from '../../../base/errors.js';
import type { Block } from './blocks.js';
import type { Pipeline } from './pipelines.js';
import { SLOT_BYTES, SLOT_WORDS } from './uniforms.js';

/** Kernels of one submission: few enough that the device starts while the host records the next ones. */
export const BATCH_KERNELS = 16;

/** Memory of a tensor for kernels. A command that fails after its call stores the reason here. */
export interface WebGpuBuffer {
  readonly block: Block;
  failure: BackendError | null;
}

export interface Dispatch {
  readonly kind: 'dispatch';
  readonly pipeline: Pipeline;
  readonly reads: readonly WebGpuBuffer[];
  readonly writes: readonly WebGpuBuffer[];
  readonly slot: number;
  readonly grid: readonly [number, number];
}

export interface Copy {
  readonly kind: 'copy';
  readonly from: WebGpuBuffer;
  /** Another tensor, or a buffer for reading by the host. */
  readonly to: WebGpuBuffer | GPUBuffer;
  readonly bytes: number;
}

export interface Upload {
  readonly kind: 'upload';
  readonly to: WebGpuBuffer;
  readonly values: ArrayBufferView<ArrayBuffer>;
}

export type Command = Dispatch | Copy | Upload;

/** Kernels recorded since the last submission, with their uniforms. */
export class Batch {
  number = 0;
  commands: Command[] = [];
  kernels = 0;
  readonly words = new ArrayBuffer(BATCH_KERNELS * SLOT_BYTES);
  private readonly integers = new Uint32Array(this.words);
  private readonly floats = new Float32Array(this.words);

  reset(number: number): this {
    this.number = number;
    this.commands = [];
    this.kernels = 0;
    return this;
  }

  dispatch(
    pipeline: Pipeline,
    reads: readonly WebGpuBuffer[],
    writes: readonly WebGpuBuffer[],
    uniforms: readonly number[],
    grid: readonly [number, number],
  ): void {
    const slot = this.kernels++;
    const start = slot * SLOT_WORDS;
    for (let i = 0; i < uniforms.length; i++) {
      if (pipeline.floats[i]) this.floats[start + i] = uniforms[i];
      else this.integers[start + i] = uniforms[i];
    }
    for (const { block } of reads) block.lastBatch = this.number;
    for (const { block } of writes) block.lastBatch = this.number;
    this.commands.push({ kind: 'dispatch', pipeline, reads, writes, slot, grid });
  }

  copy(from: WebGpuBuffer, to: WebGpuBuffer | GPUBuffer, bytes: number): void {
    from.block.lastBatch = this.number;
    if ('block' in to) to.block.lastBatch = this.number;
    this.commands.push({ kind: 'copy', from, to, bytes });
  }

  upload(values: ArrayBufferView<ArrayBuffer>, to: WebGpuBuffer): void {
    to.block.lastBatch = this.number;
    this.commands.push({ kind: 'upload', values, to });
  }

  /** Whether every pipeline is compiled or has failed. */
  get isCompiled(): boolean {
    return this.commands.every(
      (command) => command.kind !== 'dispatch' || command.pipeline.compiled || command.pipeline.failure,
    );
  }

  async compiled(): Promise<void> {
    await Promise.all(this.commands.map((command) => command.kind === 'dispatch' && command.pipeline.done));
  }
}
