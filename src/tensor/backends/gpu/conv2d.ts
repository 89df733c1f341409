import type { ConvGeometry } from '../../geometry.js';
import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './buffer.js';
import type { Device } from './device.js';
import { type EpilogueText, epilogueText } from './epilogue.js';
import { divide, imagePlace } from './program.js';

/*
 * y[pixel, o] = Σ over cells and c of x[pixel under the cell, c] · filter[cell, c, o], one thread an element of the result.
 * A thread may not write but its own element, so a gradient does not scatter what an output sends back: each element of x
 * and of the filter gathers from the outputs that it had a part in. Sums are nested, row in image in batch, because
 * float32 rounds short sums less.
 */

const forward = (finish: EpilogueText) => `function (x, filter${finish.parameters}) {
  ${imagePlace('outHeight', 'outWidth', 'outChannels')}
  const group = Math.floor((channel + 0.5) / this.constants.groupOut);
  let sum = 0;
  for (let p = 0; p < this.constants.filterHeight; p++) {
    const y = row * this.constants.strideHeight + p * this.constants.dilationHeight - this.constants.padTop;
    if (y >= 0 && y < this.constants.inHeight) {
      for (let q = 0; q < this.constants.filterWidth; q++) {
        const z = column * this.constants.strideWidth + q * this.constants.dilationWidth - this.constants.padLeft;
        if (z >= 0 && z < this.constants.inWidth) {
          const under = (image * this.constants.inHeight + y) * this.constants.inWidth + z;
          const from = under * this.constants.inChannels + group * this.constants.groupIn;
          const cell = (p * this.constants.filterWidth + q) * this.constants.groupIn;
          let part = 0;
          for (let c = 0; c < this.constants.groupIn; c++) {
            part += x[from + c] * filter[(cell + c) * this.constants.outChannels + channel];
          }
          sum += part;
        }
      }
    }
  }
  ${finish.text}
}`;

/** Input pixel (y, z) lay under cell (p, q) of output pixel (i, j) where i · stride + p · dilation − pad = y. */
const INPUT_GRADIENT = `function (outputGradient, filter) {
  ${imagePlace('inHeight', 'inWidth', 'inChannels')}
  const group = Math.floor((channel + 0.5) / this.constants.groupIn);
  const within = channel - group * this.constants.groupIn;
  const first = group * this.constants.groupOut;
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
          const from = over * this.constants.outChannels + first;
          const cell = (p * this.constants.filterWidth + q) * this.constants.groupIn + within;
          const weights = cell * this.constants.outChannels + first;
          let part = 0;
          for (let o = 0; o < this.constants.groupOut; o++) {
            part += outputGradient[from + o] * filter[weights + o];
          }
          sum += part;
        }
      }
    }
  }
  return sum;
}`;

const FILTER_GRADIENT = `function (x, outputGradient) {
  const index = this.thread.x;
  ${divide('index', 'this.constants.outChannels', 'weight', 'channel')}
  ${divide('weight', 'this.constants.groupIn', 'cell', 'within')}
  ${divide('cell', 'this.constants.filterWidth', 'p', 'q')}
  const group = Math.floor((channel + 0.5) / this.constants.groupOut);
  const inChannel = group * this.constants.groupIn + within;
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
            const value = x[under * this.constants.inChannels + inChannel];
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

const constantsOf = (geometry: ConvGeometry) => ({
  ...geometry,
  groupIn: geometry.inChannels / geometry.groups,
  groupOut: geometry.outChannels / geometry.groups,
});

export function conv2d(
  device: Device,
): Pick<Kernels<GpuBuffer>, 'conv2d' | 'conv2dInputGradient' | 'conv2dFilterGradient'> {
  return {
    conv2d(x, filter, out, geometry, epilogue) {
      const finish = epilogueText(epilogue);
      const program = { name: `conv2d${finish.name}`, source: forward(finish), constants: constantsOf(geometry) };
      device.run(program, [x.buffer, filter.buffer, ...finish.inputs], out.buffer);
    },

    conv2dInputGradient(outputGradient, filter, out, geometry) {
      const program = { name: 'conv2dInputGradient', source: INPUT_GRADIENT, constants: constantsOf(geometry) };
      device.run(program, [outputGradient.buffer, filter.buffer], out.buffer);
    },

    conv2dFilterGradient(x, outputGradient, out, geometry) {
      const program = { name: 'conv2dFilterGradient', source: FILTER_GRADIENT, constants: constantsOf(geometry) };
      device.run(program, [x.buffer, outputGradient.buffer], out.buffer);
    },
  };
}
