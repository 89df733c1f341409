import { stridesOf } from '../../base/shape.js';
import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { embedProgram } from './shared/embed.js';
import { movingProgram } from './shared/strided.js';

export function slice(device: Device): Pick<Kernels<GpuBuffer>, 'slice' | 'sliceGradient'> {
  return {
    slice(x, out, begin, strides) {
      const own = stridesOf(x.shape);
      const walk = {
        offset: begin.reduce((offset, index, axis) => offset + index * own[axis], 0),
        strides: own.map((stride, axis) => stride * strides[axis]),
      };
      device.launch(movingProgram('slice', out.shape, walk), [x.buffer], out.buffer);
    },

    sliceGradient(x, out, begin, strides) {
      device.launch(embedProgram(x.shape, out.shape, begin, strides), [x.buffer, 0], out.buffer);
    },
  };
}
