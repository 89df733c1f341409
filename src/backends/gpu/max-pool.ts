import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { imagePlace } from './runtime/program.js';
import { eachOutputOver, eachPixelUnder } from './shared/windows.js';

/**
 * Finds each window's maximum, the first of equals: `best` at flat index `place` of x, if there was a `found` pixel.
 */
const search = (parameters: string, result: string) => `function (${parameters}) {
  ${imagePlace('outHeight', 'outWidth', 'channels')}
  let best = 0;
  let place = 0;
  let found = 0;
  ${eachPixelUnder(`const at = under * this.constants.channels + channel;
          const value = x[at];
          if (found < 1 || value > best) {
            best = value;
            place = at;
            found = 1;
          }`)}
  ${result}
}`;

/** A window on padding alone has no maximum and gives `empty`. */
const FORWARD = search('x, empty', 'return found > 0 ? best : empty;');
const GATHER = search('values, x', 'return found > 0 ? values[place] : 0;');
const INDICES = search(
  'x',
  `const imageSize = this.constants.inHeight * this.constants.inWidth * this.constants.channels;
  return found > 0 ? place - image * imageSize : -1;`,
);

const COMPARE_WITH_WINDOW = `let wins = 1;
          for (let r = 0; r < this.constants.filterHeight; r++) {
            const y = row + (r - p) * this.constants.dilationHeight;
            if (y >= 0 && y < this.constants.inHeight) {
              for (let s = 0; s < this.constants.filterWidth; s++) {
                const z = column + (s - q) * this.constants.dilationWidth;
                if (z >= 0 && z < this.constants.inWidth) {
                  const beside = (image * this.constants.inHeight + y) * this.constants.inWidth + z;
                  const other = x[beside * this.constants.channels + channel];
                  if (other > value || (other === value && (r < p || (r === p && s < q)))) {
                    wins = 0;
                  }
                }
              }
            }
          }`;

/** An element gets an output's gradient where nothing in that output's window is larger, or equal and before it. */
const GRADIENT = `function (outputGradient, x) {
  ${imagePlace('inHeight', 'inWidth', 'channels')}
  const value = x[index];
  let sum = 0;
  ${eachOutputOver(`${COMPARE_WITH_WINDOW}
          if (wins > 0) {
            sum += outputGradient[over * this.constants.channels + channel];
          }`)}
  return sum;
}`;

export function maxPool(
  device: Device,
): Pick<Kernels<GpuBuffer>, 'maxPool' | 'maxPoolGradient' | 'maxPoolGather' | 'maxPoolIndices'> {
  return {
    maxPool(x, out, geometry) {
      const program = { name: 'maxPool', source: FORWARD, constants: { ...geometry } };
      device.launch(program, [x.buffer, -Infinity], out.buffer);
    },

    maxPoolGradient(outputGradient, x, out, geometry) {
      const program = { name: 'maxPoolGradient', source: GRADIENT, constants: { ...geometry } };
      device.launch(program, [outputGradient.buffer, x.buffer], out.buffer);
    },

    maxPoolGather(values, x, out, geometry) {
      const program = { name: 'maxPoolGather', source: GATHER, constants: { ...geometry } };
      device.launch(program, [values.buffer, x.buffer], out.buffer);
    },

    maxPoolIndices(x, out, geometry) {
      const program = { name: 'maxPoolIndices', source: INDICES, constants: { ...geometry } };
      device.launch(program, [x.buffer], out.buffer);
    },
  };
}
