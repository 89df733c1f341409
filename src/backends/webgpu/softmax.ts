import type { Kernels, Operand } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { type Fold, foldPlan, runFold } from './templates/fold.js';

/**
 * The largest element of a row and Σ e^(x − largest), in one pass: a larger element scales the sum down. No exponential
 * is above 1.
 */
const normalized = (name: string, result: string): Fold => ({
  name,
  reads: ['x: f32'],
  writes: ['y: f32'],
  declarations: 'struct Sum { largest: f32, total: f32 }',
  state: 'Sum',
  start: 'Sum(-3.4028234e38, 0.0)',
  visit: 'return merge(state, Sum(x[o * u.size + s], 1.0));',
  merge: `let largest = maxOf(a.largest, b.largest);
  return Sum(largest, a.total * exp(a.largest - largest) + b.total * exp(b.largest - largest));`,
  store: '',
  storeRow: `for (var s = first + lane; s < last; s += LANES) {
      let value = x[o * u.size + s] - total.largest;
      y[o * u.size + s] = ${result};
    }`,
});

const FOLDS = {
  softmax: normalized('softmax', 'exp(value) / total.total'),
  logSoftmax: normalized('logSoftmax', 'value - log(total.total)'),
} as const;

export function softmax(device: Device): Pick<Kernels<WebGpuBuffer>, 'softmax' | 'logSoftmax'> {
  const normalize = (name: keyof typeof FOLDS, x: Operand<WebGpuBuffer>, out: Operand<WebGpuBuffer>): void => {
    const size = x.shape[x.shape.length - 1];
    const view = { outer: x.size / size, size, inner: 1 };
    runFold(device, FOLDS[name], view, foldPlan(view, false), { reads: [x.buffer], writes: [out.buffer] });
  };
  return {
    softmax: (x, out) => normalize('softmax', x, out),
    logSoftmax: (x, out) => normalize('logSoftmax', x, out),
  };
}
