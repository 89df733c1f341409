import type { Kernels, Operand, Rectified, Rectifier } from '../kernels.js';
import { blockOf } from './broadcast.js';
import { rowsPerGroup } from './reductions.js';
import { ELEMENTS_PER_CHUNK, type Runtime } from './runtime.js';

/** Fewest rows of a piece, and most pieces: what joining them costs then does not show. */
const PIECE_ROWS = 64;
const MOST_PIECES = 64;

type BatchNormKernels = Pick<
  Kernels<number>,
  'batchMoments' | 'batchNorm' | 'batchNormSums' | 'batchNormInputGradient' | 'followMoments'
>;

/** Weights of the sums of a gradient. */
interface Weights {
  readonly outputGradient: number;
  readonly moments: number;
  readonly epsilon: number;
  readonly rectified: Rectified<number> | null;
}

const ceilingOf = (activation: Rectifier | null): number => (activation === 'relu6' ? 6 : Number.POSITIVE_INFINITY);

export function batchNormKernels(runtime: Runtime, host: Kernels<number>): BatchNormKernels {
  /** Two sums of each channel: over pieces of the rows, then over the pieces. */
  function sums(x: Operand<number>, out: Operand<number>, weights: Weights | null): void {
    const channels = out.shape[1];
    const rows = x.size / channels;
    const group = rowsPerGroup(channels);
    const most = Math.max(PIECE_ROWS, Math.ceil(rows / MOST_PIECES), Math.ceil(ELEMENTS_PER_CHUNK / channels));
    const pieceRows = Math.min(rows, Math.ceil(most / group) * group);
    const pieces = Math.ceil(rows / pieceRows);
    const width = Math.ceil((channels * group) / 8) * 8;
    const { outputGradient = 0, moments = 0, epsilon = 0, rectified = null } = weights ?? {};
    const { gamma, beta, activation = null } = rectified ?? {};
    runtime.scope(() => {
      const parts = runtime.temporary(pieces * 2 * channels * 8);
      const operands = [parts, x.buffer, outputGradient, moments, gamma?.buffer ?? 0, beta?.buffer ?? 0];
      const scratch = width * (2 * 8 + 2 * 4) + 3 * (width * 4 + 16);
      const fields = [...operands, rows, channels, pieceRows, group];
      runtime.launch('channelSums', pieces, fields, [epsilon, ceilingOf(activation)], scratch);
      const perChunk = Math.ceil(ELEMENTS_PER_CHUNK / (4 * pieces));
      const joined = [parts, out.buffer, moments, pieces, rows, channels, pieceRows, perChunk];
      runtime.launch('joinChannelSums', Math.ceil(channels / perChunk), joined, [epsilon]);
    });
  }

  /** One pass over x, with a number of tables that have a value for each channel. */
  function pass(
    kernel: string,
    operands: readonly number[],
    size: number,
    channels: number,
    floats: readonly number[],
    tables: number,
  ): void {
    const block = blockOf(channels);
    const perChunk = block * Math.ceil((2 * ELEMENTS_PER_CHUNK) / block);
    const fields = [...operands, size, channels, block, perChunk];
    runtime.launch(kernel, Math.ceil(size / perChunk), fields, floats, tables * (block * 4 + 16));
  }

  const isFast = ({ dtype, size }: Operand<number>): boolean => dtype === 'float32' && size > 0;
  return {
    followMoments(mean, variance, moments, kept) {
      const fields = [mean.buffer, variance.buffer, moments.buffer, mean.size];
      runtime.launch('followMoments', 1, fields, [kept, 1 - kept]);
    },

    batchMoments(x, out) {
      if (isFast(x)) sums(x, out, null);
      else host.batchMoments(x, out);
    },

    batchNorm(x, moments, gamma, beta, out, epsilon, epilogue) {
      if (!isFast(x)) return host.batchNorm(x, moments, gamma, beta, out, epsilon, epilogue);
      const { residual, activation } = epilogue;
      const operands = [x, moments, gamma, beta].map(({ buffer }) => buffer);
      const bounds = [activation ? 0 : Number.NEGATIVE_INFINITY, ceilingOf(activation)];
      const fields = [...operands, residual?.buffer ?? 0, out.buffer];
      pass('batchNormalize', fields, x.size, gamma.size, [epsilon, ...bounds], 3);
    },

    batchNormSums(outputGradient, x, moments, out, epsilon, rectified) {
      if (!isFast(x)) return host.batchNormSums(outputGradient, x, moments, out, epsilon, rectified);
      sums(x, out, { outputGradient: outputGradient.buffer, moments: moments.buffer, epsilon, rectified });
    },

    batchNormInputGradient(outputGradient, x, moments, gamma, channelSums, out, epsilon, rectified) {
      if (!isFast(x)) {
        return host.batchNormInputGradient(outputGradient, x, moments, gamma, channelSums, out, epsilon, rectified);
      }
      const operands = [x, outputGradient, moments, gamma, channelSums].map(({ buffer }) => buffer);
      const fields = [...operands, rectified?.beta.buffer ?? 0, out.buffer];
      const floats = [epsilon, ceilingOf(rectified?.activation ?? null), gamma.size / x.size];
      pass('batchNormalizeGradient', fields, x.size, gamma.size, floats, rectified ? 5 : 4);
    },
  };
}
