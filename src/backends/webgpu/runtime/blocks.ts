import { BackendError } from '../../../base/errors.js';
import { sizeClass } from '../../size-class.js';
import { USAGE } from './api.js';

/** Idle blocks are kept up to this fraction of all memory, or if they were used recently. */
const IDLE_SHARE = 0.25;
const IDLE_MS = 10_000;

/** Memory on the device, which is reused for other tensors. */
export interface Block {
  /** Identifies the buffer. */
  id: number;
  buffer: GPUBuffer;
  readonly bytes: number;
  /** Number of the last batch that uses it, which may not be submitted yet. */
  lastBatch: number;
  /** Whether the device has not confirmed the allocation yet. */
  isAllocating: boolean;
  /** Reason of a failed allocation. */
  failure: BackendError | null;
  freedAt: number;
}

export interface BlockCounts {
  /** Blocks that tensors hold, and the bytes of their size classes. */
  readonly buffers: number;
  readonly bytes: number;
  /** Bytes of idle blocks. */
  readonly idleBytes: number;
  /** Buffers made since the start. */
  readonly made: number;
}

/**
 * Blocks by size class, last freed first: a repeated training step gets the blocks of the previous
 * step, and with them its bind groups.
 */
export class Blocks {
  private readonly idle = new Map<number, Block[]>();
  private held = 0;
  private heldBytes = 0;
  private idleBytes = 0;
  private made = 0;
  /** Number of failed allocations. */
  failed = 0;
  /** Pending allocations. */
  readonly allocations = new Set<Promise<void>>();

  constructor(
    private readonly device: GPUDevice,
    private readonly limit: number,
    /** Number of the last submitted batch. */
    private readonly lastSubmitted: () => number,
  ) {}

  get counts(): BlockCounts {
    return { buffers: this.held, bytes: this.heldBytes, idleBytes: this.idleBytes, made: this.made };
  }

  take(bytes: number): Block {
    const size = Math.min(Math.max(256, sizeClass(bytes)), this.limit);
    const block = this.takeIdle(size) ?? this.create(size);
    this.held++;
    this.heldBytes += size;
    return block;
  }

  private takeIdle(size: number): Block | undefined {
    const blocks = this.idle.get(size);
    for (let block = blocks?.pop(); block; block = blocks!.pop()) {
      this.idleBytes -= size;
      // It may have been freed before the device reported the failure.
      if (!block.failure) return block;
      block.buffer.destroy();
    }
    return undefined;
  }

  /** The device runs commands in order, so the block can be reused at once. */
  give(block: Block): void {
    this.held--;
    this.heldBytes -= block.bytes;
    if (block.failure) {
      block.buffer.destroy();
      return;
    }
    block.freedAt = performance.now();
    const list = this.idle.get(block.bytes);
    if (list) list.push(block);
    else this.idle.set(block.bytes, [block]);
    this.idleBytes += block.bytes;
  }

  private create(bytes: number): Block {
    if (this.idleBytes > IDLE_SHARE * (this.heldBytes + this.idleBytes)) {
      this.destroyIdle(performance.now() - IDLE_MS);
    }
    const block: Block = {
      id: 0,
      buffer: null as never,
      bytes,
      lastBatch: 0,
      isAllocating: true,
      failure: null,
      freedAt: 0,
    };
    const allocation = this.allocate(block)
      .then(async (error) => {
        if (!error) return;
        // Idle blocks use memory, too.
        this.destroyIdle(Number.POSITIVE_INFINITY);
        await this.device.queue.onSubmittedWorkDone();
        const again = await this.allocate(block);
        if (!again) return;
        this.failed++;
        block.failure = new BackendError(
          `webgpu: the device has no ${bytes} bytes left (${this.heldBytes} are in use); ` +
            'dispose of tensors, take a smaller batch, or use the wasm backend',
          { cause: again },
        );
      })
      .catch(() => {
        // The next use of a lost device reports it.
      })
      .finally(() => {
        block.isAllocating = false;
        this.allocations.delete(allocation);
      });
    this.allocations.add(allocation);
    return block;
  }

  /** Allocate memory for a block. The device reports a failure later. */
  private allocate(block: Block): Promise<GPUError | null> {
    this.device.pushErrorScope('out-of-memory');
    block.id = ++this.made;
    const usage = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
    block.buffer = this.device.createBuffer({ size: block.bytes, usage });
    return this.device.popErrorScope();
  }

  /** Free idle blocks that were released before a time and that no recorded command uses. */
  private destroyIdle(before: number): void {
    for (const [size, blocks] of this.idle) {
      const kept = blocks.filter((block) => block.freedAt > before || block.lastBatch > this.lastSubmitted());
      for (const block of blocks) if (!kept.includes(block)) block.buffer.destroy();
      this.idleBytes -= (blocks.length - kept.length) * size;
      this.idle.set(size, kept);
    }
  }
}
