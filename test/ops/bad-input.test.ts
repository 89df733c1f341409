import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BackendError, DTypeError, ValueError } from '../../src/base/errors.js';
import * as nabla from '../../src/index.js';
import { startBackend } from '../support/backends.js';
import { creation } from './wrong-calls/creation.js';
import { functions } from './wrong-calls/functions.js';
import { gradients } from './wrong-calls/gradients.js';
import { highLevel } from './wrong-calls/high-level.js';
import { images } from './wrong-calls/images.js';
import { lifetime } from './wrong-calls/lifetime.js';
import { shapes } from './wrong-calls/shapes.js';
import type { Given } from './wrong-calls/wrong-call.js';

const WRONG = { creation, shapes, functions, images, lifetime, gradients, highLevel };

describe.each(Object.entries(WRONG))('%s', (_, calls) => {
  beforeAll(() => startBackend('cpu'));

  test.each(calls.map(([call, error, message]) => ({ call, error, message })))(
    '$message',
    ({ call, error, message }) => {
      const vector = nabla.tensor([1, 2, 3]);
      const disposed = nabla.tensor([1, 2, 3]);
      disposed.dispose();
      const given: Given = {
        vector,
        matrix: nabla.tensor([
          [1, 2],
          [3, 4],
        ]),
        images: nabla.ones([1, 4, 4, 2]),
        filter: nabla.ones([3, 3, 2, 5]),
        integers: nabla.tensor([0, 1, 2], [3], 'int32'),
        booleans: nabla.tensor([true, false, true]),
        doubles: nabla.ones([2, 2], 'float64'),
        disposed,
        weight: nabla.variable(vector, true, 'bad-input/weight'),
      };
      const before = nabla.memory();
      try {
        // In a tidy, which frees what the call itself has made for its arguments; nothing must slip out of it.
        const wrong = () => nabla.tidy(() => call(given));
        expect(wrong).toThrow(error);
        expect(wrong).toThrow(message);
        expect(nabla.memory()).toEqual(before);
        for (const tensor of Object.values(given)) expect(tensor.isDisposed).toBe(tensor === disposed);
      } finally {
        nabla.dispose({ ...given });
      }
    },
  );
});

describe('backends', () => {
  afterAll(() => startBackend('cpu'));

  test('an unknown one, which leaves the current one running', async () => {
    await startBackend('cpu');
    await expect(nabla.setBackend('abacus')).rejects.toThrow(BackendError);
    await expect(nabla.setBackend('abacus')).rejects.toThrow("setBackend: name is 'abacus', expected one of");
    expect(nabla.getBackend()).toBe('cpu');
  });

  test('float64 on wasm', async () => {
    await startBackend('cpu');
    const double = nabla.ones([2], 'float64');
    await startBackend('wasm');
    const before = nabla.memory();
    const message = "float64 tensors are not supported by the wasm backend; setBackend('cpu') supports them";
    for (const call of [
      () => nabla.zeros([2], 'float64'),
      () => nabla.add(double, 1),
      () => nabla.cast(nabla.scalar(1), 'float64'),
    ]) {
      expect(() => nabla.tidy(call)).toThrow(DTypeError);
      expect(() => nabla.tidy(call)).toThrow(message);
    }
    expect(nabla.memory()).toEqual(before);
    expect([...double.dataSync()]).toEqual([1, 1]);
    double.dispose();
  });

  test('threads that are none', async () => {
    await startBackend('wasm');
    for (const threads of [0, -1, 1.5, Number.NaN]) expect(() => nabla.setThreads(threads)).toThrow(ValueError);
    await startBackend('cpu');
    expect(() => nabla.setThreads(2)).toThrow(BackendError);
  });
});
