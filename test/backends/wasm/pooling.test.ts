import { describe, test } from 'vitest';
import { poolGeometry } from '../../../src/base/geometry.js';
import type { Shape } from '../../../src/base/shape.js';
import { check, normal, whole } from './against-cpu.js';

const POOLS = [
  { size: 2, strides: 2, padding: 'valid' },
  { size: 2, strides: 2, padding: 'same' },
  { size: 2, strides: 1, padding: 'valid' },
  { size: 3, strides: 2, padding: 'same' },
  { size: 3, strides: 1, padding: 'same' },
  { size: [2, 3], strides: [3, 2], padding: 'valid' },
  { size: 2, strides: 2, padding: 'valid', dilations: 2 },
  {
    size: 3,
    strides: 2,
    padding: [
      [3, 0],
      [0, 3],
    ],
  },
] as const;

describe.each(POOLS)('pooling %j', ({ size, ...options }) => {
  const images = [1, 2, 3, 4, 5, 6, 7, 16, 19, 33].flatMap((channels) => [
    [3, 8, 10, channels],
    [2, 7, 5, channels],
  ]);
  images.push([40, 28, 28, 6], [3, 60, 60, 10]);
  const each = (f: (x: Shape, y: Shape, geometry: ReturnType<typeof poolGeometry>) => void): void => {
    for (const x of images) {
      const geometry = poolGeometry('pool', x, size, options);
      f(x, [x[0], geometry.outHeight, geometry.outWidth, x[3]], geometry);
    }
  };

  test('avgPool and its gradient', () => {
    each((x, y, geometry) => {
      check(`avgPool of [${x}]`, {
        inputs: [normal(...x)],
        outputs: [['float32', y]],
        run: (kernels, [operand], [out]) => kernels.avgPool(operand, out, geometry),
      });
      check(`avgPoolGradient of [${x}]`, {
        inputs: [normal(...y)],
        outputs: [['float32', x]],
        run: (kernels, [dy], [out]) => kernels.avgPoolGradient(dy, out, geometry),
      });
    });
  });

  test('maxPool, its gradient and its gather: the first of equals, NaN over all', () => {
    each((x, y, geometry) => {
      const values = whole(4, ...x);
      for (let i = 0; x[1] === 7 && i < values.values.length; i += 11) values.values[i] = Number.NaN;
      check(`maxPool of [${x}]`, {
        inputs: [values],
        outputs: [['float32', y]],
        run: (kernels, [operand], [out]) => kernels.maxPool(operand, out, geometry),
      });
      check(`maxPoolGradient of [${x}]`, {
        inputs: [normal(...y), values],
        outputs: [['float32', x]],
        run: (kernels, [dy, operand], [out]) => kernels.maxPoolGradient(dy, operand, out, geometry),
      });
      check(`maxPoolGather of [${x}]`, {
        inputs: [normal(...x), values],
        outputs: [['float32', y]],
        run: (kernels, [from, operand], [out]) => kernels.maxPoolGather(from, operand, out, geometry),
      });
    });
  });
});
