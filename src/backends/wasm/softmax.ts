import type { Kernels, Operand } from '../kernels.js';
import { ELEMENTS_PER_CHUNK, type Runtime } from './runtime.js';

/** Exponentials take several times as long as a copy. */
const ELEMENTS = ELEMENTS_PER_CHUNK / 4;

export function softmaxKernels(
  runtime: Runtime,
  host: Kernels<number>,
): Pick<Kernels<number>, 'softmax' | 'logSoftmax'> {
  const run = (kernel: 'softmax' | 'logSoftmax', x: Operand<number>, out: Operand<number>): void => {
    if (x.dtype !== 'float32' || x.size === 0) {
      host[kernel](x, out);
      return;
    }
    const length = x.shape[x.shape.length - 1];
    const rows = x.size / length;
    const rowsPerChunk = Math.ceil(ELEMENTS / length);
    runtime.launch(kernel, Math.ceil(rows / rowsPerChunk), [x.buffer, out.buffer, rows, length, rowsPerChunk]);
  };
  return {
    softmax: (x, out) => run('softmax', x, out),
    logSoftmax: (x, out) => run('logSoftmax', x, out),
  };
}
