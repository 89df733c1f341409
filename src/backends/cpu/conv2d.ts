import type { TypedArray } from '../../base/dtype.js';
import type { ConvGeometry } from '../../base/geometry.js';
import type { Kernels, Operand } from '../kernels.js';
import { accumulate } from './accumulate.js';
import { finishFusedRow, finishRow } from './epilogue.js';
import { addScaled, dotRows } from './rows.js';
import { eachWindow, type Window } from './windows.js';

/**
 * y[pixel, o] = Σ over cells and c of x[pixel under the cell, c] · filter[cell, c, o]. A filter holds the input
 * channels of one group, [cells, groupIn, outChannels]; each group has a contiguous run of channels. Visits every
 * input value of a window: its index in x, the start of its weights, and the start of its
 * outputs relative to the output pixel. The three kernels differ in which of the three arrays they sum into.
 */
function eachProduct(
  { inChannels, outChannels, groups }: ConvGeometry,
  { count, pixels, cells }: Window,
  visit: (input: number, weights: number, outputs: number) => void,
): void {
  const groupIn = inChannels / groups;
  const groupOut = outChannels / groups;
  for (let w = 0; w < count; w++) {
    for (let group = 0; group < groups; group++) {
      const outputs = group * groupOut;
      const input = pixels[w] * inChannels + group * groupIn;
      const weights = cells[w] * groupIn * outChannels + outputs;
      for (let c = 0; c < groupIn; c++) visit(input + c, weights + c * outChannels, outputs);
    }
  }
}

/** The sums of each output pixel, one row of channels at a time. */
function eachSums(
  x: Operand<TypedArray>,
  filter: Operand<TypedArray>,
  geometry: ConvGeometry,
  visit: (sums: Float64Array, output: number) => void,
): void {
  const { outChannels, groups } = geometry;
  const groupOut = outChannels / groups;
  const sums = new Float64Array(outChannels);
  eachWindow(geometry, (output, window) => {
    sums.fill(0);
    eachProduct(geometry, window, (input, weights, outputs) => {
      addScaled(sums, outputs, x.buffer[input], filter.buffer, weights, groupOut);
    });
    visit(sums, output);
  });
}

type Conv2d = 'conv2d' | 'fusedConv2d' | 'conv2dInputGradient' | 'conv2dFilterGradient';

export const conv2d: Pick<Kernels<TypedArray>, Conv2d> = {
  conv2d(x, filter, out, geometry, epilogue) {
    eachSums(x, filter, geometry, (sums, output) => {
      finishRow(sums, epilogue);
      out.buffer.set(sums, output * geometry.outChannels);
    });
  },

  fusedConv2d(x, filter, out, geometry, epilogue) {
    eachSums(x, filter, geometry, (sums, output) => {
      finishFusedRow(sums, output, epilogue);
      out.buffer.set(sums, output * geometry.outChannels);
    });
  },

  conv2dInputGradient(outputGradient, filter, out, geometry) {
    const { outChannels, groups } = geometry;
    const groupOut = outChannels / groups;
    accumulate(out, (dx) => {
      eachWindow(geometry, (output, window) => {
        const pixel = output * outChannels;
        eachProduct(geometry, window, (input, weights, outputs) => {
          dx[input] += dotRows(outputGradient.buffer, pixel + outputs, filter.buffer, weights, groupOut);
        });
      });
    });
  },

  conv2dFilterGradient(x, outputGradient, out, geometry) {
    const { outChannels, groups } = geometry;
    const groupOut = outChannels / groups;
    accumulate(out, (dFilter) => {
      eachWindow(geometry, (output, window) => {
        const pixel = output * outChannels;
        eachProduct(geometry, window, (input, weights, outputs) => {
          addScaled(dFilter, weights, x.buffer[input], outputGradient.buffer, pixel + outputs, groupOut);
        });
      });
    });
  },
};
