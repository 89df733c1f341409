import { describe, expect, test } from 'vitest';
import type { Kernels, Operand } from '../../../src/backends/kernels.js';
import { backends, check, floats, normal, positive, results, SIZES } from './against-cpu.js';

const update = <Buffer>(weight: Operand<Buffer>, state: Operand<Buffer>[], gradient: Operand<Buffer>) => ({
  weight,
  state,
  gradient,
});

describe('optimizers', () => {
  test('many weights in one call are each updated as alone', () => {
    // Of one element to several chunks, and none.
    const sizes = [1, 40_000, 3, 0, 16_384, 7, 16_385, 64];
    const inputs = sizes.flatMap((size) => [normal(size), normal(size), positive(size), normal(size)]);
    const settings = { stepSize: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, decay: 0.1 };
    const updatesOf = <Buffer>(all: readonly Operand<Buffer>[]) =>
      sizes.map((_, i) => update(all[4 * i], [all[4 * i + 1], all[4 * i + 2]], all[4 * i + 3]));
    const run = (together: boolean) => ({
      inputs,
      run: <Buffer>(kernels: Kernels<Buffer>, all: readonly Operand<Buffer>[]) => {
        if (together) kernels.adamUpdate(updatesOf(all), settings);
        else for (const each of updatesOf(all)) kernels.adamUpdate([each], settings);
      },
    });
    check('adamUpdate of many weights', run(true));
    for (const { backend } of backends) expect(results(run(true), backend)).toEqual(results(run(false), backend));
  });

  test.each(SIZES.filter((size) => size < 6 || size > 60))('of %i weights', (size) => {
    const [weight, gradient, velocity, square] = [normal(size), normal(size), normal(size), positive(size)];
    for (const nesterov of [false, true]) {
      check('sgdUpdate', {
        inputs: [weight, velocity, gradient],
        run: (kernels, [w, v, g]) =>
          kernels.sgdUpdate([update(w, [v], g)], { learningRate: 0.1, momentum: 0.9, nesterov }),
      });
    }
    check('sgdUpdate without momentum', {
      inputs: [weight, gradient],
      run: (kernels, [w, g]) =>
        kernels.sgdUpdate([update(w, [], g)], { learningRate: 0.1, momentum: 0, nesterov: false }),
    });
    for (const decay of [0, 0.004]) {
      const settings = { stepSize: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, decay };
      check('adamUpdate', {
        inputs: [weight, velocity, square, gradient],
        run: (kernels, [w, m, v, g]) => kernels.adamUpdate([update(w, [m, v], g)], settings),
      });
    }
    const rmsprop = { learningRate: 0.01, rho: 0.9, momentum: 0.5, epsilon: 1e-7 };
    check('rmspropUpdate', {
      inputs: [weight, square, velocity, gradient],
      run: (kernels, [w, s, v, g]) => kernels.rmspropUpdate([update(w, [s, v], g)], rmsprop),
    });
    check('rmspropUpdate without momentum', {
      inputs: [weight, square, gradient],
      run: (kernels, [w, s, g]) => kernels.rmspropUpdate([update(w, [s], g)], { ...rmsprop, momentum: 0 }),
    });
    check('adagradUpdate', {
      inputs: [weight, square, gradient],
      run: (kernels, [w, a, g]) => kernels.adagradUpdate([update(w, [a], g)], { learningRate: 0.01, epsilon: 1e-7 }),
    });
  });

  test('moments that decay below the smallest normal number are zero, others are kept', () => {
    const state = floats([5], [1.2e-38, -1.2e-38, 1.4e-38, Number.NaN, -3]);
    const still = floats([5], [0, 0, 0, 0, 0]);
    const adam = { stepSize: 0.01, beta1: 0.9, beta2: 0.9, epsilon: 1e-7, decay: 0 };
    for (const { backend } of backends) {
      const [, first, second] = results(
        {
          inputs: [normal(5), state, state, still],
          run: (kernels, [w, m, v, g]) => kernels.adamUpdate([update(w, [m, v], g)], adam),
        },
        backend,
      );
      const [, velocity] = results(
        {
          inputs: [normal(5), state, still],
          run: (kernels, [w, v, g]) =>
            kernels.sgdUpdate([update(w, [v], g)], { learningRate: 1, momentum: 0.9, nesterov: false }),
        },
        backend,
      );
      const decayed = [
        0,
        0,
        Math.fround(Math.fround(0.9) * Math.fround(1.4e-38)),
        Number.NaN,
        Math.fround(-3 * Math.fround(0.9)),
      ];
      for (const moment of [first, second, velocity]) expect([...moment].map((value) => value + 0)).toEqual(decayed);
    }
  });
});
