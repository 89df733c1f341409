import * as nb from 'nabla';

/** A convolutional model and data that it can learn, seeded. */
export function modelAndData() {
  nb.setSeed(1);
  const x = nb.randomNormal([64, 8, 8, 1]);
  const y = nb.tidy(() => x.mean([1, 2, 3]).greater(0).cast('float32').reshape([64, 1]));
  const model = nb.sequential({
    layers: [
      nb.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 1] }),
      nb.layers.flatten(),
      nb.layers.dense({ units: 1, activation: 'sigmoid' }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });
  return { model, x, y };
}
