import type { TypedArray } from '../../base/dtype.js';
import type { Kernels, Taps } from '../kernels.js';
import { accumulate } from './accumulate.js';

/** Visit every pair of an output pixel and one of its input pixels, with the product of their weights. */
function eachTap(
  batch: number,
  rows: Taps,
  columns: Taps,
  visit: (output: number, input: number, weight: number) => void,
): void {
  for (let image = 0; image < batch; image++) {
    for (let i = 0; i < rows.outSize; i++) {
      for (let j = 0; j < columns.outSize; j++) {
        const output = (image * rows.outSize + i) * columns.outSize + j;
        for (let t = i * rows.taps; t < (i + 1) * rows.taps; t++) {
          const row = (image * rows.inSize + rows.index[t]) * columns.inSize;
          for (let u = j * columns.taps; u < (j + 1) * columns.taps; u++) {
            visit(output, row + columns.index[u], rows.weight[t] * columns.weight[u]);
          }
        }
      }
    }
  }
}

export const resize: Pick<Kernels<TypedArray>, 'resample' | 'resampleGradient'> = {
  resample(x, out, rows, columns) {
    const [batch, , , channels] = x.shape;
    const values = x.buffer;
    accumulate(out, (sums) => {
      eachTap(batch, rows, columns, (output, input, weight) => {
        for (let c = 0; c < channels; c++) sums[output * channels + c] += weight * values[input * channels + c];
      });
    });
  },

  resampleGradient(outputGradient, out, rows, columns) {
    const [batch, , , channels] = out.shape;
    const dy = outputGradient.buffer;
    accumulate(out, (dx) => {
      eachTap(batch, rows, columns, (output, input, weight) => {
        for (let c = 0; c < channels; c++) dx[input * channels + c] += weight * dy[output * channels + c];
      });
    });
  },
};
