import type { Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { divide } from './runtime/program.js';

/** Find the element of a rank, the number of elements that precede it: larger ones, equal ones before it, and NaN. */
const SOURCE = `function (x) {
  const index = this.thread.x;
  ${divide('index', 'this.constants.k', 'row', 'rank')}
  const from = row * this.constants.length;
  let result = 0;
  for (let i = 0; i < this.constants.length; i++) {
    const value = x[from + i];
    const isNaN = isNaNOf(value);
    let beaten = 0;
    for (let j = 0; j < this.constants.length; j++) {
      const other = x[from + j];
      const otherIsNaN = isNaNOf(other);
      const isEqual = other === value || (isNaN > 0 && otherIsNaN > 0);
      if (other > value || otherIsNaN > isNaN || (isEqual && j < i)) {
        beaten += 1;
      }
    }
    if (beaten === rank) {
      result = i;
    }
  }
  return result;
}`;

export function topK(device: Device): Pick<Kernels<GpuBuffer>, 'topKIndices'> {
  return {
    topKIndices(x, out, k) {
      const constants = { k, length: x.shape[x.shape.length - 1] };
      device.launch({ name: 'topKIndices', source: SOURCE, constants }, [x.buffer], out.buffer);
    },
  };
}
