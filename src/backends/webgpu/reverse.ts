import { stridesOf } from '../../base/shape.js';
import type { Kernels } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { move } from './templates/map.js';

export function reverse(device: Device): Pick<Kernels<WebGpuBuffer>, 'reverse'> {
  return {
    /** Reads turned axes from their last element on, backwards. */
    reverse(x, out, axes) {
      const strides = stridesOf(x.shape);
      const offset = axes.reduce((sum, axis) => sum + (x.shape[axis] - 1) * strides[axis], 0);
      const turned = strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride));
      move(device, x, out, turned, offset);
    },
  };
}
