import type { World } from '../../src/mpi/index.js';
import { median } from '../measure.js';

/** Sizes of sums in bytes: a message, small gradients, a bucket of large ones. */
const SIZES = [8, 1024, 65_536, 1_048_576, 26_214_400, 104_857_600];

/** The median time of a sum of each size. */
export interface SumTime {
  readonly bytes: number;
  readonly ms: number;
}

/** Time sums over all processes; each begins when all are ready. */
export function timeSums(world: World): SumTime[] {
  return SIZES.map((bytes) => {
    const values = new Float32Array(bytes / 4);
    const rounds = Array.from({ length: bytes > 1e6 ? 11 : 203 }, () => {
      world.barrier();
      const began = performance.now();
      world.allReduce(values);
      return performance.now() - began;
    });
    // The first ones map memory and open connections.
    return { bytes, ms: median(rounds.slice(2)) };
  });
}
