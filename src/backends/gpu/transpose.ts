import { stridesOf } from '../../base/shape.js';
import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { movingProgram } from './shared/strided.js';

export function transpose(device: Device): Pick<Kernels<GpuBuffer>, 'transpose'> {
  return {
    transpose(x, out, permutation) {
      const strides = stridesOf(x.shape);
      const walk = { strides: permutation.map((axis) => strides[axis]) };
      device.launch(movingProgram('transpose', out.shape, walk), [x.buffer], out.buffer);
    },
  };
}
