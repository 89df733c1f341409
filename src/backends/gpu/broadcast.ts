import { broadcastStrides } from '../../base/shape.js';
import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { movingProgram } from './shared/strided.js';

export function broadcast(device: Device): Pick<Kernels<GpuBuffer>, 'broadcast'> {
  return {
    broadcast(x, out) {
      if (x.size === out.size) return device.alias(x.buffer, out.buffer);
      const walk = { strides: broadcastStrides(x.shape, out.shape) };
      device.launch(movingProgram('broadcast', out.shape, walk), [x.buffer], out.buffer);
    },
  };
}
