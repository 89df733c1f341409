import type { Kernels } from '../kernels.js';
import { wordOf } from './creation.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { embed } from './templates/embed.js';

export function pad(device: Device): Pick<Kernels<WebGpuBuffer>, 'pad'> {
  return {
    pad(x, out, before, value) {
      const steps = before.map(() => 1);
      embed(device, x, out, before, steps, wordOf(value, out.dtype));
    },
  };
}
