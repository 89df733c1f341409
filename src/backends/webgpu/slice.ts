import { stridesOf } from '../../base/shape.js';
import type { Kernels } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { embed } from './templates/embed.js';
import { move } from './templates/map.js';

export function slice(device: Device): Pick<Kernels<WebGpuBuffer>, 'slice' | 'sliceGradient'> {
  return {
    slice(x, out, begin, strides) {
      const own = stridesOf(x.shape);
      const offset = begin.reduce((sum, index, axis) => sum + index * own[axis], 0);
      const steps = own.map((stride, axis) => stride * strides[axis]);
      move(device, x, out, steps, offset);
    },

    sliceGradient(x, out, begin, strides) {
      embed(device, x, out, begin, strides, 0);
    },
  };
}
