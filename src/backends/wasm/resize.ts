import type { Shape } from '../../base/shape.js';
import type { Kernels, Taps } from '../kernels.js';
import { ELEMENTS_PER_CHUNK, type Runtime } from './runtime.js';

/** Weights as float32 bits, stored in a table of integers. */
const bitsOf = (weights: Float64Array): Int32Array => new Int32Array(Float32Array.from(weights).buffer);

export function resizeKernels(
  runtime: Runtime,
  host: Kernels<number>,
): Pick<Kernels<number>, 'resample' | 'resampleGradient'> {
  const run = (kernel: string, from: number, out: number, input: Shape, rows: Taps, columns: Taps): void => {
    const [batch, inHeight, inWidth, channels] = input;
    const rowsPerChunk = Math.ceil(ELEMENTS_PER_CHUNK / (columns.outSize * channels * rows.taps * columns.taps));
    const chunks = kernel === 'resample' ? Math.ceil((batch * rows.outSize) / rowsPerChunk) : batch;
    runtime.scope(() => {
      const tables = [rows, columns].flatMap(({ index, weight }) => [
        runtime.table([...index]),
        runtime.table([...bitsOf(weight)]),
      ]);
      const sizes = [batch, inHeight, inWidth, rows.outSize, columns.outSize, channels, rows.taps, columns.taps];
      runtime.launch(kernel, chunks, [from, out, ...sizes, ...tables, rowsPerChunk]);
    });
  };
  return {
    resample(x, out, rows, columns) {
      if (x.dtype !== 'float32' || out.size === 0) return host.resample(x, out, rows, columns);
      run('resample', x.buffer, out.buffer, x.shape, rows, columns);
    },
    resampleGradient(outputGradient, out, rows, columns) {
      if (out.dtype !== 'float32' || out.size === 0) return host.resampleGradient(outputGradient, out, rows, columns);
      run('resampleGradient', outputGradient.buffer, out.buffer, out.shape, rows, columns);
    },
  };
}
