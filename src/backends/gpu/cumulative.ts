import type { Cumulation, Kernels } from '../kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { divide } from './runtime/program.js';

/** Each thread folds all elements before its own: no thread waits for another. */
const source = (start: number, join: string) => `function (x) {
  const index = this.thread.x;
  ${divide('index', 'this.constants.inner', 'line', 'i')}
  ${divide('line', 'this.constants.size', 'o', 'place')}
  const from = o * this.constants.size * this.constants.inner + i;
  let total = ${start};
  for (let s = 0; s < this.constants.size; s++) {
    const before = (place - s) * this.constants.direction;
    if (before >= this.constants.least) {
      total ${join} x[from + s * this.constants.inner];
    }
  }
  return total;
}`;

const SOURCES: Readonly<Record<Cumulation, string>> = { sum: source(0, '+='), prod: source(1, '*=') };

export function cumulative(device: Device): Pick<Kernels<GpuBuffer>, 'cumulate'> {
  return {
    cumulate(fn, x, out, { size, inner }, exclusive, reverse) {
      const constants = { size, inner, direction: reverse ? -1 : 1, least: exclusive ? 1 : 0 };
      device.launch({ name: `cumulate/${fn}`, source: SOURCES[fn], constants }, [x.buffer], out.buffer);
    },
  };
}
