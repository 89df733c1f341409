import type { Kernels, Operand } from '../kernels.js';
import { blockOf } from './broadcast.js';
import { rowsPerGroup } from './reductions.js';
import { ELEMENTS_PER_CHUNK, type Runtime } from './runtime.js';

/** Fewest rows of a piece, and most pieces: what joining them costs then does not show. */
const PIECE_ROWS = 64;
const MOST_PIECES = 64;

type BatchNormKernels = Pick<
  Kernels<number>,
  'batchMoments' | 'batchNorm' | 'batchNormSums' | 'batchNormInputGradient'
>;

export function batchNormKernels(runtime: Runtime, host: Kernels<number>): BatchNormKernels {
  /** Two sums of each channel: over pieces of the rows, then over the pieces. */
  function sums(x: Operand<number>, dy: number, moments: number, out: Operand<number>, epsilon: number): void {
    const channels = out.shape[1];
    const rows = x.size / channels;
    const group = rowsPerGroup(channels);
    const most = Math.max(PIECE_ROWS, Math.ceil(rows / MOST_PIECES), Math.ceil(ELEMENTS_PER_CHUNK / channels));
    const pieceRows = Math.min(rows, Math.ceil(most / group) * group);
    const pieces = Math.ceil(rows / pieceRows);
    const width = Math.ceil((channels * group) / 8) * 8;
    runtime.scope(() => {
      const parts = runtime.temporary(pieces * 2 * channels * 8);
      const fields = [parts, x.buffer, dy, moments, rows, channels, pieceRows, group];
      runtime.launch('channelSums', pieces, fields, [], width * (4 + 2 * 8 + 2 * 4));
      const perChunk = Math.ceil(ELEMENTS_PER_CHUNK / (4 * pieces));
      const joined = [parts, out.buffer, moments, pieces, rows, channels, pieceRows, perChunk];
      runtime.launch('joinChannelSums', Math.ceil(channels / perChunk), joined, [epsilon]);
    });
  }

  /** One pass over x. `shift`: beta, or the sums where there is a gradient `dy`. */
  function normalize(
    x: Operand<number>,
    dy: number,
    moments: Operand<number>,
    gamma: Operand<number>,
    shift: Operand<number>,
    out: Operand<number>,
    epsilon: number,
  ): void {
    const channels = gamma.size;
    const block = blockOf(channels);
    const perChunk = block * Math.ceil((2 * ELEMENTS_PER_CHUNK) / block);
    runtime.launch(
      'batchNormalize',
      Math.ceil(x.size / perChunk),
      [x.buffer, dy, moments.buffer, gamma.buffer, shift.buffer, out.buffer, x.size, channels, block, perChunk],
      [epsilon, channels / x.size],
      (dy ? 4 : 3) * (block * 4 + 16),
    );
  }

  const isFast = ({ dtype, size }: Operand<number>): boolean => dtype === 'float32' && size > 0;
  return {
    batchMoments(x, out) {
      if (!isFast(x)) return host.batchMoments(x, out);
      sums(x, 0, 0, out, 0);
    },
    batchNorm(x, moments, gamma, beta, out, epsilon) {
      if (!isFast(x)) return host.batchNorm(x, moments, gamma, beta, out, epsilon);
      normalize(x, 0, moments, gamma, beta, out, epsilon);
    },
    batchNormSums(outputGradient, x, moments, out, epsilon) {
      if (!isFast(x)) return host.batchNormSums(outputGradient, x, moments, out, epsilon);
      sums(x, outputGradient.buffer, moments.buffer, out, epsilon);
    },
    batchNormInputGradient(outputGradient, x, moments, gamma, channelSums, out, epsilon) {
      if (!isFast(x)) {
        return host.batchNormInputGradient(outputGradient, x, moments, gamma, channelSums, out, epsilon);
      }
      normalize(x, outputGradient.buffer, moments, gamma, channelSums, out, epsilon);
    },
  };
}
