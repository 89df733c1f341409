import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { embedProgram } from './shared/embed.js';

export function pad(device: Device): Pick<Kernels<GpuBuffer>, 'pad'> {
  return {
    pad(x, out, before, value) {
      if (x.size === 0) return device.write(out.buffer, new Float32Array(out.size).fill(value));
      const steps = before.map(() => 1);
      device.launch(embedProgram(x.shape, out.shape, before, steps), [x.buffer, value], out.buffer);
    },
  };
}
