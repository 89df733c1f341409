import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { divide, imagePlace } from './runtime/program.js';
import { eachOutputOver, eachPixelUnder, filterGradient } from './shared/windows.js';

/* y[pixel, c · multiplier + m] = Σ over cells of x[pixel under the cell, c] · filter[cell, c, m]; see conv2d.ts. */

const FORWARD = `function (x, filter) {
  ${imagePlace('outHeight', 'outWidth', 'outChannels')}
  const inChannel = Math.floor((channel + 0.5) / this.constants.multiplier);
  let sum = 0;
  ${eachPixelUnder(`const cell = p * this.constants.filterWidth + q;
          const weight = filter[cell * this.constants.outChannels + channel];
          sum += x[under * this.constants.inChannels + inChannel] * weight;`)}
  return sum;
}`;

const INPUT_GRADIENT = `function (outputGradient, filter) {
  ${imagePlace('inHeight', 'inWidth', 'inChannels')}
  let sum = 0;
  ${eachOutputOver(`const from = over * this.constants.outChannels + channel * this.constants.multiplier;
          const cell = p * this.constants.filterWidth + q;
          const weights = cell * this.constants.outChannels + channel * this.constants.multiplier;
          for (let m = 0; m < this.constants.multiplier; m++) {
            sum += outputGradient[from + m] * filter[weights + m];
          }`)}
  return sum;
}`;

const FILTER_GRADIENT = filterGradient(`${divide('index', 'this.constants.outChannels', 'cell', 'channel')}
  ${divide('cell', 'this.constants.filterWidth', 'p', 'q')}
  const inChannel = Math.floor((channel + 0.5) / this.constants.multiplier);`);

type Names = 'depthwiseConv2d' | 'depthwiseConv2dInputGradient' | 'depthwiseConv2dFilterGradient';

const SOURCES: Readonly<Record<Names, string>> = {
  depthwiseConv2d: FORWARD,
  depthwiseConv2dInputGradient: INPUT_GRADIENT,
  depthwiseConv2dFilterGradient: FILTER_GRADIENT,
};

export function depthwiseConv2d(device: Device): Pick<Kernels<GpuBuffer>, Names> {
  const kernel =
    (name: Names): Kernels<GpuBuffer>[Names] =>
    (a, b, out, geometry) => {
      const { channels, multiplier } = geometry;
      const constants = { ...geometry, inChannels: channels, outChannels: channels * multiplier };
      device.launch({ name, source: SOURCES[name], constants }, [a.buffer, b.buffer], out.buffer);
    };
  return {
    depthwiseConv2d: kernel('depthwiseConv2d'),
    depthwiseConv2dInputGradient: kernel('depthwiseConv2dInputGradient'),
    depthwiseConv2dFilterGradient: kernel('depthwiseConv2dFilterGradient'),
  };
}
