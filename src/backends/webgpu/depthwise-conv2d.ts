import type { DepthwiseGeometry } from '../../base/geometry.js';
import type { Kernels } from '../kernels.js';
import { reduceInto } from './reductions.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { THREADS } from './runtime/program.js';
import { type Fold, foldPlan, runFold } from './templates/fold.js';
import {
  eachOutputOver,
  eachPixelUnder,
  vectorOf,
  WINDOW_FIELDS,
  type Width,
  widthFor,
  windowProgram,
  windowValues,
} from './templates/windows.js';

/* Output channel c · multiplier + m reads channel c of x; a filter is [height, width, channels, multiplier]. */

/** Four channels at once where each makes one. */
const forward = (width: Width) =>
  windowProgram({
    reads: [`x: ${vectorOf(width)}`, `weights: ${vectorOf(width)}`],
    write: `y: ${vectorOf(width)}`,
    side: 'out',
    uniforms: ['multiplier: u32'],
    body: `let start = channel / u.multiplier;
  let inChannels = u.channels / u.multiplier;
  var sum = ${vectorOf(width)}();
  ${eachPixelUnder('sum += x[under * inChannels + start] * weights[cell * u.channels + channel];')}
  y[thread] = sum;`,
  });

const inputGradient = (width: Width) =>
  windowProgram({
    reads: [`outputGradient: ${vectorOf(width)}`, `weights: ${vectorOf(width)}`],
    write: `y: ${vectorOf(width)}`,
    side: 'in',
    uniforms: ['multiplier: u32'],
    body: `var sum = ${vectorOf(width)}();
  ${eachOutputOver(`for (var m = 0u; m < u.multiplier; m++) {
        let at = channel * u.multiplier + m;
        let outChannels = u.channels * u.multiplier;
        sum += outputGradient[over * outChannels + at] * weights[cell * outChannels + at];
      }`)}
  y[thread] = sum;`,
  });

/** A weight folds all outputs: the pixel under its cell times the gradient. */
const FILTER_GRADIENT: Fold = {
  name: 'depthwiseConv2dFilterGradient',
  reads: ['x: f32', 'outputGradient: f32'],
  writes: ['y: f32'],
  uniforms: ['channels: u32', 'multiplier: u32', ...WINDOW_FIELDS],
  state: 'f32',
  start: '0.0',
  visit: `let outChannels = u.channels * u.multiplier;
  let cell = i32(i / outChannels);
  let over = i32(s);
  let y = over / u.outWidth % u.outHeight * u.strideHeight + cell / u.filterWidth * u.dilationHeight - u.padTop;
  let z = over % u.outWidth * u.strideWidth + cell % u.filterWidth * u.dilationWidth - u.padLeft;
  if (y < 0 || y >= u.inHeight || z < 0 || z >= u.inWidth) { return state; }
  let image = over / (u.outHeight * u.outWidth);
  let under = u32((image * u.inHeight + y) * u.inWidth + z);
  let channel = i % outChannels;
  return state + x[under * u.channels + channel / u.multiplier] * outputGradient[s * outChannels + channel];`,
  merge: 'return a + b;',
  store: 'y[chunk * u.outputs + output] = total;',
};

type Names = 'depthwiseConv2d' | 'depthwiseConv2dInputGradient' | 'depthwiseConv2dFilterGradient';

export function depthwiseConv2d(device: Device): Pick<Kernels<WebGpuBuffer>, Names> {
  const widthOf = ({ channels, multiplier }: DepthwiseGeometry): Width => (multiplier === 1 ? widthFor(channels) : 1);
  return {
    depthwiseConv2d(x, filter, out, geometry) {
      const width = widthOf(geometry);
      const { channels, multiplier } = geometry;
      const count = out.size / width;
      device.launch(`depthwiseConv2d/${width}`, () => forward(width), {
        reads: [x.buffer, filter.buffer],
        writes: [out.buffer],
        uniforms: [count, (channels * multiplier) / width, ...windowValues(geometry), multiplier],
        groups: Math.ceil(count / THREADS),
      });
    },

    depthwiseConv2dInputGradient(outputGradient, filter, out, geometry) {
      const width = widthOf(geometry);
      const count = out.size / width;
      device.launch(`depthwiseConv2dInputGradient/${width}`, () => inputGradient(width), {
        reads: [outputGradient.buffer, filter.buffer],
        writes: [out.buffer],
        uniforms: [count, geometry.channels / width, ...windowValues(geometry), geometry.multiplier],
        groups: Math.ceil(count / THREADS),
      });
    },

    depthwiseConv2dFilterGradient(x, outputGradient, out, geometry) {
      const { batch, outHeight, outWidth, channels, multiplier } = geometry;
      const view = { outer: 1, size: batch * outHeight * outWidth, inner: out.size };
      const plan = foldPlan(view, true);
      const reads = [x.buffer, outputGradient.buffer];
      const uniforms = [channels, multiplier, ...windowValues(geometry)];
      const run = (sums: WebGpuBuffer): void =>
        runFold(device, FILTER_GRADIENT, view, plan, { reads, writes: [sums], uniforms });
      if (plan.chunks === 1) {
        run(out.buffer);
        return;
      }
      device.withScratch([plan.chunks * out.size], (runs) => {
        run(runs);
        reduceInto(device, 'sum', runs, out.buffer, { outer: 1, size: plan.chunks, inner: out.size });
      });
    },
  };
}
