import { beforeAll, describe, expect, test } from 'vitest';
import {
  conv2d,
  input,
  layers,
  lenet5,
  memory,
  model as modelOf,
  profile,
  randomUniform,
  type SymbolicTensor,
  sequential,
  type Tensor,
  time,
  valueAndGrads,
} from '../../src/index.js';
import { roofline } from '../../src/plots/index.js';
import { profileTable } from '../../src/profile/index.js';
import { startBackend } from '../support/backends.js';

beforeAll(() => startBackend('wasm'));

const named = <T extends { readonly name: string }>(kernels: readonly T[], name: string): T[] =>
  kernels.filter((kernel) => kernel.name === name);

describe('profile', () => {
  test('counts calls, operations and bytes of a convolution and both gradients', async () => {
    const x = randomUniform([2, 9, 7, 4]);
    const filter = randomUniform([3, 2, 2, 6]);
    const { kernels, result } = await profile(() =>
      valueAndGrads((a: Tensor, b: Tensor) => conv2d(a, b, [2, 1], 'valid', 'NHWC', 1, 2).sum())([x, filter]),
    );
    // ⌊(9 − 3) / 2⌋ + 1 rows, 7 − 2 + 1 columns; each output sums 3 · 2 · 2 products, a multiply-add being two
    // operations.
    const outputs = 2 * 4 * 6 * 6;
    const bytes = 4 * (2 * 9 * 7 * 4 + 3 * 2 * 2 * 6 + outputs);
    for (const name of ['conv2d', 'conv2dInputGradient', 'conv2dFilterGradient']) {
      const calls = named(kernels, name);
      expect(calls).toHaveLength(1);
      expect(calls[0]).toMatchObject({
        operations: 2 * outputs * 12,
        bytesMoved: bytes,
        phase: name === 'conv2d' ? 'forward' : 'backward',
      });
    }
    for (const each of [x, filter, result.value, ...result.grads]) each.dispose();
  });

  test('reports layers and phases of a training step, and kernel times sum to less than the total', async () => {
    const before = memory().numTensors;
    const net = sequential({
      layers: [
        layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [6, 6, 2], activation: 'relu', name: 'first' }),
        layers.flatten(),
        layers.dense({ units: 4, name: 'last' }),
      ],
    });
    net.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    const [x, y] = [randomUniform([5, 6, 6, 2]), randomUniform([5, 4])];
    const { kernels, wallMs, kernelMs, betweenKernelsMs, peakBytes } = await profile(() => net.trainOnBatch(x, y));
    expect(kernelMs).toBeLessThanOrEqual(wallMs);
    expect(kernelMs + betweenKernelsMs).toBeCloseTo(wallMs, 6);
    expect(peakBytes).toBeGreaterThan(0);
    const [product] = named(kernels, 'matMul');
    expect(product.layer).toMatch(/last$/);
    expect(product.operations).toBe(2 * 5 * 48 * 4 + 5 * 4);
    expect(named(kernels, 'conv2dFilterGradient')).toMatchObject([{ phase: 'backward', layer: `${net.name}/first` }]);
    // Kernel and bias of two layers, each update with the layer that reads the weight.
    const updates = kernels.filter(({ phase, name }) => phase === 'update' && name === 'adamUpdate');
    expect(updates.map(({ layer }) => layer.split('/')[1])).toEqual(['first', 'first', 'last', 'last']);
    for (const each of [x, y]) each.dispose();
    net.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('shows the steps of plans by their fused names', async () => {
    const x = input({ shape: [8, 8, 3] });
    const convolved = layers.conv2d({ filters: 4, kernelSize: 3, name: 'convolution' }).apply(x) as SymbolicTensor;
    const normalized = layers.batchNormalization().apply(convolved) as SymbolicTensor;
    const net = modelOf({ inputs: x, outputs: layers.reLU().apply(normalized) as SymbolicTensor });
    const at = randomUniform([1, 8, 8, 3]);
    (net.predict(at) as Tensor).dispose();
    const { kernels, result } = await profile(() => net.predict(at) as Tensor);
    expect(kernels.map(({ name, extraInfo }) => [name, extraInfo])).toEqual([['fusedConv2d', 'scale + bias + relu']]);
    expect(kernels[0].layer).toBe(`${net.name}/convolution`);
    for (const each of [at, result]) each.dispose();
    net.dispose();
  });

  test('leaves the kernels of the backend as they were, also when the function fails', async () => {
    const { currentBackend } = await import('../../src/backends/registry.js');
    const { kernels } = currentBackend();
    await expect(profile(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const x = randomUniform([2, 2]);
    await Promise.all([profile(async () => x.square().dispose()), time(() => x.square().dispose())]);
    expect(currentBackend().kernels).toBe(kernels);
    x.dispose();
  });
});

describe('the table', () => {
  test('has a line for each group, and lines for kernels, JavaScript and the whole', () => {
    const row = { layer: '', phase: 'forward', calls: 2, ms: 2, operations: 4e6, bytesMoved: 1e6 } as const;
    const totals = { wallMs: 5, kernelMs: 4, betweenKernelsMs: 1 };
    const peaks = { gflops: 8, copies: [{ bytes: 2 ** 20, gigabytesPerSecond: 10 }] };
    const rows = [
      { ...row, name: 'conv2d' },
      { ...row, name: 'relu', ms: 1.5 },
      { ...row, name: 'add', ms: 0.5 },
    ];
    expect(profileTable(rows, totals, { peaks, top: 1 })).toBe(
      [
        'op                          phase    calls     ms  of total  GFLOP/s  GB/s  of peak',
        'conv2d                      forward      2  2.000     40.0%      2.0   0.5      25%',
        '2 more                                   4  2.000     40.0%',
        'kernels                                  6  4.000     80.0%',
        'JavaScript between kernels                  1.000     20.0%',
        'total                                       5.000    100.0%',
      ].join('\n'),
    );
  });
});

test('a roofline names its points, and refuses work without operations', () => {
  const peaks = { gflops: 80, copies: [{ bytes: 2 ** 20, gigabytesPerSecond: 20 }] };
  const point = { name: 'conv2d', group: 'forward', operations: 1e9, bytesMoved: 1e7, ms: 20 };
  const svg = roofline([point], peaks);
  for (const text of ['conv2d', 'multiply-adds 80 GFLOP/s', 'copies of 1 MiB 20 GB/s']) expect(svg).toContain(text);
  expect(() => roofline([{ ...point, operations: 0 }], peaks)).toThrow('roofline: none of 1 points');
});

test('the model of the zoo has a row for each layer with a kernel', async () => {
  const net = lenet5();
  const x = randomUniform([1, 28, 28, 1]);
  (net.predict(x) as Tensor).dispose();
  const { byLayer, result } = await profile(() => net.predict(x) as Tensor);
  expect(byLayer.map(({ layer }) => layer.split('/')[1]).sort()).toEqual(
    ['average_pooling2d', 'average_pooling2d_1', 'conv2d', 'conv2d_1', 'dense', 'dense_1', 'dense_2'].sort(),
  );
  for (const each of [x, result]) each.dispose();
  net.dispose();
});
