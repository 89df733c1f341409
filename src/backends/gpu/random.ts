import { uniform } from '../../base/philox.js';
import type { Kernels, RandomState } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';

/**
 * The generator needs 32-bit integers, which kernels lack (they compute in float32): the host draws, so that
 * the numbers equal those of every other backend.
 */
export function random(device: Device): Pick<Kernels<GpuBuffer>, 'randomUniform' | 'dropoutMask'> {
  const draw = (size: number, { key, counter }: RandomState, value: (unit: number) => number): Float32Array => {
    const values = new Float32Array(size);
    for (let i = 0; i < size; i++) values[i] = value(uniform(key, counter + i));
    return values;
  };
  return {
    randomUniform(out, state, low, high) {
      const values = draw(out.size, state, (unit) => {
        const value = low + (high - low) * unit;
        return out.dtype === 'int32' ? Math.floor(value) : value;
      });
      // Rounding to float32 can reach the upper bound.
      for (let i = 0; i < values.length; i++) if (values[i] >= high) values[i] = low;
      device.write(out.buffer, values);
    },

    dropoutMask(out, state, rate) {
      const kept = 1 / (1 - rate);
      device.write(
        out.buffer,
        draw(out.size, state, (unit) => (unit < rate ? 0 : kept)),
      );
    },
  };
}
