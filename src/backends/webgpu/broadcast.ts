import { broadcastStrides } from '../../base/shape.js';
import type { Kernels } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { move } from './templates/map.js';

export function broadcast(device: Device): Pick<Kernels<WebGpuBuffer>, 'broadcast'> {
  return {
    broadcast(x, out) {
      move(device, x, out, broadcastStrides(x.shape, out.shape));
    },
  };
}
