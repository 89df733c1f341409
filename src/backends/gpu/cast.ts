import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';

const TO_INTEGER = `function (x) {
  return integerOf(x[this.thread.x]);
}`;

const TO_BOOL = `function (x) {
  return x[this.thread.x] === 0 ? 0 : 1;
}`;

export function cast(device: Device): Pick<Kernels<GpuBuffer>, 'cast'> {
  return {
    cast(x, out) {
      if (out.dtype === 'bool') device.launch({ name: 'cast/bool', source: TO_BOOL }, [x.buffer], out.buffer);
      else if (out.dtype === 'int32' && x.dtype === 'float32') {
        device.launch({ name: 'cast/int32', source: TO_INTEGER }, [x.buffer], out.buffer);
      } else device.alias(x.buffer, out.buffer);
    },
  };
}
