import type { Block } from './blocks.js';
import type { Layout } from './pipelines.js';
import { SLOT_BYTES } from './uniforms.js';

/** Largest number of cached bind groups. A training step of ResNet-50 has about 900. */
const LIMIT = 2048;

/**
 * Bind groups by layout and buffers, least recently used first: pools reuse the same buffers in every step.
 */
export class BindGroups {
  private readonly groups = new Map<string, GPUBindGroup>();
  /** Number of created bind groups, for tests that steps create none. */
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
