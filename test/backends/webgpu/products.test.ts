import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { setBackend } from '../../../src/backends/registry.js';
import { directPlan, isDirect } from '../../../src/backends/webgpu/products/direct-plan.js';
import { tilePlan } from '../../../src/backends/webgpu/products/tile-plan.js';
import { Device } from '../../../src/backends/webgpu/runtime/device.js';
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

/** Too small for tiles, or too narrow: threads work by themselves. */
const DIRECT: readonly [string, Run][] = [
  ['a small product', product([68, 36], [36, 76])],
  ['a small product, transposed', product([36, 68], [76, 36], true, true)],
  ['odd sides', product([69, 37], [37, 77])],
  ['a narrow result', product([600, 20], [20, 11])],
  ['four columns', product([600, 20], [20, 3])],
  ['splits of a long k', product([20, 2100], [2100, 30])],
  ['no k at all', product([12, 0], [0, 5])],
  ['batches that broadcast both ways', product([3, 1, 40, 8], [1, 2, 8, 36])],
  ...convolutions('even channels', [2, 9, 10, 16], [3, 3, 16, 36], [2, 9, 10, 36], EVEN),
  ...convolutions('stride 2, odd channels', [2, 19, 16, 7], [3, 3, 7, 19], [2, 10, 8, 19], ODD),
  ...convolutions('two dilated groups', [2, 15, 14, 16], [3, 3, 8, 24], [2, 11, 10, 24], GROUPED),
  ...convolutions('one channel', [4, 28, 28, 1], [5, 5, 1, 6], [4, 28, 28, 6], EVEN),
];

/** In tiles. */
const TILED: readonly [string, Run][] = [
  ['vectors along k and n', product([260, 132], [132, 124])],
  ['vectors along m and k', product([132, 260], [124, 132], true, true)],
  ['no vectors', product([261, 133], [133, 125])],
  ['large tiles', product([516, 20], [20, 512])],
  ['a narrow result', product([6000, 260], [260, 11])],
  ['splits of a long k', product([68, 2100], [2100, 76])],
  ['batches that broadcast both ways', product([3, 1, 132, 124], [1, 2, 124, 132])],
  ...convolutions('even channels', [2, 20, 21, 20], [3, 3, 20, 36], [2, 20, 21, 36], EVEN),
  ...convolutions('stride 2, odd channels', [2, 49, 48, 11], [3, 3, 11, 37], [2, 25, 24, 37], ODD),
  ...convolutions('two dilated groups', [2, 21, 20, 40], [3, 3, 20, 48], [2, 17, 16, 48], GROUPED),
];

describe('how a product is laid out', () => {
  const plan = (m: number, n: number, k: number) => tilePlan({ m, n, k, entries: 1 });

  test('large tiles where there are enough of them, narrow ones for few columns', () => {
    expect(plan(2048, 2048, 2048).tile).toEqual({ rows: 64, columns: 64, side: 8 });
    expect(plan(256, 256, 256).tile).toEqual({ rows: 32, columns: 32, side: 4 });
    expect(plan(25088, 6, 25).tile).toEqual({ rows: 64, columns: 16, side: 4 });
  });

  test('threads work by themselves where a tile would stay half empty, or where there is little to do', () => {
    const direct = (m: number, n: number, k: number) => isDirect({ m, n, k, entries: 1 });
    expect(direct(25088, 6, 25)).toBe(true);
    expect(direct(6272, 16, 150)).toBe(true);
    expect(direct(32, 120, 784)).toBe(true);
    expect(direct(100352, 3, 576)).toBe(true);
    expect(direct(100352, 16, 576)).toBe(false);
    expect(direct(256, 256, 256)).toBe(false);
    expect(direct(576, 64, 100352)).toBe(false);
  });

  test('without tiles, a long k is split until there are threads enough, and every step is in one split', () => {
    for (const [m, n, k] of [
      [25, 6, 25088],
      [150, 16, 6272],
      [32, 120, 784],
      [32, 10, 257],
    ]) {
      const { columns, tileRows, tileColumns, splits, depth } = directPlan({ m, n, k, entries: 1 });
      expect(splits).toBeGreaterThan(1);
      expect(4 * tileRows).toBeGreaterThanOrEqual(m);
      expect(columns * tileColumns).toBeGreaterThanOrEqual(n);
      expect(splits * depth).toBeGreaterThanOrEqual(k);
      expect((splits - 1) * depth).toBeLessThan(k);
    }
    expect(directPlan({ m: 32, n: 84, k: 120, entries: 1 }).splits).toBe(1);
    expect(directPlan({ m: 25088, n: 6, k: 2500, entries: 1 }).splits).toBe(1);
  });

  test('k is split if the tiles do not keep a device busy, and every step is in one split', () => {
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

describe.skipIf(!HAS_WEBGPU)(`products${NEEDS}`, () => {
  const expected = new Map<Run, TypedArray>();

  beforeAll(async () => {
    await setBackend('cpu');
    for (const [, run] of [...DIRECT, ...TILED]) expected.set(run, await valuesOf(run));
    await startWebGpu();
  });

  const check = async (run: Run, program: string): Promise<void> => {
    const launch = vi.spyOn(Device.prototype, 'launch');
    const values = await valuesOf(run);
    const names = launch.mock.calls.map(([name]) => name);
    launch.mockRestore();
    expect(names.some((name) => name.startsWith(program))).toBe(true);
    expect(values.length).toBe(expected.get(run)!.length);
    // The cpu backend sums in float64: √k roundings of float32 are left.
    expect(normalizedError(values, expected.get(run)!)).toBeLessThan(1e-5);
  };

  test.each(DIRECT)('without tiles: %s', (_, run) => check(run, 'direct/'));

  test.each(TILED)('in tiles: %s', (_, run) => check(run, 'product/'));

  test.each([
    ['in tiles', product([68, 2100], [2100, 76])],
    ['without tiles', product([20, 2100], [2100, 30])],
  ])('a split product has the same bits each time, %s', async (_, run) => {
    expect(await valuesOf(run)).toEqual(await valuesOf(run));
  });
});
