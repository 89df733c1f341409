import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './buffer.js';
import type { Device } from './device.js';
import { divide, imagePlace } from './program.js';

const FORWARD = `function (x) {
  ${imagePlace('outHeight', 'outWidth', 'channels')}
  let sum = 0;
  let count = 0;
  for (let p = 0; p < this.constants.filterHeight; p++) {
    const y = row * this.constants.strideHeight + p * this.constants.dilationHeight - this.constants.padTop;
    if (y >= 0 && y < this.constants.inHeight) {
      for (let q = 0; q < this.constants.filterWidth; q++) {
        const z = column * this.constants.strideWidth + q * this.constants.dilationWidth - this.constants.padLeft;
        if (z >= 0 && z < this.constants.inWidth) {
          const under = (image * this.constants.inHeight + y) * this.constants.inWidth + z;
          sum += x[under * this.constants.channels + channel];
          count += 1;
        }
      }
    }
  }
  return count > 0 ? sum / count : 0;
}`;

/** Every output that an element had a part in sends back its gradient, divided by the real pixels of its window. */
const GRADIENT = `function (outputGradient) {
  ${imagePlace('inHeight', 'inWidth', 'channels')}
  let sum = 0;
  for (let p = 0; p < this.constants.filterHeight; p++) {
    const down = row + this.constants.padTop - p * this.constants.dilationHeight;
    ${divide('down', 'this.constants.strideHeight', 'i', 'betweenRows')}
    if (betweenRows === 0 && i >= 0 && i < this.constants.outHeight) {
      let rows = 0;
      for (let r = 0; r < this.constants.filterHeight; r++) {
        const y = row + (r - p) * this.constants.dilationHeight;
        if (y >= 0 && y < this.constants.inHeight) {
          rows += 1;
        }
      }
      for (let q = 0; q < this.constants.filterWidth; q++) {
        const right = column + this.constants.padLeft - q * this.constants.dilationWidth;
        ${divide('right', 'this.constants.strideWidth', 'j', 'betweenColumns')}
        if (betweenColumns === 0 && j >= 0 && j < this.constants.outWidth) {
          let columns = 0;
          for (let s = 0; s < this.constants.filterWidth; s++) {
            const z = column + (s - q) * this.constants.dilationWidth;
            if (z >= 0 && z < this.constants.inWidth) {
              columns += 1;
            }
          }
          const over = (image * this.constants.outHeight + i) * this.constants.outWidth + j;
          sum += outputGradient[over * this.constants.channels + channel] / (rows * columns);
        }
      }
    }
  }
  return sum;
}`;

export function avgPool(device: Device): Pick<Kernels<GpuBuffer>, 'avgPool' | 'avgPoolGradient'> {
  return {
    avgPool(x, out, geometry) {
      device.run({ name: 'avgPool', source: FORWARD, constants: { ...geometry } }, [x.buffer], out.buffer);
    },

    avgPoolGradient(outputGradient, out, geometry) {
      const program = { name: 'avgPoolGradient', source: GRADIENT, constants: { ...geometry } };
      device.run(program, [outputGradient.buffer], out.buffer);
    },
  };
}
