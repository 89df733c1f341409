import { BackendError } from '../../../base/errors.js';
import { COMPUTE_STAGE } from './api.js';
import { type Program, shaderOf } from './program.js';
import { SLOT_BYTES } from './uniforms.js';

/** Bind group layout by the numbers of buffers that are read and written, with the uniforms. */
export interface Layout {
  readonly id: number;
  readonly bindGroup: GPUBindGroupLayout;
  readonly pipeline: GPUPipelineLayout;
}

/** A program that is compiled or being compiled. */
export interface Pipeline {
  readonly name: string;
  readonly layout: Layout;
  /** For each word of the uniforms, whether it is a float. */
  readonly floats: readonly boolean[];
  /** Null until the driver has compiled it. */
  compiled: GPUComputePipeline | null;
  failure: BackendError | null;
  /** Resolves when one of the two is set. */
  readonly done: Promise<void>;
}

/** Compiled programs, each under its name; they are compiled while the calls that need them are recorded. */
export class Pipelines {
  private readonly pipelines = new Map<string, Pipeline>();
  private readonly layouts = new Map<number, Layout>();

  /** @param isSoftware whether a processor plays the device: programs are then compiled one by one by the caller */
  constructor(
    private readonly device: GPUDevice,
    private readonly isSoftware: boolean,
  ) {}

  get size(): number {
    return this.pipelines.size;
  }

  get(name: string, program: () => Program): Pipeline {
    return this.pipelines.get(name) ?? this.compile(name, program());
  }

  private compile(name: string, program: Program): Pipeline {
    const layout = this.layoutFor(program.reads.length, program.writes.length);
    const module = this.device.createShaderModule({ label: name, code: shaderOf(program) });
    const compiling = this.start({ label: name, layout: layout.pipeline, compute: { module, entryPoint: 'main' } });
    const pipeline: Pipeline = {
      name,
      layout,
      floats: program.uniforms.map((field) => field.endsWith('f32')),
      compiled: null,
      failure: null,
      done: compiling.then(
        (compiled) => {
          pipeline.compiled = compiled;
        },
        (cause: Error) => {
          pipeline.failure = new BackendError(`webgpu: ${name} does not compile: ${cause.message}`, { cause });
        },
      ),
    };
    this.pipelines.set(name, pipeline);
    return pipeline;
  }

  /**
   * A GPU's driver compiles on threads of its own meanwhile. A processor that plays the GPU has none to spare: Node
   * asks for the result again and again, which takes as long as compiling.
   */
  private async start(descriptor: GPUComputePipelineDescriptor): Promise<GPUComputePipeline> {
    if (!this.isSoftware) return this.device.createComputePipelineAsync(descriptor);
    this.device.pushErrorScope('validation');
    const compiled = this.device.createComputePipeline(descriptor);
    const error = await this.device.popErrorScope();
    if (error) throw error;
    return compiled;
  }

  private layoutFor(reads: number, writes: number): Layout {
    const id = reads * 16 + writes;
    let layout = this.layouts.get(id);
    if (!layout) {
      const entry = (binding: number, buffer: GPUBufferBindingLayout) => ({
        binding,
        visibility: COMPUTE_STAGE,
        buffer,
      });
      const bindGroup = this.device.createBindGroupLayout({
        entries: [
          entry(0, { type: 'uniform', hasDynamicOffset: true, minBindingSize: SLOT_BYTES }),
          ...Array.from({ length: reads }, (_, at) => entry(1 + at, { type: 'read-only-storage' })),
          ...Array.from({ length: writes }, (_, at) => entry(1 + reads + at, { type: 'storage' })),
        ],
      });
      const pipeline = this.device.createPipelineLayout({ bindGroupLayouts: [bindGroup] });
      layout = { id, bindGroup, pipeline };
      this.layouts.set(id, layout);
    }
    return layout;
  }
}
