import { USAGE } from './api.js';

/** Alignment of dynamic offsets on every device, in bytes. */
export const SLOT_BYTES = 256;

export const SLOT_WORDS = SLOT_BYTES / 4;

/** Slots of the ring. A batch uses neighbouring slots, at most this many. */
const SLOTS = 1024;

/** One buffer for the uniforms of all kernels: a slot for each call, written once per batch. */
export class UniformRing {
  readonly buffer: GPUBuffer;
  private next = 0;

  constructor(private readonly device: GPUDevice) {
    const usage = USAGE.uniform | USAGE.copyTarget;
    this.buffer = device.createBuffer({ label: 'uniforms', size: SLOTS * SLOT_BYTES, usage });
  }

  /** Upload the words of `count` slots. @returns the offset of the first, in bytes */
  write(words: ArrayBuffer, slots: number): number {
    if (this.next + slots > SLOTS) this.next = 0;
    const offset = this.next * SLOT_BYTES;
    this.device.queue.writeBuffer(this.buffer, offset, words, 0, slots * SLOT_BYTES);
    this.next += slots;
    return offset;
  }
}
