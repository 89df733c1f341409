import type { Kernels, Operand, Rectified, Rectifier } from '../kernels.js';
import { ACTIVATIONS, SLOPES } from './activations.js';
import { reduceInto } from './reductions.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { divide } from './runtime/program.js';

/* The formulas stand above the ops, in ops/batch-norm.ts; moments are [2, channels], x is rows of channels. */

const CHANNEL = divide('index', 'this.constants.channels', 'line', 'channel');

/** Rows are summed in runs of about √rows, and the runs by a second kernel: more threads, less rounding. */
const overRun = (parameters: string, before: string, summand: string) => `function (${parameters}) {
  const index = this.thread.x;
  ${CHANNEL}
  ${before}
  let sum = 0;
  for (let r = 0; r < this.constants.length; r++) {
    const row = run * this.constants.length + r;
    if (row < this.constants.rows) {
      const at = row * this.constants.channels + channel;
      sum += ${summand};
    }
  }
  return sum;
}`;

/** Squared distances from the mean, which cannot cancel as E[x²] − E[x]² does. */
const SQUARES = overRun('x, mean', 'const run = line;', '(x[at] - mean[channel]) * (x[at] - mean[channel])');

const MOMENTS = `function (mean, squares) {
  const index = this.thread.x;
  ${CHANNEL}
  return line < 0.5 ? mean[channel] : squares[channel] / this.constants.rows;
}`;

const NORMALIZED = `const deviation = Math.sqrt(moments[this.constants.channels + channel] + epsilon);
  const normalized = (x[index] - moments[channel]) / deviation * gamma[channel] + beta[channel];`;

const normalize = (activation: Rectifier | null, hasResidual: boolean) => `function (x, moments, gamma, beta, epsilon${
  hasResidual ? ', residual' : ''
}) {
  const index = this.thread.x;
  ${CHANNEL}
  ${NORMALIZED}
  const value = normalized${hasResidual ? ' + residual[index]' : ''};
  return ${activation ? ACTIVATIONS[activation] : 'value'};
}`;

/** The gradient of the activation's output, times its slope. */
const throughSlope = (activation: Rectifier) => `function (outputGradient, x, moments, gamma, beta, epsilon) {
  const index = this.thread.x;
  ${CHANNEL}
  ${NORMALIZED.replace('const normalized', 'const y')}
  const slope = ${SLOPES[activation]};
  return outputGradient[index] * slope;
}`;

const SUMS = overRun(
  'outputGradient, x, moments, epsilon',
  `${divide('line', 'this.constants.runs', 'kind', 'run')}
  const deviation = Math.sqrt(moments[this.constants.channels + channel] + epsilon);
  const mean = moments[channel];`,
  'outputGradient[at] * (kind < 0.5 ? 1 : (x[at] - mean) / deviation)',
);

const INPUT_GRADIENT = `function (outputGradient, x, moments, gamma, sums, epsilon) {
  const index = this.thread.x;
  ${CHANNEL}
  const deviation = Math.sqrt(moments[this.constants.channels + channel] + epsilon);
  const normalized = (x[index] - moments[channel]) / deviation;
  const throughMoments = (sums[channel] + normalized * sums[this.constants.channels + channel]) / this.constants.rows;
  return gamma[channel] / deviation * (outputGradient[index] - throughMoments);
}`;

export function batchNorm(
  device: Device,
): Pick<Kernels<GpuBuffer>, 'batchMoments' | 'batchNorm' | 'batchNormSums' | 'batchNormInputGradient'> {
  const layout = (size: number, channels: number) => {
    const rows = size / channels;
    const length = Math.max(1, Math.ceil(Math.sqrt(rows)));
    return { channels, rows, length, runs: Math.ceil(rows / length) };
  };
  /** Calls `use` with the gradient of the normalization's own output, in scratch memory where an activation follows. */
  function throughActivation(
    outputGradient: Operand<GpuBuffer>,
    x: Operand<GpuBuffer>,
    moments: Operand<GpuBuffer>,
    epsilon: number,
    rectified: Rectified<GpuBuffer> | null,
    use: (outputGradient: GpuBuffer) => void,
  ): void {
    if (!rectified) {
      use(outputGradient.buffer);
      return;
    }
    const { activation, gamma, beta } = rectified;
    const constants = { channels: moments.shape[1] };
    const program = { name: `batchNormSlope/${activation}`, source: throughSlope(activation), constants };
    const inputs = [outputGradient, x, moments, gamma, beta].map((operand) => operand.buffer);
    device.withScratch(x.size, (dy) => device.launch(program, [...inputs, epsilon], dy), use);
  }

  return {
    batchMoments(x, out) {
      if (x.size === 0) return device.write(out.buffer, new Float32Array(out.size).fill(Number.NaN));
      const constants = layout(x.size, out.shape[1]);
      const { channels, rows, runs } = constants;
      const squares = { name: 'batchMoments/squares', source: SQUARES, constants };
      const moments = { name: 'batchMoments', source: MOMENTS, constants: { channels, rows } };
      device.withScratch(
        channels,
        (mean) => reduceInto(device, 'mean', x.buffer, mean, { outer: 1, size: rows, inner: channels }),
        (mean) =>
          device.withScratch(
            channels,
            (total) =>
              device.withScratch(
                runs * channels,
                (partial) => device.launch(squares, [x.buffer, mean], partial),
                (partial) => reduceInto(device, 'sum', partial, total, { outer: 1, size: runs, inner: channels }),
              ),
            (total) => device.launch(moments, [mean, total], out.buffer),
          ),
      );
    },

    batchNorm(x, moments, gamma, beta, out, epsilon, { residual, activation }) {
      const program = {
        name: `batchNorm/${activation}${residual ? '/residual' : ''}`,
        source: normalize(activation, residual !== null),
        constants: { channels: moments.shape[1] },
      };
      const inputs = [x.buffer, moments.buffer, gamma.buffer, beta.buffer, epsilon];
      device.launch(program, residual ? [...inputs, residual.buffer] : inputs, out.buffer);
    },

    batchNormSums(outputGradient, x, moments, out, epsilon, rectified) {
      const constants = layout(x.size, moments.shape[1]);
      const { channels, runs } = constants;
      const program = { name: 'batchNormSums', source: SUMS, constants };
      throughActivation(outputGradient, x, moments, epsilon, rectified, (dy) =>
        device.withScratch(
          2 * runs * channels,
          (partial) => device.launch(program, [dy, x.buffer, moments.buffer, epsilon], partial),
          (partial) => reduceInto(device, 'sum', partial, out.buffer, { outer: 2, size: runs, inner: channels }),
        ),
      );
    },

    batchNormInputGradient(outputGradient, x, moments, gamma, sums, out, epsilon, rectified) {
      const { channels, rows } = layout(x.size, moments.shape[1]);
      const program = { name: 'batchNormInputGradient', source: INPUT_GRADIENT, constants: { channels, rows } };
      throughActivation(outputGradient, x, moments, epsilon, rectified, (dy) => {
        const inputs = [x, moments, gamma, sums].map((operand) => operand.buffer);
        device.launch(program, [dy, ...inputs, epsilon], out.buffer);
      });
    },
  };
}
