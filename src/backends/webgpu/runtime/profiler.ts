import { USAGE } from './api.js';
import { BATCH_KERNELS, type Dispatch } from './batch.js';
import type { ReadBack } from './readback.js';

/** Time of one kernel on the device. */
export interface KernelTime {
  /** The program's name. */
  readonly kernel: string;
  readonly ms: number;
}

const STAMPS = 2 * BATCH_KERNELS;

/** Times kernels on the device, each in its own pass, with `timestamp-query`. */
export class Profiler {
  private readonly queries: GPUQuerySet;
  private readonly resolved: GPUBuffer;
  private names: string[] = [];
  private readonly batches: Promise<KernelTime[]>[] = [];

  constructor(
    device: GPUDevice,
    private readonly readBack: ReadBack,
  ) {
    this.queries = device.createQuerySet({ type: 'timestamp', count: STAMPS });
    this.resolved = device.createBuffer({ size: STAMPS * 8, usage: USAGE.queryResolve | USAGE.copySource });
  }

  /** The pass of one kernel. */
  pass({ pipeline }: Dispatch): GPUComputePassDescriptor {
    const at = 2 * this.names.length;
    this.names.push(pipeline.name);
    return {
      timestampWrites: { querySet: this.queries, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 },
    };
  }

  /** End a batch in `encoder`. @returns a function to call after its submission */
  resolve(encoder: GPUCommandEncoder): () => void {
    const names = this.names;
    this.names = [];
    if (names.length === 0) return () => {};
    const bytes = names.length * 16;
    const copy = this.readBack.take(bytes);
    encoder.resolveQuerySet(this.queries, 0, 2 * names.length, this.resolved, 0);
    encoder.copyBufferToBuffer(this.resolved, 0, copy, 0, bytes);
    return () => {
      const times = this.readBack.read(copy, bytes).then((values) => {
        const stamps = new BigUint64Array(values);
        return names.map((kernel, i) => ({ kernel, ms: Number(stamps[2 * i + 1] - stamps[2 * i]) / 1e6 }));
      });
      this.batches.push(times);
    };
  }

  /** Wait for all kernels so far, and return their times in order. */
  async finish(): Promise<KernelTime[]> {
    try {
      return (await Promise.all(this.batches)).flat();
    } finally {
      this.queries.destroy();
      this.resolved.destroy();
    }
  }
}
