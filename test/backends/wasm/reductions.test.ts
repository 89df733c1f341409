import { describe, test } from 'vitest';
import { check, floats, normal, positive, SIZES, whole } from './against-cpu.js';

describe('reductions', () => {
  const VIEWS = [
    ...SIZES.flatMap((size) => [
      [1, size, 1],
      [3, size, 1],
      [1, 5, size],
      [1, size, 3],
    ]),
    [5000, 10, 1],
    [3, 40000, 1],
    [1, 25088, 6],
    [1, 6272, 16],
    [1, 5000, 7],
    [1, 3000, 65],
    [2, 300, 4099],
    [20, 49, 33],
    [1, 1, 50],
  ];

  test.each(['sum', 'mean', 'max', 'min'] as const)('%s', (fn) => {
    // Of values that cancel, a sum's relative error says nothing.
    const make = fn === 'sum' || fn === 'mean' ? positive : normal;
    for (const [outer, size, inner] of VIEWS) {
      check(`${fn} over [${outer},${size},${inner}]`, {
        inputs: [make(outer, size, inner)],
        outputs: [['float32', [outer, 1, inner]]],
        run: (kernels, [x], [out]) => kernels.reduce(fn, x, out, { outer, size, inner }),
      });
    }
  });

  test('a NaN shows in every one', () => {
    for (const fn of ['sum', 'mean', 'max', 'min'] as const) {
      for (const [outer, size, inner] of [
        [1, 70, 1],
        [1, 70, 5],
      ]) {
        const x = normal(outer, size, inner);
        x.values[37] = Number.NaN;
        check(fn, {
          inputs: [x],
          outputs: [['float32', [outer, 1, inner]]],
          run: (kernels, [operand], [out]) => kernels.reduce(fn, operand, out, { outer, size, inner }),
        });
      }
    }
  });

  test('sums of a million equal values keep six digits', () => {
    for (const inner of [1, 4]) {
      const size = 1_000_000 / inner;
      check(`sum over [1,${size},${inner}]`, {
        inputs: [floats([size, inner], new Float32Array(1_000_000).fill(0.1))],
        outputs: [['float32', [1, inner]]],
        run: (kernels, [x], [out]) => kernels.reduce('sum', x, out, { outer: 1, size, inner }),
      });
    }
  });
});

test('argReduce', () => {
  for (const fn of ['argMax', 'argMin'] as const) {
    for (const [outer, size, inner] of [
      [5, 10, 1],
      [3000, 10, 1],
      [3, 7, 5],
      [1, 40000, 1],
      [1, 1, 9],
    ]) {
      const x = whole(9, outer, size, inner);
      if (size === 7) x.values[20] = Number.NaN;
      check(fn, {
        inputs: [x],
        outputs: [['int32', [outer, inner]]],
        run: (kernels, [operand], [out]) => kernels.argReduce(fn, operand, out, { outer, size, inner }),
      });
    }
  }
});
