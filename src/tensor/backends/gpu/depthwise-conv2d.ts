import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './buffer.js';
import type { Device } from './device.js';
import { divide, imagePlace } from './program.js';

/* y[pixel, c · multiplier + m] = Σ over cells of x[pixel under the cell, c] · filter[cell, c, m]; see conv2d.ts. */

const FORWARD = `function (x, filter) {
  ${imagePlace('outHeight', 'outWidth', 'outChannels')}
  const inChannel = Math.floor((channel + 0.5) / this.constants.multiplier);
  let sum = 0;
  for (let p = 0; p < this.constants.filterHeight; p++) {
    const y = row * this.constants.strideHeight + p * this.constants.dilationHeight - this.constants.padTop;
    if (y >= 0 && y < this.constants.inHeight) {
      for (let q = 0; q < this.constants.filterWidth; q++) {
        const z = column * this.constants.strideWidth + q * this.constants.dilationWidth - this.constants.padLeft;
        if (z >= 0 && z < this.constants.inWidth) {
          const under = (image * this.constants.inHeight + y) * this.constants.inWidth + z;
          const cell = p * this.constants.filterWidth + q;
          sum += x[under * this.constants.channels + inChannel] * filter[cell * this.constants.outChannels + channel];
        }
      }
    }
  }
  return sum;
}`;

const INPUT_GRADIENT = `function (outputGradient, filter) {
  ${imagePlace('inHeight', 'inWidth', 'channels')}
  let sum = 0;
  for (let p = 0; p < this.constants.filterHeight; p++) {
    const down = row + this.constants.padTop - p * this.constants.dilationHeight;
    ${divide('down', 'this.constants.strideHeight', 'i', 'betweenRows')}
    if (betweenRows === 0 && i >= 0 && i < this.constants.outHeight) {
      for (let q = 0; q < this.constants.filterWidth; q++) {
        const right = column + this.constants.padLeft - q * this.constants.dilationWidth;
        ${divide('right', 'this.constants.strideWidth', 'j', 'betweenColumns')}
        if (betweenColumns === 0 && j >= 0 && j < this.constants.outWidth) {
          const over = (image * this.constants.outHeight + i) * this.constants.outWidth + j;
          const from = over * this.constants.outChannels + channel * this.constants.multiplier;
          const cell = p * this.constants.filterWidth + q;
          const weights = cell * this.constants.outChannels + channel * this.constants.multiplier;
          for (let m = 0; m < this.constants.multiplier; m++) {
            sum += outputGradient[from + m] * filter[weights + m];
          }
        }
      }
    }
  }
  return sum;
}`;

const FILTER_GRADIENT = `function (x, outputGradient) {
  const index = this.thread.x;
  ${divide('index', 'this.constants.outChannels', 'cell', 'channel')}
  ${divide('cell', 'this.constants.filterWidth', 'p', 'q')}
  const inChannel = Math.floor((channel + 0.5) / this.constants.multiplier);
  let sum = 0;
  for (let image = 0; image < this.constants.batch; image++) {
    let ofImage = 0;
    for (let i = 0; i < this.constants.outHeight; i++) {
      const y = i * this.constants.strideHeight + p * this.constants.dilationHeight - this.constants.padTop;
      if (y >= 0 && y < this.constants.inHeight) {
        let ofRow = 0;
        for (let j = 0; j < this.constants.outWidth; j++) {
          const z = j * this.constants.strideWidth + q * this.constants.dilationWidth - this.constants.padLeft;
          if (z >= 0 && z < this.constants.inWidth) {
            const under = (image * this.constants.inHeight + y) * this.constants.inWidth + z;
            const over = (image * this.constants.outHeight + i) * this.constants.outWidth + j;
            const value = x[under * this.constants.channels + inChannel];
            ofRow += value * outputGradient[over * this.constants.outChannels + channel];
          }
        }
        ofImage += ofRow;
      }
    }
    sum += ofImage;
  }
  return sum;
}`;

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
      const constants = { ...geometry, outChannels: geometry.channels * geometry.multiplier };
      device.run({ name, source: SOURCES[name], constants }, [a.buffer, b.buffer], out.buffer);
    };
  return {
    depthwiseConv2d: kernel('depthwiseConv2d'),
    depthwiseConv2dInputGradient: kernel('depthwiseConv2dInputGradient'),
    depthwiseConv2dFilterGradient: kernel('depthwiseConv2dFilterGradient'),
  };
}
