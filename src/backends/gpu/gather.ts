import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { divide } from './runtime/program.js';

const GATHER = `function (x, indices) {
  const thread = this.thread.x;
  ${divide('thread', 'this.constants.inner', 'line', 'i')}
  ${divide('line', 'this.constants.count', 'o', 'n')}
  const index = indices[n];
  if (index >= 0 && index < this.constants.size) {
    return x[(o * this.constants.size + index) * this.constants.inner + i];
  }
  return 0;
}`;

/** Each element searches all indices for its own: threads cannot add to shared elements. */
const SCATTER_ADD = `function (x, indices) {
  const thread = this.thread.x;
  ${divide('thread', 'this.constants.inner', 'line', 'i')}
  ${divide('line', 'this.constants.size', 'o', 'place')}
  let sum = 0;
  for (let n = 0; n < this.constants.count; n++) {
    if (indices[n] === place) {
      sum += x[(o * this.constants.count + n) * this.constants.inner + i];
    }
  }
  return sum;
}`;

export function gather(device: Device): Pick<Kernels<GpuBuffer>, 'gather' | 'scatterAdd'> {
  return {
    gather(x, indices, out, { size, inner }) {
      const constants = { size, inner, count: indices.size };
      device.launch({ name: 'gather', source: GATHER, constants }, [x.buffer, indices.buffer], out.buffer);
    },

    scatterAdd(x, indices, out, { size, inner }) {
      const constants = { size, inner, count: indices.size };
      device.launch({ name: 'scatterAdd', source: SCATTER_ADD, constants }, [x.buffer, indices.buffer], out.buffer);
    },
  };
}
