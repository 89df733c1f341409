import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { imagePlace } from './runtime/program.js';
import { eachOutputOver, eachPixelUnder } from './shared/windows.js';

const FORWARD = `function (x) {
  ${imagePlace('outHeight', 'outWidth', 'channels')}
  let sum = 0;
  let count = 0;
  ${eachPixelUnder(`sum += x[under * this.constants.channels + channel];
          count += 1;`)}
  return count > 0 ? sum / count : 0;
}`;

const COUNT_ROWS = `let rows = 0;
      for (let r = 0; r < this.constants.filterHeight; r++) {
        const y = row + (r - p) * this.constants.dilationHeight;
        if (y >= 0 && y < this.constants.inHeight) {
          rows += 1;
        }
      }`;

const COUNT_COLUMNS = `let columns = 0;
          for (let s = 0; s < this.constants.filterWidth; s++) {
            const z = column + (s - q) * this.constants.dilationWidth;
            if (z >= 0 && z < this.constants.inWidth) {
              columns += 1;
            }
          }`;

/**
 * An element receives the gradient of every output whose window contains it, divided by the real pixels of the window.
 */
const GRADIENT = `function (outputGradient) {
  ${imagePlace('inHeight', 'inWidth', 'channels')}
  let sum = 0;
  ${eachOutputOver(
    `${COUNT_COLUMNS}
          sum += outputGradient[over * this.constants.channels + channel] / (rows * columns);`,
    COUNT_ROWS,
  )}
  return sum;
}`;

export function avgPool(device: Device): Pick<Kernels<GpuBuffer>, 'avgPool' | 'avgPoolGradient'> {
  return {
    avgPool(x, out, geometry) {
      device.launch({ name: 'avgPool', source: FORWARD, constants: { ...geometry } }, [x.buffer], out.buffer);
    },

    avgPoolGradient(outputGradient, out, geometry) {
      const program = { name: 'avgPoolGradient', source: GRADIENT, constants: { ...geometry } };
      device.launch(program, [outputGradient.buffer], out.buffer);
    },
  };
}
