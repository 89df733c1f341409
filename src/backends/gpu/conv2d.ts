import type { ConvGeometry } from '../../base/geometry.js';
import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { divide, imagePlace } from './runtime/program.js';
import { type EpilogueText, epilogueText } from './shared/epilogue.js';
import { eachOutputOver, eachPixelUnder, filterGradient } from './shared/windows.js';

/*
 * y[pixel, o] = Σ over cells and c of x[pixel under the cell, c] · filter[cell, c, o], one thread per element of the
 * result. A thread writes only its own element, so gradients gather instead of scattering: each
 * element of x and of the filter reads the outputs that depend on it. A cell's sum over channels is computed
 * separately, because short sums have smaller rounding errors.
 */

const forward = (finish: EpilogueText) => `function (x, filter${finish.parameters}) {
  ${imagePlace('outHeight', 'outWidth', 'outChannels')}
  const group = Math.floor((channel + 0.5) / this.constants.groupOut);
  let sum = 0;
  ${eachPixelUnder(`const from = under * this.constants.inChannels + group * this.constants.groupIn;
          const cell = (p * this.constants.filterWidth + q) * this.constants.groupIn;
          let part = 0;
          for (let c = 0; c < this.constants.groupIn; c++) {
            part += x[from + c] * filter[(cell + c) * this.constants.outChannels + channel];
          }
          sum += part;`)}
  ${finish.text}
}`;

const INPUT_GRADIENT = `function (outputGradient, filter) {
  ${imagePlace('inHeight', 'inWidth', 'inChannels')}
  const group = Math.floor((channel + 0.5) / this.constants.groupIn);
  const within = channel - group * this.constants.groupIn;
  const first = group * this.constants.groupOut;
  let sum = 0;
  ${eachOutputOver(`const from = over * this.constants.outChannels + first;
          const cell = (p * this.constants.filterWidth + q) * this.constants.groupIn + within;
          const weights = cell * this.constants.outChannels + first;
          let part = 0;
          for (let o = 0; o < this.constants.groupOut; o++) {
            part += outputGradient[from + o] * filter[weights + o];
          }
          sum += part;`)}
  return sum;
}`;

const FILTER_GRADIENT = filterGradient(`${divide('index', 'this.constants.outChannels', 'weight', 'channel')}
  ${divide('weight', 'this.constants.groupIn', 'cell', 'within')}
  ${divide('cell', 'this.constants.filterWidth', 'p', 'q')}
  const group = Math.floor((channel + 0.5) / this.constants.groupOut);
  const inChannel = group * this.constants.groupIn + within;`);

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
      device.launch(program, [x.buffer, filter.buffer, ...finish.inputs], out.buffer);
    },

    conv2dInputGradient(outputGradient, filter, out, geometry) {
      const program = { name: 'conv2dInputGradient', source: INPUT_GRADIENT, constants: constantsOf(geometry) };
      device.launch(program, [outputGradient.buffer, filter.buffer], out.buffer);
    },

    conv2dFilterGradient(x, outputGradient, out, geometry) {
      const program = { name: 'conv2dFilterGradient', source: FILTER_GRADIENT, constants: constantsOf(geometry) };
      device.launch(program, [x.buffer, outputGradient.buffer], out.buffer);
    },
  };
}
