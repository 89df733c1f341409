import '../../src/gpu.js';
import { afterAll, expect, test } from 'vitest';
import * as nb from '../../src/index.js';

afterAll(() => nb.setBackend('wasm'));

test('backends without the fused kernel run plans whose batch norms stay, with the same results', async () => {
  await nb.setBackend('gpu', { mode: 'cpu' });
  const { layers } = nb;
  const inputs = nb.input({ shape: [6, 6, 3] });
  let y = layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same' }).apply(inputs);
  y = layers.activation({ activation: 'relu' }).apply(layers.batchNormalization().apply(y));
  y = layers.conv2d({ filters: 3, kernelSize: 1 }).apply(layers.add().apply([y, inputs]));
  y = layers.dense({ units: 4 }).apply(layers.flatten().apply(layers.activation({ activation: 'tanh' }).apply(y)));
  const model = nb.model({ inputs, outputs: y });
  const x = nb.randomUniform([2, 6, 6, 3], -1, 1);
  const written = nb.tidy(() => model.apply(x)) as nb.Tensor;
  const before = nb.memory();
  for (let call = 0; call < 3; call++) {
    const predicted = model.predict(x) as nb.Tensor;
    const [a, b] = [await predicted.data(), await written.data()];
    for (const [i, value] of b.entries()) expect(a[i]).toBeCloseTo(value, 5);
    predicted.dispose();
  }
  expect(nb.memory()).toEqual(before);
  nb.dispose([x, written]);
  model.dispose();
});
