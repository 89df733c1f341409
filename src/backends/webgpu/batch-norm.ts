import type { Kernels, Operand, Rectified } from '../kernels.js';
import { ACTIVATIONS, SLOPES } from './activations.js';
import { reduceInto } from './reductions.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { type Fold, foldPlan, runFold } from './templates/fold.js';
import { map } from './templates/map.js';
import type { Walk } from './templates/walk.js';

/* The formulas stand above the ops, in ops/batch-norm.ts; moments are [2, channels], x is rows of channels. */

/**
 * Count, mean and Σ (x − mean)² in one pass that cannot cancel as E[x²] − E[x]² does.
 * @see B. P. Welford, Technometrics 4 (1962); joining: Chan, Golub and LeVeque, The American Statistician 37 (1983)
 */
const MOMENTS = {
  state: 'vec3<f32>',
  start: 'vec3<f32>()',
  merge: `if (b.x == 0.0) { return a; }
  let count = a.x + b.x;
  let step = b.y - a.y;
  return vec3<f32>(count, a.y + step * (b.x / count), a.z + b.z + step * step * (a.x * b.x / count));`,
} as const;

/** An empty batch has a mean of 0 / 0. */
const STORE_MOMENTS = `y[output] = select(total.y, total.x / total.x, total.x == 0.0);
    y[u.outputs + output] = total.z / total.x;`;

const WHOLE_MOMENTS: Fold = {
  ...MOMENTS,
  name: 'batchMoments',
  reads: ['x: f32'],
  writes: ['y: f32'],
  visit: `let count = state.x + 1.0;
  let step = x[s * u.inner + i] - state.y;
  let mean = state.y + step / count;
  return vec3<f32>(count, mean, state.z + step * (x[s * u.inner + i] - mean));`,
  store: STORE_MOMENTS,
};

const RUN_MOMENTS: Fold = {
  ...WHOLE_MOMENTS,
  name: 'batchMoments/runs',
  store: `let at = chunk * u.outputs + output;
    let plane = u.chunks * u.outputs;
    y[at] = total.x;
    y[plane + at] = total.y;
    y[2u * plane + at] = total.z;`,
};

const JOINED_MOMENTS: Fold = {
  ...MOMENTS,
  name: 'batchMoments/join',
  reads: ['x: f32'],
  writes: ['y: f32'],
  visit: `let at = s * u.outputs + i;
  let plane = u.size * u.outputs;
  return merge(state, vec3<f32>(x[at], x[plane + at], x[2u * plane + at]));`,
  store: STORE_MOMENTS,
};

/** Σ dy and Σ dy · normalized x of each channel, in planes. */
const SUMS: Fold = {
  name: 'batchNormSums',
  reads: ['outputGradient: f32', 'x: f32', 'moments: f32'],
  writes: ['y: f32'],
  uniforms: ['epsilon: f32'],
  state: 'vec2<f32>',
  start: 'vec2<f32>()',
  visit: `let dy = outputGradient[s * u.inner + i];
  return state + vec2<f32>(dy, dy * (x[s * u.inner + i] - moments[i]));`,
  merge: 'return a + b;',
  store: `let at = chunk * u.outputs + output;
    y[at] = total.x;
    let scaled = total.y / sqrt(moments[u.inner + i] + u.epsilon);
    // An empty batch has a variance of NaN, and sums of zero.
    y[u.chunks * u.outputs + at] = select(scaled, 0.0, total.y == 0.0);`,
};

const NORMALIZED = '(a - b) / sqrt(c + u.epsilon) * d + e';

const INPUT_GRADIENT = `let deviation = sqrt(d + u.epsilon);
  let normalized = (b - c) / deviation;
  return e / deviation * (a - (f + normalized * g) * u.perRow);`;

type Names = 'batchMoments' | 'batchNorm' | 'batchNormSums' | 'batchNormInputGradient';

/** Both halves of [2, channels], repeated for each row. */
function halves({ buffer, size }: Operand<WebGpuBuffer>): [Walk, Walk] {
  const half = (offset: number): Walk => ({ buffer, scalar: 'f32', size, strides: [0, 1], offset });
  return [half(0), half(size / 2)];
}

const whole = ({ buffer, size }: Operand<WebGpuBuffer>): Walk => ({ buffer, scalar: 'f32', size, strides: null });

const channelwise = ({ buffer, size }: Operand<WebGpuBuffer>): Walk => ({
  buffer,
  scalar: 'f32',
  size,
  strides: [0, 1],
});

/**
 * Calls `use` with the gradient of the normalization's own output: that of the activation's, times its slope, in
 * scratch memory.
 */
function throughActivation(
  device: Device,
  outputGradient: Operand<WebGpuBuffer>,
  x: Operand<WebGpuBuffer>,
  moments: Operand<WebGpuBuffer>,
  epsilon: number,
  rectified: Rectified<WebGpuBuffer> | null,
  use: (outputGradient: Operand<WebGpuBuffer>) => void,
): void {
  if (!rectified) {
    use(outputGradient);
    return;
  }
  const { activation, gamma, beta } = rectified;
  const channels = moments.shape[1];
  device.withScratch([x.size], (out) => {
    map(device, {
      name: `batchNormSlope/${activation}`,
      shape: [x.size / channels, channels],
      size: x.size,
      operands: [whole(x), ...halves(moments), channelwise(gamma), channelwise(beta), whole(outputGradient)],
      out,
      scalar: 'f32',
      body: `let value = ${NORMALIZED};
  return f * (${SLOPES[activation].replace(/\bb\b/g, 'value')});`,
      uniforms: { epsilon },
    });
    use({ ...outputGradient, buffer: out });
  });
}

export function batchNorm(device: Device): Pick<Kernels<WebGpuBuffer>, Names> {
  const viewOf = (size: number, channels: number) => ({ outer: 1, size: size / channels, inner: channels });
  return {
    batchMoments(x, out) {
      const view = viewOf(x.size, out.shape[1]);
      const plan = foldPlan(view, true);
      if (plan.chunks === 1) {
        runFold(device, WHOLE_MOMENTS, view, plan, { reads: [x.buffer], writes: [out.buffer] });
        return;
      }
      device.withScratch([3 * plan.chunks * view.inner], (runs) => {
        runFold(device, RUN_MOMENTS, view, plan, { reads: [x.buffer], writes: [runs] });
        const rest = { ...view, size: plan.chunks };
        runFold(device, JOINED_MOMENTS, rest, foldPlan(rest, false), { reads: [runs], writes: [out.buffer] });
      });
    },

    batchNorm(x, moments, gamma, beta, out, epsilon, { residual, activation }) {
      map(device, {
        name: `batchNorm/${activation}${residual ? '/residual' : ''}`,
        shape: [x.size / moments.shape[1], moments.shape[1]],
        size: x.size,
        operands: [
          whole(x),
          ...halves(moments),
          channelwise(gamma),
          channelwise(beta),
          ...(residual ? [whole(residual)] : []),
        ],
        out: out.buffer,
        scalar: 'f32',
        body: `let value = ${NORMALIZED}${residual ? ' + f' : ''};
  return ${activation ? ACTIVATIONS[activation].replace(/\ba\b/g, 'value') : 'value'};`,
        uniforms: { epsilon },
      });
    },

    batchNormSums(outputGradient, x, moments, out, epsilon, rectified) {
      const view = viewOf(x.size, moments.shape[1]);
      const plan = foldPlan(view, true);
      throughActivation(device, outputGradient, x, moments, epsilon, rectified, ({ buffer }) => {
        const reads = [buffer, x.buffer, moments.buffer];
        const run = (writes: WebGpuBuffer): void =>
          runFold(device, SUMS, view, plan, { reads, writes: [writes], uniforms: [epsilon] });
        if (plan.chunks === 1) {
          run(out.buffer);
          return;
        }
        device.withScratch([2 * plan.chunks * view.inner], (runs) => {
          run(runs);
          reduceInto(device, 'sum', runs, out.buffer, { outer: 2, size: plan.chunks, inner: view.inner });
        });
      });
    },

    batchNormInputGradient(outputGradient, x, moments, gamma, sums, out, epsilon, rectified) {
      const channels = moments.shape[1];
      throughActivation(device, outputGradient, x, moments, epsilon, rectified, (dy) =>
        map(device, {
          name: 'batchNormInputGradient',
          shape: [x.size / channels, channels],
          size: x.size,
          operands: [whole(dy), whole(x), ...halves(moments), channelwise(gamma), ...halves(sums)],
          out: out.buffer,
          scalar: 'f32',
          body: INPUT_GRADIENT,
          uniforms: { epsilon, perRow: channels / x.size },
        }),
      );
    },
  };
}
