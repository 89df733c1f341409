import { describe, expect, test } from 'vitest';
import { convGeometry, depthwiseGeometry, type Padding, poolGeometry } from '../../../src/base/geometry.js';
import { dot, expectClose, kernels, noise, operand, result } from './helpers.js';

const WINDOWS: [name: string, strides: [number, number], padding: Padding, dilations: [number, number]][] = [
  ['valid', [1, 1], 'valid', [1, 1]],
  ['same, strided', [2, 3], 'same', [1, 1]],
  ['dilated', [1, 2], 'same', [2, 1]],
  [
    'explicit padding',
    [2, 1],
    [
      [2, 1],
      [0, 3],
    ],
    [1, 2],
  ],
];

describe('sliding windows', () => {
  const plain = { bias: null, activation: null, alpha: 0 };

  test('is a cross-correlation: the filter is not turned around', () => {
    const x = operand([1, 3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const filter = operand([2, 2, 1, 1], [1, 10, 100, 1000]);
    const geometry = convGeometry('conv2d', x.shape, filter.shape, { strides: 1, padding: 'valid' });
    expect(result([1, 2, 2, 1], 'float64', (out) => kernels.conv2d(x, filter, out, geometry, plain))).toEqual([
      5421, 6532, 8754, 9865,
    ]);
    const same = convGeometry('conv2d', x.shape, filter.shape, { strides: 2, padding: 'same' });
    expect(result([1, 2, 2, 1], 'float64', (out) => kernels.conv2d(x, filter, out, same, plain))).toEqual([
      5421, 603, 87, 9,
    ]);
  });

  test('adds the bias before the activation', () => {
    const x = operand([1, 1, 1, 2], [1, 2]);
    const filter = operand([1, 1, 2, 2], [1, -1, 1, -1]);
    const geometry = convGeometry('conv2d', x.shape, filter.shape, { strides: 1, padding: 'valid' });
    const epilogue = { bias: operand([2], [-1, 1]), activation: 'relu' as const, alpha: 0 };
    expect(result([1, 1, 1, 2], 'float64', (out) => kernels.conv2d(x, filter, out, geometry, epilogue))).toEqual([
      2, 0,
    ]);
  });

  describe.each(WINDOWS)('%s', (_, strides, padding, dilations) => {
    test.each([1, 2])('%i group(s): the definition, and gradients that are its adjoints', (groups) => {
      const x = noise([2, 6, 7, 4], 1);
      const filter = noise([3, 2, 4 / groups, 6], 2);
      const g = convGeometry('conv2d', x.shape, filter.shape, { strides, padding, dilations, groups });
      const shape = [g.batch, g.outHeight, g.outWidth, g.outChannels];
      const y = result(shape, 'float64', (out) => kernels.conv2d(x, filter, out, g, plain));

      const expected = y.map((_, flat) => {
        const o = flat % 6;
        const j = Math.floor(flat / 6) % g.outWidth;
        const i = Math.floor(flat / 6 / g.outWidth) % g.outHeight;
        const image = Math.floor(flat / 6 / g.outWidth / g.outHeight);
        const firstChannel = Math.floor(o / (6 / groups)) * (4 / groups);
        let sum = 0;
        for (let p = 0; p < 3; p++) {
          for (let q = 0; q < 2; q++) {
            const row = i * strides[0] + p * dilations[0] - g.padTop;
            const column = j * strides[1] + q * dilations[1] - g.padLeft;
            if (row < 0 || row >= 6 || column < 0 || column >= 7) continue;
            for (let c = 0; c < 4 / groups; c++) {
              const weight = filter.buffer[((p * 2 + q) * (4 / groups) + c) * 6 + o];
              sum += x.buffer[((image * 6 + row) * 7 + column) * 4 + firstChannel + c] * weight;
            }
          }
        }
        return sum;
      });
      expectClose(y, expected);

      const dy = noise(shape, 3);
      const dx = result(x.shape, 'float64', (out) => kernels.conv2dInputGradient(dy, filter, out, g));
      const dFilter = result(filter.shape, 'float64', (out) => kernels.conv2dFilterGradient(x, dy, out, g));
      // ⟨conv(x, f), dy⟩ = ⟨x, dx⟩ = ⟨f, df⟩, for any x, f and dy.
      expect(dot(dx, x.buffer)).toBeCloseTo(dot(y, dy.buffer), 10);
      expect(dot(dFilter, filter.buffer)).toBeCloseTo(dot(y, dy.buffer), 10);
    });

    test('depthwise: equals a grouped convolution, and gradients are adjoints', () => {
      const x = noise([2, 6, 7, 3], 4);
      const filter = noise([3, 2, 3, 2], 5);
      const options = { strides, padding, dilations };
      const g = depthwiseGeometry('depthwiseConv2d', x.shape, filter.shape, options);
      const shape = [g.batch, g.outHeight, g.outWidth, 6];
      const y = result(shape, 'float64', (out) => kernels.depthwiseConv2d(x, filter, out, g));
      const grouped = convGeometry('conv2d', x.shape, [3, 2, 1, 6], { ...options, groups: 3 });
      expectClose(
        y,
        result(shape, 'float64', (out) => kernels.conv2d(x, filter, out, grouped, plain)),
      );
      const dy = noise(shape, 6);
      const dx = result(x.shape, 'float64', (out) => kernels.depthwiseConv2dInputGradient(dy, filter, out, g));
      const dFilter = result(filter.shape, 'float64', (out) => kernels.depthwiseConv2dFilterGradient(x, dy, out, g));
      expect(dot(dx, x.buffer)).toBeCloseTo(dot(y, dy.buffer), 10);
      expect(dot(dFilter, filter.buffer)).toBeCloseTo(dot(y, dy.buffer), 10);
    });

    test('pooling: gradients are adjoints', () => {
      const x = noise([2, 6, 7, 3], 7);
      const options = { strides, padding };
      const g = poolGeometry('maxPool', x.shape, [3, 2], options);
      const shape = [g.batch, g.outHeight, g.outWidth, 3];
      const [dy, values] = [noise(shape, 8), noise(x.shape, 9)];
      const average = result(shape, 'float64', (out) => kernels.avgPool(x, out, g));
      const dx = result(x.shape, 'float64', (out) => kernels.avgPoolGradient(dy, out, g));
      expect(dot(dx, x.buffer)).toBeCloseTo(dot(average, dy.buffer), 10);
      const scattered = result(x.shape, 'float64', (out) => kernels.maxPoolGradient(dy, x, out, g));
      const gathered = result(shape, 'float64', (out) => kernels.maxPoolGather(values, x, out, g));
      expect(dot(scattered, values.buffer)).toBeCloseTo(dot(gathered, dy.buffer), 10);
      // A window on padding alone has no maximum: it reads 0 where maxPool answers −∞.
      const maxima = result(shape, 'float64', (out) => kernels.maxPool(x, out, g));
      const read = result(shape, 'float64', (out) => kernels.maxPoolGather(x, x, out, g));
      expect(read).toEqual(maxima.map((value) => (value === -Infinity ? 0 : value)));
    });
  });

  test('a batch of none gives a filter gradient of zeros', () => {
    const filter = [2, 2, 1, 3];
    const x = operand([0, 4, 4, 1], []);
    const dy = operand([0, 3, 3, 3], []);
    const g = convGeometry('conv2d', x.shape, filter, { strides: 1, padding: 'valid' });
    expect(result(filter, 'float32', (out) => kernels.conv2dFilterGradient(x, dy, out, g))).toEqual(
      new Array(12).fill(0),
    );
  });
});
