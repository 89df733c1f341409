import { beforeAll, expect, test } from 'vitest';
import {
  input,
  type Layer,
  layers,
  model,
  ones,
  type SymbolicTensor,
  sequential,
  type Tensor,
} from '../../src/index.js';
import { startBackend } from '../support/backends.js';

/* Call hooks, and inputs, outputs and shapes of calls in graphs, as in Layer of tfjs 4.22. */

beforeAll(async () => void (await startBackend('cpu')));

function residual() {
  const x = input({ shape: [4, 4, 2] });
  const norm = layers.batchNormalization();
  const sum = layers.add();
  const rectifier = layers.reLU();
  const inner = sequential({ layers: [layers.flatten({ inputShape: [4, 4, 2] }), layers.dense({ units: 2 })] });
  const added = sum.apply([norm.apply(x) as SymbolicTensor, x]) as SymbolicTensor;
  return {
    net: model({ inputs: x, outputs: inner.apply(rectifier.apply(added)) as SymbolicTensor }),
    hooked: [norm, sum, rectifier, inner.layers[1]],
  };
}

test.each([...['norm', 'sum', 'rectifier', 'inner dense'].entries()])(
  'hook %i, of %s, is called in predict',
  (index) => {
    const { net, hooked } = residual();
    const x = ones([3, 4, 4, 2]);
    const expected = (net.predict(x) as Tensor).arraySync();
    const shapes: number[][][] = [];
    hooked[index].setCallHook((inputs) => shapes.push([inputs].flat().map(({ shape }) => [...shape])));
    const again = (net.predict(x) as Tensor).arraySync();
    expect(again).toEqual(expected);
    const image = [3, 4, 4, 2];
    expect(shapes).toEqual([[[image], [image, image], [image], [[3, 32]]][index]]);
    hooked[index].clearCallHook();
    net.predict(x);
    expect(shapes).toHaveLength(1);
  },
);

test('a hook sees the calls of training', async () => {
  const { net, hooked } = residual();
  const seen: unknown[] = [];
  for (const layer of hooked) layer.setCallHook((_, { training }) => seen.push([layer.name, training]));
  net.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  await net.fit(ones([2, 4, 4, 2]), ones([2, 2]), { epochs: 1, batchSize: 2 });
  expect(seen).toEqual(hooked.map(({ name }) => [name, true]));
});

test('a layer returns inputs, outputs and shapes of its calls', () => {
  const dense: Layer = layers.dense({ units: 3 });
  expect(() => dense.outputShape).toThrow('outputShape asked of a layer without a call in a graph');
  const a = input({ shape: [4, 2] });
  const b = input({ shape: [4, 2] });
  const [first, second] = [dense.apply(a), dense.apply(b)];
  expect(dense.outputShape).toEqual([null, 4, 3]);
  expect([dense.getInputAt(1), dense.getOutputAt(0), dense.getOutputAt(1)]).toEqual([b, first, second]);
  expect(() => dense.getOutputAt(2)).toThrow('getOutputAt(2) of a layer with 2 calls in graphs');
  dense.apply(input({ shape: [5, 2] }));
  expect(() => dense.outputShape).toThrow('whose calls give [[null,4,3]] and [[null,5,3]]');
});
