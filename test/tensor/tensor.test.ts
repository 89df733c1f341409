import ndarray from 'ndarray';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  add,
  cast,
  dispose,
  disposeVariables,
  getBackend,
  getRandomState,
  linspace,
  memory,
  mul,
  randomNormal,
  randomUniform,
  range,
  reshape,
  setRandomState,
  setSeed,
  tensor,
  tidy,
  truncatedNormal,
  variable,
  zeros,
} from '../../src/index.js';
import { startBackend } from '../support/backends.js';

beforeAll(() => startBackend('cpu'));

describe('tensor accepts', () => {
  test.each([
    ['a number', 3, [], 'float32', [3]],
    [
      'nested arrays',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [2, 3],
      'float32',
      [1, 2, 3, 4, 5, 6],
    ],
    ['typed arrays in an array', [new Float32Array([1, 2]), new Float32Array([3, 4])], [2, 2], 'float32', [1, 2, 3, 4]],
    ['booleans', [[true, false]], [1, 2], 'bool', [1, 0]],
    ['an Int32Array', new Int32Array([1, -2]), [2], 'int32', [1, -2]],
    ['a Float64Array', new Float64Array([0.1]), [1], 'float64', [0.1]],
    ['empty arrays', [[], []], [2, 0], 'float32', []],
    ['an ndarray', ndarray(new Float32Array([1, 2, 3, 4]), [2, 2]), [2, 2], 'float32', [1, 2, 3, 4]],
    ['an ndarray over a plain array', ndarray([1, 2, 3, 4], [2, 2]), [2, 2], 'float32', [1, 2, 3, 4]],
    [
      'a transposed view',
      ndarray(new Float32Array([1, 2, 3, 4, 5, 6]), [2, 3]).transpose(1, 0),
      [3, 2],
      'float32',
      [1, 4, 2, 5, 3, 6],
    ],
    ['a reversed view with an offset', ndarray([1, 2, 3, 4, 5, 6], [6]).lo(1).step(-2), [3], 'float32', [6, 4, 2]],
  ] as const)('%s', (_, values, shape, dtype, expected) => {
    using x = tensor(values as Parameters<typeof tensor>[0]);
    expect(x.shape).toEqual(shape);
    expect(x.dtype).toBe(dtype);
    expect([...x.dataSync()]).toEqual(expected);
  });

  test('any dtype that is asked for', () => {
    tidy(() => {
      expect([...tensor([0, 0.5, -2, Number.NaN], [4], 'bool').dataSync()]).toEqual([0, 1, 1, 1]);
      expect([...tensor(new Uint8Array([0, 5]), [2], 'bool').dataSync()]).toEqual([0, 1]);
      expect([...tensor([1.9, -1.9], [2], 'int32').dataSync()]).toEqual([1, -1]);
      expect([
        ...tensor(
          [
            [1, 2],
            [3, 4],
          ],
          [4],
        ).dataSync(),
      ]).toEqual([1, 2, 3, 4]);
    });
  });

  test('a copy: neither side sees the other change', async () => {
    const values = new Float32Array([1, 2]);
    using x = tensor(values);
    values[0] = 9;
    const read = x.dataSync();
    read[1] = 9;
    expect([...(await x.data())]).toEqual([1, 2]);
  });
});

test('values come back as typed arrays, nested arrays and ndarrays', async () => {
  using x = tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(await x.array()).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(x.arraySync()).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect((await x.ndarray()).get(1, 0)).toBe(3);
  expect(tensor(7).ndarraySync().get()).toBe(7);
  using flags = tensor([true, false]);
  expect(flags.arraySync()).toEqual([true, false]);
  using number = tensor(7);
  expect(number.arraySync()).toBe(7);
});

describe('prints', () => {
  test.each([
    [() => tensor(1.5), '1.5'],
    [() => tensor([1, -20, 0.25]), '[   1,  -20, 0.25]'],
    [
      () =>
        tensor([
          [1, 2],
          [30, 4],
        ]),
      '[[ 1,  2],\n [30,  4]]',
    ],
    [
      () =>
        tensor([
          [[1], [2]],
          [[3], [4]],
        ]),
      '[[[1],\n  [2]],\n\n [[3],\n  [4]]]',
    ],
    [() => tensor([true, false]), '[ true, false]'],
    [() => zeros([2, 0]), '[[],\n []]'],
    [() => range(0, 100), '[ 0,  1,  2, ..., 97, 98, 99]'],
    [() => linspace(0, 1, 3), '[  0, 0.5,   1]'],
  ])('%#', (make, text) => {
    const x = make();
    expect(x.toString()).toBe(text);
    x.dispose();
  });

  test('with its dtype and shape when asked, to the console', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    using x = tensor([1, 2], [2], 'int32');
    x.print(true);
    expect(log).toHaveBeenCalledWith('Tensor int32 [2]\n[1, 2]');
    log.mockRestore();
  });

  test('a disposed tensor without an error', () => {
    const x = tensor([1]);
    x.dispose();
    expect(x.toString()).toBe('Tensor float32 [1] (disposed)');
  });
});

describe('variables', () => {
  test('take over values, and share nothing with them afterwards', () => {
    const before = memory();
    const first = tensor([1, 2]);
    const weight = variable(first, true, 'tensor-test/weight');
    first.dispose();
    const second = tensor([3, 4]);
    weight.assign(second);
    second.dispose();
    expect([...weight.dataSync()]).toEqual([3, 4]);
    expect(memory().numTensors).toBe(before.numTensors + 1);
    weight.dispose();
    expect(memory()).toEqual(before);
  });

  test('have unique names', () => {
    const [a, b] = tidy(() => [variable(tensor([1])), variable(tensor([2]))]);
    expect(a.name).not.toBe(b.name);
    disposeVariables();
    expect(a.isDisposed && b.isDisposed).toBe(true);
  });
});

describe('moving between backends', () => {
  test('happens when an op reads, and moves all tensors over a buffer', async () => {
    const before = memory();
    await startBackend('cpu');
    const x = tensor([1, 2, 3, 4]);
    const square = reshape(x, [2, 2]);
    const flags = cast(x, 'bool');
    await startBackend('wasm');
    const sum = add(square, 1);
    expect([...sum.dataSync()]).toEqual([2, 3, 4, 5]);
    const product = mul(x, flags);
    expect([...product.dataSync()]).toEqual([1, 2, 3, 4]);
    await startBackend('cpu');
    expect(getBackend()).toBe('cpu');
    const back = add(square, sum);
    expect([...back.dataSync()]).toEqual([3, 5, 7, 9]);
    expect([...square.dataSync()]).toEqual([1, 2, 3, 4]);
    dispose([x, square, flags, sum, product, back]);
    expect(memory()).toEqual(before);
  });
});

describe('randomness', () => {
  const draw = () =>
    tidy(() =>
      [randomUniform([5]), randomNormal([5]), truncatedNormal([5]), randomUniform([3])].map((x) => [...x.dataSync()]),
    );

  test('is repeated by the same seed, not by another', () => {
    setSeed(3);
    const first = draw();
    setSeed(3);
    expect(draw()).toEqual(first);
    setSeed(4);
    expect(draw()).not.toEqual(first);
  });

  test('continues from a saved state', () => {
    setSeed(3);
    draw();
    const state = getRandomState();
    const expected = draw();
    setRandomState(state);
    expect(draw()).toEqual(expected);
  });

  test('has the mean and deviation that were asked for', () => {
    tidy(() => {
      const values = [...randomNormal([20000], 2, 3, 'float32', 1).dataSync()];
      const mean = values.reduce((total, value) => total + value) / values.length;
      const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
      // Within five standard errors.
      expect(Math.abs(mean - 2)).toBeLessThan((5 * 3) / Math.sqrt(values.length));
      expect(Math.abs(Math.sqrt(variance) - 3)).toBeLessThan((5 * 3) / Math.sqrt(2 * values.length));
      const cut = [...truncatedNormal([20000], 2, 3, 'float32', 1).dataSync()];
      expect(cut.every((value) => Math.abs(value - 2) <= 6)).toBe(true);
      const even = [...randomUniform([20000], -1, 3, 'float32', 1).dataSync()];
      expect(even.every((value) => value >= -1 && value < 3)).toBe(true);
      expect(Math.abs(even.reduce((total, value) => total + value) / even.length - 1)).toBeLessThan(0.05);
    });
  });
});
