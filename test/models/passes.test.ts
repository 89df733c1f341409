import { beforeAll, describe, expect, test } from 'vitest';
import {
  dispose,
  input,
  layers,
  memory,
  model,
  profile,
  randomNormal,
  type SymbolicTensor,
  square,
  sum,
  type Tensor,
  tidy,
  variableGrads,
} from '../../src/index.js';
import { BatchNormalization } from '../../src/layers/normalization/batch-normalization.js';
import { startBackend } from '../support/backends.js';

beforeAll(() => startBackend('cpu'));

/** A residual block with a projected shortcut, as a graph. */
function block(rectifier: 'relu' | 'relu6' | 'tanh') {
  const convolution = (filters: number) => layers.conv2d({ filters, kernelSize: 3, padding: 'same' });
  const parts = {
    first: convolution(5),
    firstNorm: layers.batchNormalization(),
    relu: rectifier === 'relu6' ? layers.reLU({ maxValue: 6 }) : layers.activation({ activation: rectifier }),
    second: convolution(5),
    secondNorm: layers.batchNormalization(),
    shortcut: convolution(5),
    shortcutNorm: layers.batchNormalization(),
    add: layers.add(),
    last: layers.activation({ activation: 'relu' }),
  };
  const x = input({ shape: [6, 6, 3] });
  /** By the graph's symbolic calls, or by eager calls, which run every layer by itself. */
  function through<T extends SymbolicTensor | Tensor>(x: T): T {
    const call = (layer: { apply: unknown }, value: unknown): T =>
      (layer.apply as (value: unknown, options: object) => T).call(layer, value, { training: true });
    const hidden = call(parts.relu, call(parts.firstNorm, call(parts.first, x)));
    const main = call(parts.secondNorm, call(parts.second, hidden));
    const short = call(parts.shortcutNorm, call(parts.shortcut, x));
    return call(parts.last, call(parts.add, [main, short]));
  }
  return { net: model({ inputs: x, outputs: through(x) }), through };
}

const shapes = { x: [2, 6, 6, 3] };

describe('a graph runs a normalization, the sum and the rectifier behind it in one pass', () => {
  for (const [rectifier, left] of [
    ['relu', []],
    ['relu6', []],
    ['tanh', ['tanh']],
  ] as const) {
    test(`with ${rectifier}, and equals the layers run one by one`, async () => {
      const { net, through } = block(rectifier);
      const x = randomNormal(shapes.x, 0, 1, 'float32', 1);
      const variables = net.trainableWeights.map((weight) => weight.variable);
      const gradientsOf = (f: (x: Tensor) => Tensor) => variableGrads(() => tidy(() => sum(square(f(x)))), variables);
      // Moving statistics get their memory now.
      for (const weight of net.weights) weight.variable;
      const before = memory().numTensors;
      const { result, kernelNames } = await profile(() =>
        gradientsOf((x) => net.apply(x, { training: true }) as Tensor),
      );
      const forward = kernelNames.filter((name) => ['relu', 'relu6', 'tanh', 'batchNorm'].includes(name));
      expect(forward).toEqual(['batchNorm', ...left].sort((a, b) => kernelNames.indexOf(a) - kernelNames.indexOf(b)));
      const alone = gradientsOf(through);
      expect(result.value.dataSync()[0]).toBeCloseTo(alone.value.dataSync()[0], 2);
      for (const { name } of variables) {
        const [own, expected] = [result.grads[name].dataSync(), alone.grads[name].dataSync()];
        const scale = Math.max(...expected.map(Math.abs), 1);
        const errors = own.map((value, i) => Math.abs(value - expected[i]) / scale);
        expect(Math.max(...errors), name).toBeLessThan(2e-5);
      }
      dispose([result, alone]);
      expect(memory().numTensors).toBe(before);
      dispose([x, net]);
    });
  }

  test('not if something else reads a value in between', async () => {
    const x = input({ shape: [4, 4, 2] });
    const normalized = layers.batchNormalization().apply(x) as SymbolicTensor;
    const activated = layers.activation({ activation: 'relu' }).apply(normalized) as SymbolicTensor;
    const net = model({ inputs: x, outputs: [normalized, activated] });
    const at = randomNormal([1, 4, 4, 2]);
    const { kernelNames, result } = await profile(() => net.apply(at) as unknown as Tensor[]);
    expect(kernelNames).toContain('relu');
    expect(Math.min(...result[0].dataSync())).toBeLessThan(0);
    dispose([at, result]);
    net.dispose();
  });

  test('nor for a sum that broadcasts, or subclasses that compute something else', async () => {
    class Doubled extends BatchNormalization {}
    const x = input({ shape: [4, 4, 2] });
    const bias = input({ shape: [1, 1, 2] });
    const broadcast = layers.add().apply([layers.batchNormalization().apply(x) as SymbolicTensor, bias]);
    const own = layers.activation({ activation: 'relu' }).apply(new Doubled({}).apply(x) as SymbolicTensor);
    const net = model({ inputs: [x, bias], outputs: [broadcast as SymbolicTensor, own as SymbolicTensor] });
    const [at, beside] = [randomNormal([1, 4, 4, 2]), randomNormal([1, 1, 1, 2])];
    const { kernelNames, result } = await profile(() => net.apply([at, beside]) as unknown as Tensor[]);
    expect(kernelNames).toEqual(expect.arrayContaining(['add', 'relu']));
    dispose([at, beside, result]);
    net.dispose();
  });
});
