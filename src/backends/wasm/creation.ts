import type { Kernels } from '../kernels.js';
import { ELEMENTS_PER_CHUNK, elementChunks, type Runtime } from './runtime.js';

/** Kernels that make values from nothing. */
export function creationKernels(runtime: Runtime, host: Kernels<number>): Pick<Kernels<number>, 'fill' | 'oneHot'> {
  return {
    fill(out, value) {
      if (out.dtype === 'float32') runtime.launch('fill', elementChunks(out.size), [out.buffer, out.size], [value]);
      else host.fill(out, value);
    },

    oneHot(indices, out, on, off) {
      if (out.dtype !== 'float32' || out.size === 0) return host.oneHot(indices, out, on, off);
      const depth = out.shape[out.shape.length - 1];
      const rowsPerChunk = Math.ceil(ELEMENTS_PER_CHUNK / depth);
      const fields = [indices.buffer, out.buffer, indices.size, depth, rowsPerChunk];
      runtime.launch('oneHot', Math.ceil(indices.size / rowsPerChunk), fields, [on, off]);
    },
  };
}
