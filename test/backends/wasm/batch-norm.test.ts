import { describe, expect, test } from 'vitest';
import type { Shape } from '../../../src/base/shape.js';
import { backends, type Call, check, expected, normal, positive, results } from './against-cpu.js';

describe('batch norm', () => {
  const SHAPES: Shape[] = [
    ...Array.from({ length: 40 }, (_, i) => [37, i + 1]),
    [25088, 6],
    [5, 7, 7, 100],
    [3000, 65],
    [70000, 1],
    [2, 1111],
    [1, 5],
    [1000, 64],
  ];

  test('batchMoments, also of values far from 0', () => {
    for (const shape of SHAPES) {
      for (const offset of [0, 1000]) {
        const x = normal(...shape);
        check(`batchMoments of [${shape}] around ${offset}`, {
          inputs: [{ ...x, values: x.values.map((value) => value + offset) }],
          outputs: [['float32', [2, shape.at(-1)!]]],
          run: (kernels, [operand], [out]) => kernels.batchMoments(operand, out),
        });
      }
    }
  });

  test('the variance of 1000 + noise is right to six digits', () => {
    const [rows, channels] = [20000, 3];
    const x = normal(rows, channels);
    const call: Call = {
      inputs: [{ ...x, values: x.values.map((value) => value + 1000) }],
      outputs: [['float32', [2, channels]]],
      run: (kernels, [operand], [out]) => kernels.batchMoments(operand, out),
    };
    const wanted = expected(call)[1];
    for (const { backend } of backends) {
      const actual = results(call, backend)[1];
      for (let c = channels; c < 2 * channels; c++) expect(Math.abs(actual[c] / wanted[c] - 1)).toBeLessThan(1e-6);
    }
  });

  test('batchNorm, its sums and the gradient of its input', () => {
    for (const shape of SHAPES) {
      const channels = shape.at(-1)!;
      const [x, dy, gamma, beta, sums] = [
        normal(...shape),
        normal(...shape),
        ...[1, 1, 2].map((n) => normal(n, channels)),
      ];
      const moments = positive(2, channels);
      for (const activation of [null, 'relu', 'relu6'] as const) {
        check(`batchNorm and ${activation} of [${shape}]`, {
          inputs: [x, moments, gamma, beta],
          outputs: [['float32', shape]],
          run: (kernels, [operand, m, g, b], [out]) =>
            kernels.batchNorm(operand, m, g, b, out, 1e-3, { residual: null, activation }),
        });
        check(`batchNorm, sum and ${activation} of [${shape}]`, {
          inputs: [x, moments, gamma, beta, dy],
          outputs: [['float32', shape]],
          run: (kernels, [operand, m, g, b, residual], [out]) =>
            kernels.batchNorm(operand, m, g, b, out, 1e-3, { residual, activation }),
        });
        check(`batchNormSums behind ${activation} of [${shape}]`, {
          inputs: [dy, x, moments, gamma, beta],
          outputs: [['float32', [2, channels]]],
          run: (kernels, [gradient, operand, m, g, b], [out]) =>
            kernels.batchNormSums(gradient, operand, m, out, 1e-3, activation && { activation, gamma: g, beta: b }),
        });
        check(`batchNormInputGradient behind ${activation} of [${shape}]`, {
          inputs: [dy, x, moments, gamma, sums, beta],
          outputs: [['float32', shape]],
          run: (kernels, [gradient, operand, m, g, s, b], [out]) =>
            kernels.batchNormInputGradient(
              gradient,
              operand,
              m,
              g,
              s,
              out,
              1e-3,
              activation && { activation, gamma: g, beta: b },
            ),
        });
      }
    }
  });
});
