import type { Kernels } from '../kernels.js';
import { ELEMENTS_PER_CHUNK, type Runtime } from './runtime.js';
import { isWord } from './strided.js';

export function gatherKernels(runtime: Runtime, host: Kernels<number>): Pick<Kernels<number>, 'gather' | 'scatterAdd'> {
  return {
    gather(x, indices, out, view) {
      if (!isWord(x.dtype)) return host.gather(x, indices, out, view);
      const rows = view.outer * indices.size;
      const rowsPerChunk = Math.ceil(ELEMENTS_PER_CHUNK / Math.max(1, view.inner));
      const fields = [x.buffer, indices.buffer, out.buffer, indices.size, rows, view.size, view.inner, rowsPerChunk];
      runtime.launch('gather', Math.ceil(rows / rowsPerChunk), fields);
    },
    scatterAdd(x, indices, out, view) {
      if (x.dtype !== 'float32') return host.scatterAdd(x, indices, out, view);
      const fields = [x.buffer, indices.buffer, out.buffer, indices.size, view.size, view.inner];
      runtime.launch('scatterAdd', view.outer, fields);
    },
  };
}
