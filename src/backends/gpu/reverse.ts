import { stridesOf } from '../../base/shape.js';
import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { movingProgram } from './shared/strided.js';

export function reverse(device: Device): Pick<Kernels<GpuBuffer>, 'reverse'> {
  return {
    /** Reads turned axes from their last element on, backwards. */
    reverse(x, out, axes) {
      const strides = stridesOf(x.shape);
      const walk = {
        offset: axes.reduce((offset, axis) => offset + (x.shape[axis] - 1) * strides[axis], 0),
        strides: strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
      };
      device.launch(movingProgram('reverse', out.shape, walk), [x.buffer], out.buffer);
    },
  };
}
