import { describe, test } from 'vitest';
import type { Shape } from '../../../src/base/shape.js';
import { booleans, check, integers, normal } from './against-cpu.js';

describe.each(['float32', 'int32', 'bool'] as const)('moving %s', (dtype) => {
  const makers = { float32: normal, int32: (...shape: number[]) => integers(99, ...shape), bool: booleans };
  const make = makers[dtype];

  test('transpose', () => {
    const cases: [Shape, number[]][] = [
      [
        [5, 7],
        [1, 0],
      ],
      [
        [130, 67],
        [1, 0],
      ],
      [
        [300, 200],
        [1, 0],
      ],
      [
        [2, 9, 11, 3],
        [0, 3, 1, 2],
      ],
      [
        [2, 3, 9, 21],
        [0, 2, 3, 1],
      ],
      [
        [3, 4, 5, 6],
        [3, 2, 1, 0],
      ],
      [
        [3, 4, 5, 6],
        [2, 0, 3, 1],
      ],
      [
        [20, 30, 40],
        [0, 2, 1],
      ],
      [
        [1, 40],
        [1, 0],
      ],
    ];
    for (const [shape, permutation] of cases) {
      check(`transpose of [${shape}] to [${permutation}]`, {
        inputs: [make(...shape)],
        outputs: [[dtype, permutation.map((axis) => shape[axis])]],
        run: (kernels, [x], [out]) => kernels.transpose(x, out, permutation),
      });
    }
  });

  test('concat', () => {
    for (const [axis, shapes] of [
      [
        3,
        [
          [2, 5, 5, 3],
          [2, 5, 5, 6],
          [2, 5, 5, 1],
        ],
      ],
      [0, [[20000], [3], [17001]]],
      [
        1,
        [
          [3, 2, 7],
          [3, 0, 7],
          [3, 5, 7],
        ],
      ],
    ] as const) {
      const out = [...shapes[0]] as number[];
      out[axis] = shapes.reduce((sum, shape) => sum + (shape as Shape)[axis], 0);
      check(`concat along ${axis}`, {
        inputs: shapes.map((shape) => make(...shape)),
        outputs: [[dtype, out]],
        run: (kernels, parts, [joined]) => kernels.concat(parts, joined, axis),
      });
    }
  });

  test('slice, its gradient, pad, reverse, broadcast', () => {
    const cases: { x: Shape; begin: number[]; strides: number[]; size: Shape }[] = [
      { x: [9, 11], begin: [1, 2], strides: [1, 1], size: [4, 7] },
      { x: [9, 11], begin: [0, 1], strides: [3, 2], size: [3, 5] },
      { x: [3, 20, 20, 5], begin: [1, 2, 3, 0], strides: [1, 1, 1, 1], size: [2, 10, 11, 5] },
      { x: [50000], begin: [3], strides: [1], size: [40001] },
      { x: [200, 300], begin: [0, 0], strides: [2, 2], size: [100, 150] },
    ];
    for (const { x, begin, strides, size } of cases) {
      check(`slice of [${x}]`, {
        inputs: [make(...x)],
        outputs: [[dtype, size]],
        run: (kernels, [operand], [out]) => kernels.slice(operand, out, begin, strides),
      });
      check(`sliceGradient of [${x}]`, {
        inputs: [make(...size)],
        outputs: [[dtype, x]],
        run: (kernels, [operand], [out]) => kernels.sliceGradient(operand, out, begin, strides),
      });
      check(`pad to [${x}]`, {
        inputs: [make(...size)],
        outputs: [[dtype, x]],
        run: (kernels, [operand], [out]) =>
          kernels.pad(
            operand,
            out,
            begin.map((count, axis) => Math.min(count, x[axis] - size[axis])),
            1,
          ),
      });
      for (const axes of [[0], x.map((_, axis) => axis)]) {
        check(`reverse [${axes}] of [${x}]`, {
          inputs: [make(...x)],
          outputs: [[dtype, x]],
          run: (kernels, [operand], [out]) => kernels.reverse(operand, out, axes),
        });
      }
    }
    for (const [from, to] of [
      [[], [7]],
      [[1], [3, 3]],
      [
        [5, 1],
        [5, 9],
      ],
      [
        [1, 6],
        [5000, 6],
      ],
      [
        [20, 1, 3],
        [20, 500, 3],
      ],
    ]) {
      check(`broadcast of [${from}] to [${to}]`, {
        inputs: [make(...from)],
        outputs: [[dtype, to]],
        run: (kernels, [operand], [out]) => kernels.broadcast(operand, out),
      });
    }
  });
});
