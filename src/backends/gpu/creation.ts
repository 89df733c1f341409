import { typedArrayFrom } from '../../base/dtype.js';
import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { asFloats } from './runtime/floats.js';
import { divide } from './runtime/program.js';

const FILL = `function (value) {
  return value;
}`;

const ONE_HOT = `function (indices, on, off) {
  const index = this.thread.x;
  ${divide('index', 'this.constants.depth', 'row', 'column')}
  return indices[row] === column ? on : off;
}`;

export function creation(device: Device): Pick<Kernels<GpuBuffer>, 'fill' | 'oneHot'> {
  return {
    fill(out, value) {
      const [stored] = asFloats(typedArrayFrom(out.dtype, [value]), out.dtype);
      device.launch({ name: 'fill', source: FILL }, [stored], out.buffer);
    },

    oneHot(indices, out, on, off) {
      const constants = { depth: out.shape[out.shape.length - 1] };
      device.launch({ name: 'oneHot', source: ONE_HOT, constants }, [indices.buffer, on, off], out.buffer);
    },
  };
}
