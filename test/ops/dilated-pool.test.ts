import { beforeAll, describe, expect, test } from 'vitest';
import '../../src/ops/methods.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { conv2dTranspose } from '../../src/ops/conv2d-transpose.js';
import { ones, tensor, zeros } from '../../src/ops/creation.js';
import { pool } from '../../src/ops/pool.js';
import { uniformValues } from '../../src/tensor/random.js';
import { startBackend } from '../support/backends.js';

/* Windows with gaps, against loops over the places of each window; padding does not count. */

beforeAll(async () => void (await startBackend('cpu')));

const [HEIGHT, WIDTH] = [7, 6];
const image = Array.from({ length: HEIGHT }, (_, row) => Array.from(uniformValues(WIDTH, row), (value) => value - 0.5));
const x = tensor(image.flat(), [1, HEIGHT, WIDTH, 1]);

/** Values of a window whose places are `dilation` apart, those outside the image left out. */
function windowAt(top: number, left: number, size: number, dilation: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const value = image[top + i * dilation]?.[left + j * dilation];
      if (value !== undefined) found.push(value);
    }
  }
  return found;
}

describe('pool with dilations', () => {
  test.each([
    [2, 2, 1, 0],
    [3, 2, 1, 2],
    [2, 3, 2, 1],
    [3, 2, 3, 2],
  ])('windows of %i, dilation %i, stride %i, %i of padding', (size, dilation, stride, padding) => {
    const count = (length: number) => Math.floor((length + 2 * padding - (size - 1) * dilation - 1) / stride) + 1;
    const expected = (f: (window: number[]) => number) =>
      Array.from({ length: count(HEIGHT) }, (_, row) =>
        Array.from({ length: count(WIDTH) }, (_, column) =>
          f(windowAt(row * stride - padding, column * stride - padding, size, dilation)),
        ),
      );
    const found = (kind: 'max' | 'avg') =>
      pool(x, size, kind, padding, dilation, stride).squeeze([0, 3]).arraySync() as number[][];
    expect(found('max')).toEqual(expected((window) => Math.max(...window)));
    for (const [row, values] of expected((window) => window.reduce((a, b) => a + b) / window.length).entries()) {
      for (const [column, value] of values.entries()) expect(found('avg')[row][column]).toBeCloseTo(value, 5);
    }
  });

  test('one image without a batch, and wrong arguments', () => {
    const alone = pool(x.squeeze([0]), 2, 'max', 'valid', 2);
    expect(alone.shape).toEqual([HEIGHT - 2, WIDTH - 2, 1]);
    expect(() => pool(x, 2, 'max', 'valid', 0)).toThrow('dilations');
    expect(() => pool(x, 9, 'max', 'valid', 2)).toThrow('pool');
    expect(() => pool(x, 2, 'sum' as never, 'valid', 2)).toThrow("poolingType is 'sum'");
  });
});

describe('dimRoundingMode of conv2dTranspose', () => {
  test('chooses which convolution it is the adjoint of, as in tfjs', () => {
    // (4 - 3) / 2 + 1 = 1.5 windows
    const filter = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3, 1, 1]);
    for (const [mode, side] of [
      ['floor', 1],
      ['round', 2],
      ['ceil', 2],
    ] as const) {
      const forward = conv2d(ones([1, 4, 4, 1]), filter, 2, 0, 'NHWC', 1, mode);
      expect(forward.shape).toEqual([1, side, side, 1]);
      const back = conv2dTranspose(ones(forward.shape), filter, [1, 4, 4, 1], 2, 0, mode);
      // <conv(1), 1> = <1, conv transposed(1)>
      expect(back.sum().arraySync()).toBe(forward.sum().arraySync());
    }
    expect(() => conv2dTranspose(zeros([1, 2, 2, 1]), filter, [1, 4, 4, 1], 2, 0, 'floor')).toThrow('x is [1,2,2,1]');
    expect(() => conv2dTranspose(zeros([1, 2, 2, 1]), filter, [1, 4, 4, 1], 2, 0, 'up' as never)).toThrow(
      'dimRoundingMode',
    );
  });
});
