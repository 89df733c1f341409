import type { Kernels, Operand } from '../kernels.js';
import { reduceInto } from './reductions.js';
import type { GpuBuffer } from './runtime/buffer.js';
import type { Device } from './runtime/device.js';
import { divide } from './runtime/program.js';

const TOTALS = `function (x, largest) {
  const from = this.thread.x * this.constants.length;
  const top = largest[this.thread.x];
  let total = 0;
  for (let i = 0; i < this.constants.length; i++) {
    total += Math.exp(x[from + i] - top);
  }
  return total;
}`;

const share = (result: string) => `function (x, largest, totals) {
  const index = this.thread.x;
  ${divide('index', 'this.constants.length', 'row', 'column')}
  const value = x[index] - largest[row];
  return ${result};
}`;

const SOURCES = {
  softmax: share('Math.exp(value) / totals[row]'),
  logSoftmax: share('value - Math.log(totals[row])'),
} as const;

export function softmax(device: Device): Pick<Kernels<GpuBuffer>, 'softmax' | 'logSoftmax'> {
  /** Subtracting the largest value of a row does not change the result, and bounds exponentials by 1. */
  const normalize = (name: keyof typeof SOURCES, x: Operand<GpuBuffer>, out: Operand<GpuBuffer>): void => {
    const length = x.shape[x.shape.length - 1];
    const rows = x.size / length;
    const constants = { length };
    device.withScratch(
      rows,
      (largest) => reduceInto(device, 'max', x.buffer, largest, { outer: rows, size: length, inner: 1 }),
      (largest) =>
        device.withScratch(
          rows,
          (totals) => device.launch({ name: 'softmax/totals', source: TOTALS, constants }, [x.buffer, largest], totals),
          (totals) =>
            device.launch({ name, source: SOURCES[name], constants }, [x.buffer, largest, totals], out.buffer),
        ),
    );
  };
  return {
    softmax: (x, out) => normalize('softmax', x, out),
    logSoftmax: (x, out) => normalize('logSoftmax', x, out),
  };
}
