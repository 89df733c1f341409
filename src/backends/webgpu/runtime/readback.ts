import { sizeClass } from '../../size-class.js';
import { MAP_READ, USAGE } from './api.js';

/** Firefox polls for results every 100 ms, unless something is submitted (https://bugzilla.mozilla.org/1870699). */
const NUDGE_MS = 1;

/** Buffers for reading by the host, by size class. */
export class ReadBack {
  private readonly idle = new Map<number, GPUBuffer[]>();
  private made = 0;
  private readonly isFirefox = globalThis.navigator?.userAgent?.includes('Firefox') ?? false;

  constructor(private readonly device: GPUDevice) {}

  /** Buffers made since the start. */
  get count(): number {
    return this.made;
  }

  take(bytes: number): GPUBuffer {
    const size = Math.max(256, sizeClass(bytes));
    const buffer = this.idle.get(size)?.pop();
    if (buffer) return buffer;
    this.made++;
    return this.device.createBuffer({ label: 'read-back', size, usage: USAGE.mapRead | USAGE.copyTarget });
  }

  give(buffer: GPUBuffer): void {
    const list = this.idle.get(buffer.size);
    if (list) list.push(buffer);
    else this.idle.set(buffer.size, [buffer]);
  }

  /** Wait for the copied values, and return the buffer to the pool. */
  async read(buffer: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
    const mapping = buffer.mapAsync(MAP_READ, 0, bytes);
    const timer = this.isFirefox ? setInterval(() => this.device.queue.submit([]), NUDGE_MS) : null;
    try {
      await mapping;
    } finally {
      if (timer) clearInterval(timer);
    }
    const values = buffer.getMappedRange(0, bytes).slice(0);
    buffer.unmap();
    this.give(buffer);
    return values;
  }
}
