import type { Batch, Dispatch } from './batch.js';
import type { BindGroups } from './bind-groups.js';
import type { Failures } from './failures.js';
import type { Profiler } from './profiler.js';
import { SLOT_BYTES, type UniformRing } from './uniforms.js';

/** Translates recorded batches into commands of WebGPU and submits them. */
export class Encoder {
  /** Times each kernel while it is set. */
  profiler: Profiler | null = null;
  /** Kernels and submissions since the start. */
  kernels = 0;
  submits = 0;

  constructor(
    private readonly device: GPUDevice,
    private readonly uniforms: UniformRing,
    private readonly bindGroups: BindGroups,
    private readonly failures: Failures,
  ) {}

  /** One encoder, and one pass for neighbouring kernels: WebGPU keeps them in order by itself. */
  submit({ commands, words, kernels }: Batch): void {
    const start = kernels > 0 ? this.uniforms.write(words, kernels) : 0;
    let encoder = this.device.createCommandEncoder();
    let pass: GPUComputePassEncoder | null = null;
    let pipeline: GPUComputePipeline | null = null;
    for (const command of commands) {
      if (this.failures.reach(command)) continue;
      if (pass && (command.kind !== 'dispatch' || this.profiler)) {
        pass.end();
        pass = null;
        pipeline = null;
      }
      if (command.kind === 'dispatch') {
        pass ??= encoder.beginComputePass(this.profiler?.pass(command));
        const { compiled } = command.pipeline;
        if (compiled !== pipeline) pass.setPipeline(compiled!);
        pipeline = compiled;
        pass.setBindGroup(0, this.groupOf(command), [start + command.slot * SLOT_BYTES]);
        pass.dispatchWorkgroups(command.grid[0], command.grid[1]);
      } else if (command.kind === 'copy') {
        const { from, to, bytes } = command;
        encoder.copyBufferToBuffer(from.block.buffer, 0, 'block' in to ? to.block.buffer : to, 0, bytes);
      } else {
        // It would take effect before the encoded commands.
        this.device.queue.submit([encoder.finish()]);
        this.device.queue.writeBuffer(command.to.block.buffer, 0, command.values);
        encoder = this.device.createCommandEncoder();
      }
    }
    pass?.end();
    const profiled = this.profiler?.resolve(encoder);
    this.device.queue.submit([encoder.finish()]);
    profiled?.();
    this.kernels += kernels;
    this.submits++;
  }

  private groupOf({ pipeline, reads, writes }: Dispatch): GPUBindGroup {
    const blocks = reads.map((buffer) => buffer.block);
    for (const { block } of writes) blocks.push(block);
    return this.bindGroups.get(pipeline.layout, blocks);
  }
}
