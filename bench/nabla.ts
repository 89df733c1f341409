import * as nb from '../src/index.js';
import { conv2dFilterGradient, conv2dInputGradient } from '../src/ops/conv2d.js';
import type { Contestant } from './peer.js';
import { trainStep } from './train-step.js';
import type { Workload } from './workloads.js';

function workload(work: Workload): () => void | Promise<void> {
  if (work.kind === 'matmul') {
    const a = nb.randomUniform([work.m, work.k]);
    const b = nb.randomUniform([work.k, work.n]);
    return () => nb.matMul(a, b).dispose();
  }
  if (work.kind === 'train') return trainStep(work);
  const { batch, size, inChannels, outChannels, window } = work;
  const x = nb.randomUniform([batch, size, size, inChannels]);
  const filter = nb.randomUniform([window, window, inChannels, outChannels]);
  const dy = nb.randomUniform([batch, size, size, outChannels]);
  const options = { strides: 1, padding: 'same', dilations: 1, groups: 1 } as const;
  if (work.kind === 'conv2d') return () => nb.conv2d(x, filter, 1, 'same').dispose();
  if (work.kind === 'conv2d-input-gradient') return () => conv2dInputGradient(dy, filter, x.shape, options).dispose();
  return () => conv2dFilterGradient(x, dy, filter.shape, options).dispose();
}

/**
 * Until V8 has compiled what runs often with its last compiler, ms. Of a training step that is most of the library: for
 * 2,000 steps of LeNet-5, an epoch, the compiler's threads take a fifth of a core, and one step in ten waits for them.
 */
const warmUpOf = (work: Workload): number => (work.kind === 'train' ? 7000 : 500);

/** nabla in this process, on its current backend. */
export class Nabla implements Contestant {
  readonly name = 'nabla';
  private run: () => void | Promise<void> = () => {};

  async prepare(work: Workload): Promise<boolean> {
    this.run = workload(work);
    await this.run();
    // Worker threads start beside the first ops.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await this.measure(warmUpOf(work));
    return true;
  }

  async measure(budgetMs: number): Promise<number[]> {
    const times: number[] = [];
    const end = performance.now() + budgetMs;
    while (times.length === 0 || performance.now() < end) {
      const start = performance.now();
      await this.run();
      times.push(performance.now() - start);
    }
    return times;
  }

  close(): void {}
}
