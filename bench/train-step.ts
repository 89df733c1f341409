import * as nb from '../src/index.js';
import type { Workload } from './workloads.js';

/**
 * So many batches in turn: one alone is soon learnt by heart, and gradients near zero are numbers that processors are
 * slow at.
 */
const BATCHES = 64;

type Training = Extract<Workload, { kind: 'train' }>;

const MODELS: Readonly<Record<Training['model'], () => nb.Model>> = {
  lenet5: () => nb.lenet5(),
  alexnet8: () => nb.alexnet8(),
  cifar10Vgg16: () => nb.cifar10Vgg16(),
  resnet50Signs: () => nb.resnet50Signs(),
};

/** One training step as a loop of one's own would take it: forward, loss, backward, Adam, the loss read back. */
export function trainStep({ model: name, batch, image, classes }: Training): () => Promise<void> {
  const model = MODELS[name]();
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
  const batches = Array.from({ length: BATCHES }, () => ({
    x: nb.randomUniform([batch, ...image]),
    y: nb.oneHot(nb.randomUniformInt([batch], 0, classes), classes),
  }));
  let step = 0;
  return async () => {
    const { x, y } = batches[step++ % BATCHES];
    await model.trainOnBatch(x, y);
  };
}
