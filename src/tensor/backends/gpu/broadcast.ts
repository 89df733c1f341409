import { broadcastStrides } from '../../shape.js';
import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './buffer.js';
import type { Device } from './device.js';
import { movingProgram } from './strided.js';

export function broadcast(device: Device): Pick<Kernels<GpuBuffer>, 'broadcast'> {
  return {
    broadcast(x, out) {
      if (x.size === out.size) return device.share(x.buffer, out.buffer);
      const walk = { strides: broadcastStrides(x.shape, out.shape) };
      device.run(movingProgram('broadcast', out.shape, walk), [x.buffer], out.buffer);
    },
  };
}
