import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setBackend } from '../../../src/backends/registry.js';
import { tilePlan } from '../../../src/backends/webgpu/products/tile-plan.js';
import type { TypedArray } from '../../../src/base/dtype.js';

import type { Shape } from '../../../src/base/shape.js';
import { type Conv2dOptions, conv2d, conv2dFilterGradient, conv2dInputGradient } from '../../../src/ops/conv2d.js';
import { matMul } from '../../../src/ops/matmul.js';
import { normalValues } from '../../../src/tensor/random.js';
import { dispose } from '../../../src/tensor/scope.js';
import { type Tensor, upload } from '../../../src/tensor/tensor.js';
import { normalizedError } from '../../support/evaluate.js';
import { HAS_WEBGPU, NEEDS, startWebGpu } from './start.js';

afterAll(() => setBackend('cpu'));

const normal = (shape: Shape, seed: number): Tensor =>
  upload(
    normalValues(
      shape.reduce((product, side) => product * side, 1),
      seed,
    ),
    shape,
    'float32',
  );

interface Run {
  readonly inputs: readonly Shape[];
  readonly run: (a: Tensor, b: Tensor) => Tensor;
}

async function valuesOf({ inputs, run }: Run): Promise<TypedArray> {
  const tensors = inputs.map(normal);
  const result = run(tensors[0], tensors[1]);
  const values = await result.data();
  dispose([...tensors, result]);
  return values;
}

const product = (a: Shape, b: Shape, transposeA = false, transposeB = false): Run => ({
  inputs: [a, b],
  run: (x, y) => matMul(x, y, transposeA, transposeB),
});

const EVEN: Conv2dOptions = { strides: 1, padding: 'same', dilations: 1, groups: 1 };
const ODD: Conv2dOptions = { strides: 2, padding: 'same', dilations: 1, groups: 1 };
const GROUPED: Conv2dOptions = { strides: 1, padding: 'valid', dilations: 2, groups: 2 };

/** The convolution and both gradients. */
function convolutions(name: string, x: Shape, filter: Shape, y: Shape, options: Conv2dOptions): [string, Run][] {
  const { strides, padding, dilations, groups } = options;
  return [
    [
      `conv2d, ${name}`,
      { inputs: [x, filter], run: (a, b) => conv2d(a, b, strides, padding, 'NHWC', dilations, groups) },
    ],
    [`its gradient of x, ${name}`, { inputs: [y, filter], run: (a, b) => conv2dInputGradient(a, b, x, options) }],
    [
      `its gradient of the filter, ${name}`,
      { inputs: [x, y], run: (a, b) => conv2dFilterGradient(a, b, filter, options) },
    ],
  ];
}

/** Each is another program: a driver that plays a GPU takes one to two seconds for it. */
const RUNS: readonly [string, Run][] = [
  ['vectors along k and n', product([68, 36], [36, 76])],
  ['vectors along m and k', product([36, 68], [76, 36], true, true)],
  ['no vectors', product([69, 37], [37, 77])],
  ['large tiles', product([516, 20], [20, 512])],
  ['a narrow result', product([600, 20], [20, 11])],
  ['splits of a long k', product([68, 2100], [2100, 76])],
  ['batches that broadcast both ways', product([3, 1, 40, 8], [1, 2, 8, 36])],
  ...convolutions('even channels', [2, 9, 10, 16], [3, 3, 16, 36], [2, 9, 10, 36], EVEN),
  ...convolutions('stride 2, odd channels', [2, 19, 16, 7], [3, 3, 7, 19], [2, 10, 8, 19], ODD),
  ...convolutions('two dilated groups', [2, 15, 14, 16], [3, 3, 8, 24], [2, 11, 10, 24], GROUPED),
];

describe('how a product is laid out', () => {
  const plan = (m: number, n: number, k: number) => tilePlan({ m, n, k, entries: 1 });

  test('large tiles where there are enough of them, narrow ones for few columns', () => {
    expect(plan(2048, 2048, 2048).tile).toEqual({ rows: 64, columns: 64, side: 8 });
    expect(plan(256, 256, 256).tile).toEqual({ rows: 32, columns: 32, side: 4 });
    expect(plan(25088, 6, 25).tile).toEqual({ rows: 64, columns: 16, side: 4 });
  });

  test('k is split where tiles alone do not keep a device busy, and every step is in one split', () => {
    expect(plan(2048, 2048, 2048).splits).toBe(1);
    for (const k of [1024, 2100, 25088, 100000]) {
      const { splits, depth } = plan(64, 64, k);
      expect(splits).toBeGreaterThan(1);
      expect(depth % 16).toBe(0);
      expect(splits * depth).toBeGreaterThanOrEqual(k);
      expect((splits - 1) * depth).toBeLessThan(k);
    }
  });
});

describe.skipIf(!HAS_WEBGPU)(`products in tiles${NEEDS}`, () => {
  const expected = new Map<string, TypedArray>();

  beforeAll(async () => {
    await setBackend('cpu');
    for (const [name, run] of RUNS) expected.set(name, await valuesOf(run));
    await startWebGpu();
  });

  test.each(RUNS)('%s', async (name, run) => {
    const values = await valuesOf(run);
    expect(values.length).toBe(expected.get(name)!.length);
    // The cpu backend sums in float64: √k roundings of float32 are left.
    expect(normalizedError(values, expected.get(name)!)).toBeLessThan(1e-5);
  });

  test('a split product has the same bits each time', async () => {
    const run = product([68, 2100], [2100, 76]);
    expect(await valuesOf(run)).toEqual(await valuesOf(run));
  });
});
