import { describe, expect, test } from 'vitest';
import { expectClose, kernels, operand } from './helpers.js';

describe('optimizers', () => {
  const g = operand([2], [2, -4]);
  const weight = () => operand([2], [1, 1]);

  test('sgd: plain, with momentum, with Nesterov', () => {
    const w = weight();
    kernels.sgdUpdate([{ weight: w, state: [], gradient: g }], { learningRate: 0.5, momentum: 0, nesterov: false });
    expect([...w.buffer]).toEqual([0, 3]);
    for (const nesterov of [false, true]) {
      const moving = weight();
      const velocity = operand([2], [4, 0]);
      kernels.sgdUpdate([{ weight: moving, state: [velocity], gradient: g }], {
        learningRate: 0.5,
        momentum: 0.5,
        nesterov,
      });
      expect([...velocity.buffer]).toEqual([1, 2]);
      expect([...moving.buffer]).toEqual(nesterov ? [0.5, 4] : [2, 3]);
    }
  });

  test('adam, and decay apart from the gradient', () => {
    const settings = { stepSize: 0.5, beta1: 0.5, beta2: 0.75, epsilon: 1, decay: 0.25 };
    const [w, m, v] = [weight(), operand([2], [2, 0]), operand([2], [0, 0])];
    kernels.adamUpdate([{ weight: w, state: [m, v], gradient: g }], settings);
    expect([...m.buffer]).toEqual([2, -2]);
    expect([...v.buffer]).toEqual([1, 4]);
    expectClose(w.buffer, [0.75 - 0.5, 0.75 + 1 / 3]);
  });

  test('rmsprop, with and without momentum', () => {
    const settings = { learningRate: 0.5, rho: 0.75, momentum: 0.5, epsilon: 3 };
    const [w, s] = [weight(), operand([2], [0, 0])];
    kernels.rmspropUpdate([{ weight: w, state: [s], gradient: g }], settings);
    expect([...s.buffer]).toEqual([1, 4]);
    expectClose(w.buffer, [0.5, 1 + 2 / Math.sqrt(7)]);
    const [moving, velocity] = [weight(), operand([2], [1, 1])];
    kernels.rmspropUpdate([{ weight: moving, state: [operand([2], [0, 0]), velocity], gradient: g }], settings);
    expectClose(velocity.buffer, [1, 0.5 - 2 / Math.sqrt(7)]);
    expectClose(moving.buffer, [0, 0.5 + 2 / Math.sqrt(7)]);
  });

  test('adagrad', () => {
    const [w, accumulator] = [weight(), operand([2], [0, 9])];
    kernels.adagradUpdate([{ weight: w, state: [accumulator], gradient: g }], { learningRate: 0.5, epsilon: 0 });
    expect([...accumulator.buffer]).toEqual([4, 25]);
    expectClose(w.buffer, [0.5, 1.4]);
  });
});
