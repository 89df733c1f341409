import * as nb from '../../src/index.js';
import { conv2dFilterGradient, conv2dInputGradient } from '../../src/ops/conv2d.js';
import { isModelRun, type Workload } from '../workloads.js';
import { prediction, recurrentStep, trainingStep } from './models.js';

export type Run = () => void | Promise<void>;

/** A function that carries out the workload once, on the current backend. */
export function runOf(work: Workload): Run {
  if (work.kind === 'matmul') {
    const a = nb.randomUniform([work.m, work.k]);
    const b = nb.randomUniform([work.k, work.n]);
    return () => nb.matMul(a, b).dispose();
  }
  if (isModelRun(work)) return work.kind === 'train' ? trainingStep(work) : prediction(work);
  if (work.kind === 'lstm-train') return recurrentStep(work);
  const { batch, size, inChannels, outChannels, window } = work;
  const x = nb.randomUniform([batch, size, size, inChannels]);
  const filter = nb.randomUniform([window, window, inChannels, outChannels]);
  const dy = nb.randomUniform([batch, size, size, outChannels]);
  const options = { strides: 1, padding: 'same', dilations: 1, groups: 1 } as const;
  if (work.kind === 'conv2d') return () => nb.conv2d(x, filter, 1, 'same').dispose();
  if (work.kind === 'conv2d-input-gradient') return () => conv2dInputGradient(dy, filter, x.shape, options).dispose();
  return () => conv2dFilterGradient(x, dy, filter.shape, options).dispose();
}
