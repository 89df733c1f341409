import { beforeAll, expect, test } from 'vitest';
import { explain } from '../../src/autograd/explain.js';
import {
  add,
  conv2d,
  floorDiv,
  layers,
  matMul,
  memory,
  mul,
  ones,
  relu,
  reshape,
  sequential,
  sum,
  type Tensor,
  tidy,
  ValueError,
} from '../../src/index.js';
import { startBackend } from '../support/backends.js';

beforeAll(() => startBackend('cpu'));

const given = () => [ones([2, 3]), ones([3, 4]), ones([4])] as const;

test('lists ops with their inputs, shapes, memory and gradients', () => {
  const args = given();
  const before = memory();
  const explanation = explain((x, w, b) => sum(relu(add(matMul(x, w), b))))([...args]);
  expect(memory()).toEqual(before);
  expect(explanation.toString()).toBe(
    [
      '#  op      inputs                    output  bytes  gradient to  kept for',
      '1  matMul  a: x0 [2,3], b: x1 [3,4]  [2,4]   32     a, b         -',
      '2  add     a: #1 [2,4], b: x2 [4]    [2,4]   32     a, b         -',
      '3  relu    x: #2 [2,4]               [2,4]   32     x            #3',
      '4  sum     x: #3 [2,4]               []      4      x            -',
    ].join('\n'),
  );
  expect(explanation.bytes).toBe(100);
  expect(explanation.ops.map(({ keptFor }) => keptFor)).toEqual([[], [], [3], []]);
  expect(explanation.reached).toEqual([true, true, true]);
  for (const x of args) x.dispose();
});

test('shows where gradients end', () => {
  const [x, w, b] = given();
  const explanation = explain((x, w) => add(floorDiv(matMul(x, w), 1), mul(x.sum(), 2)))([x, w]);
  expect(explanation.ops.find(({ op }) => op === 'floorDiv')?.gradientTo).toEqual([]);
  expect(explanation.ops.find(({ op }) => op === 'matMul')?.gradientTo).toEqual([]);
  expect(explanation.ops.find(({ op }) => op === 'mul')?.inputs[1]).toEqual({ name: 'b', from: 'constant', shape: [] });
  expect(explanation.ops.find(({ op }) => op === 'mul')?.gradientTo).toEqual(['a']);
  expect(explanation.reached).toEqual([true, false]);
  expect(explanation.toString()).toMatch(/\nno gradient reaches x1$/);
  for (const tensor of [x, w, b]) tensor.dispose();
});

test('counts no memory for a shared buffer', () => {
  using x = ones([4, 3]);
  const { ops } = explain((x) => reshape(x, [2, 6]))([x]);
  expect(ops.map(({ op, bytes }) => [op, bytes])).toEqual([['reshape', 0]]);
});

test('works inside tidy and for images, and refuses anything but tensors', () => {
  tidy(() => {
    const { ops } = explain((x, f) => conv2d(x, f, 1, 'same'))([ones([1, 4, 4, 2]), ones([3, 3, 2, 5])]);
    expect(ops).toMatchObject([{ number: 1, op: 'conv2d', output: [1, 4, 4, 5], gradientTo: ['x', 'filter'] }]);
  });
  expect(() => explain((x) => x)(3 as unknown as Tensor[])).toThrow(ValueError);
  expect(() => tidy(() => explain(() => 3 as unknown as Tensor)([ones([1])]))).toThrow(
    'explain: the function returned 3, expected a tensor',
  );
});

test('names the layers of a model', () => {
  const net = sequential({
    layers: [
      layers.dense({ units: 3, inputShape: [2], activation: 'relu', name: 'first' }),
      sequential({ layers: [layers.dense({ units: 1, name: 'last' })], name: 'inner' }),
    ],
  });
  using x = ones([4, 2]);
  // Weights are allocated by the first call.
  (net.apply(x) as Tensor).dispose();
  const explanation = explain((x) => (net.apply(x) as Tensor).mean())([x]);
  expect(explanation.ops.map(({ op, layer }) => [op, layer])).toEqual([
    ['matMul', expect.stringMatching(/\/first$/)],
    ['matMul', expect.stringMatching(/\/inner\/last$/)],
    ['mean', ''],
  ]);
  const [header, first, , mean] = explanation.toString().split('\n');
  expect(header).toMatch(/kept for +layer$/);
  expect(first).toMatch(/\/first$/);
  expect(mean).not.toContain('inner');
  net.dispose();
});
