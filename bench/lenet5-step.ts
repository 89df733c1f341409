import * as nb from '../src/index.js';

/** One training step of LeNet-5, as a loop of one's own would take it: forward, loss, backward, Adam, the loss read back. */
export function lenet5Step(batch: number): () => Promise<void> {
  const model = nb.lenet5();
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
  const x = nb.randomUniform([batch, 28, 28, 1]);
  const y = nb.oneHot(nb.randomUniformInt([batch], 0, 10), 10);
  return async () => {
    await model.trainOnBatch(x, y);
  };
}
