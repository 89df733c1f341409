import * as nb from '../../src/index.js';

/** Images of a step. */
const BATCH = 32;

/**
 * A training step of LeNet-5 that never waits: forward, loss, backward, Adam. The loss is returned, to be read or not.
 * It looks at no label on the host, so that it also runs on a device that computes nothing.
 */
export function lenet5Step(): () => nb.Tensor {
  const model = nb.lenet5();
  const variables = model.trainableWeights.map((weight) => weight.variable);
  const optimizer = nb.optimizers.adam();
  const x = nb.randomUniform([BATCH, 28, 28, 1]);
  const labels = nb.oneHot(nb.randomUniformInt([BATCH], 0, 10), 10);
  const loss = (): nb.Tensor => {
    const predictions = model.apply(x, { training: true }) as nb.Tensor;
    return nb.losses.categoricalCrossentropy(labels, predictions).mean();
  };
  return () => optimizer.minimize(loss, true, variables)!;
}
