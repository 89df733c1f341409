import type { Kernels, Operand, RecurrentGeometry } from '../kernels.js';
import { ZEROS } from './memory/layout.js';
import { packMatrices } from './products/pack.js';
import { roundUp } from './products/segments.js';
import type { Runtime } from './runtime.js';

type RecurrentKernels = Required<Pick<Kernels<number>, 'lstm' | 'lstmGradient' | 'gru' | 'gruGradient'>>;

/** Bytes of a panel of the matrix that each step multiplies by: it stays in L1 while the rows of a chunk pass. */
const PANEL_BYTES = 24576;

/** Maximum number of chunks of a batch, each of whole register tiles: rows are independent through all steps. */
const MOST_CHUNKS = 8;

export function recurrentKernels(runtime: Runtime, host: Kernels<number>): RecurrentKernels {
  const { registerTile } = runtime;

  const chunkRowsOf = (batch: number): number =>
    registerTile.rows * Math.ceil(batch / (registerTile.rows * MOST_CHUNKS));

  /** Fields of the product with a recurrent kernel [units, gates · units], or with its transpose. */
  function product(kernel: Operand<number>, isTransposed: boolean): number[] {
    const [rows, columns] = kernel.shape;
    const [depth, width] = isTransposed ? [columns, rows] : [rows, columns];
    const packed = packMatrices(runtime, { source: kernel.buffer, batch: 1, depth, columns: width, isTransposed });
    const most = PANEL_BYTES / (4 * registerTile.columns);
    const blockDepth = Math.ceil(depth / Math.ceil(depth / most));
    return [packed.address, depth, blockDepth, width, registerTile.columns, packed.panelStride];
  }

  /** Runs a kernel over the rows of the batch. @param states rows of states that a chunk keeps in scratch memory */
  function run(kernel: string, { batch, units }: RecurrentGeometry, fields: readonly number[], states: number): void {
    const chunkRows = chunkRowsOf(batch);
    const scratch = states * chunkRows * rowBytesOf(units) + 8 + chunkRows * 8 + 64;
    runtime.launch(kernel, Math.ceil(batch / chunkRows), fields, [], scratch);
  }

  return {
    lstm(z, recurrentKernel, hidden, cell, mask, out, geometry) {
      if (z.dtype !== 'float32') return host.lstm!(z, recurrentKernel, hidden, cell, mask, out, geometry);
      const { time, batch, units } = geometry;
      runtime.scope(() => {
        const states = out.buffer + time * batch * 5 * units * 4;
        const fields = [
          ...product(recurrentKernel, false),
          ...[time, batch, units, chunkRowsOf(batch)],
          ...[z.buffer, hidden?.buffer ?? 0, cell?.buffer ?? 0, mask?.buffer ?? 0, out.buffer, states],
        ];
        run('lstm', geometry, fields, 0);
      });
    },

    lstmGradient(outputGradient, gates, recurrentKernel, cell, mask, out, geometry) {
      if (gates.dtype !== 'float32') {
        return host.lstmGradient!(outputGradient, gates, recurrentKernel, cell, mask, out, geometry);
      }
      const { time, batch, units } = geometry;
      runtime.scope(() => {
        const fields = [
          ...product(recurrentKernel, true),
          ...[time, batch, units, chunkRowsOf(batch), rowBytesOf(units), out.shape[0] - time],
          ...[outputGradient.buffer, gates.buffer, cell?.buffer ?? 0, mask?.buffer ?? 0, out.buffer],
        ];
        run('lstmGradient', geometry, fields, 2);
      });
    },

    gru(z, recurrentKernel, recurrentBias, hidden, mask, out, geometry) {
      if (z.dtype !== 'float32') return host.gru!(z, recurrentKernel, recurrentBias, hidden, mask, out, geometry);
      const { time, batch, units } = geometry;
      runtime.scope(() => {
        const states = out.buffer + time * batch * 4 * units * 4;
        const bias = recurrentBias?.buffer ?? zerosFor(units);
        const fields = [
          ...product(recurrentKernel, false),
          ...[time, batch, units, chunkRowsOf(batch)],
          ...[z.buffer, bias, hidden?.buffer ?? 0, mask?.buffer ?? 0, out.buffer, states],
        ];
        run('gru', geometry, fields, 0);
      });
    },

    gruGradient(outputGradient, gates, recurrentKernel, hidden, mask, out, geometry) {
      if (gates.dtype !== 'float32') {
        return host.gruGradient!(outputGradient, gates, recurrentKernel, hidden, mask, out, geometry);
      }
      const { time, batch, units } = geometry;
      runtime.scope(() => {
        const states = gates.buffer + time * batch * 4 * units * 4;
        // The last block of `out` is the input's part of n, which does not go back to the state.
        const fields = [
          ...product(recurrentKernel, true),
          ...[time, batch, units, chunkRowsOf(batch), rowBytesOf(units), out.shape[0] - time],
          ...[outputGradient.buffer, gates.buffer, states, hidden?.buffer ?? 0, mask?.buffer ?? 0, out.buffer],
        ];
        run('gruGradient', geometry, fields, 1);
      });
    },
  };

  /** A row of zeros as long as a GRU's bias. */
  function zerosFor(units: number): number {
    const bytes = 3 * units * 4;
    if (bytes <= 64) return ZEROS;
    const address = runtime.temporary(bytes);
    runtime.heap.float32.fill(0, address / 4, address / 4 + 3 * units);
    return address;
  }
}

/** Whole vectors, so that a row can be stored without regard for the next one. */
const rowBytesOf = (units: number): number => roundUp(units, 4) * 4;
