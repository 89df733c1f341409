import * as nb from '../src/index.js';

/** So many batches in turn: one alone is soon learnt by heart, and gradients near zero are numbers that processors are slow at. */
const BATCHES = 64;

/** One training step of LeNet-5, as a loop of one's own would take it: forward, loss, backward, Adam, the loss read back. */
export function lenet5Step(batch: number): () => Promise<void> {
  const model = nb.lenet5();
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
  const batches = Array.from({ length: BATCHES }, () => ({
    x: nb.randomUniform([batch, 28, 28, 1]),
    y: nb.oneHot(nb.randomUniformInt([batch], 0, 10), 10),
  }));
  let step = 0;
  return async () => {
    const { x, y } = batches[step++ % BATCHES];
    await model.trainOnBatch(x, y);
  };
}
