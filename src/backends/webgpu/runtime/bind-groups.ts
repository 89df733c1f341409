import type { Block } from './blocks.js';
import type { Layout } from './pipelines.js';
import { SLOT_BYTES } from './uniforms.js';

/** Bind groups that are kept. A training step of ResNet-50 has some 900. */
const LIMIT = 2048;

/**
 * Bind groups by layout and buffers, the least recently used first: pools hand out the same buffers step after step.
 */
export class BindGroups {
  private readonly groups = new Map<string, GPUBindGroup>();
  /** How many were made, for the tests that steps make none. */
  made = 0;

  constructor(
    private readonly device: GPUDevice,
    private readonly uniforms: GPUBuffer,
  ) {}

  get size(): number {
    return this.groups.size;
  }

  get(layout: Layout, blocks: readonly Block[]): GPUBindGroup {
    let key = `${layout.id}`;
    for (const block of blocks) key += `,${block.id}`;
    const known = this.groups.get(key);
    if (known) this.groups.delete(key);
    const group = known ?? this.make(layout, blocks);
    this.groups.set(key, group);
    if (this.groups.size > LIMIT) this.groups.delete(this.groups.keys().next().value!);
    return group;
  }

  private make(layout: Layout, blocks: readonly Block[]): GPUBindGroup {
    this.made++;
    return this.device.createBindGroup({
      layout: layout.bindGroup,
      entries: [
        { binding: 0, resource: { buffer: this.uniforms, size: SLOT_BYTES } },
        ...blocks.map(({ buffer }, at) => ({ binding: 1 + at, resource: { buffer } })),
      ],
    });
  }
}
