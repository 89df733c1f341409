import { inspect } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { withBackend } from '../../src/backends/registry.js';
import { shapesBackend } from '../../src/backends/shapes/index.js';
import { dispose, keep, memory, ones, type Tensor, tensor, tidy, variable } from '../../src/index.js';
import { startBackend } from '../support/backends.js';

beforeAll(() => startBackend('cpu'));

test('console.log shows shape, dtype and values', () => {
  using x = tensor([
    [1, 2],
    [3, 4.5],
  ]);
  expect(inspect(x)).toBe('Tensor float32 [2,2]\n[[  1,   2],\n [  3, 4.5]]');
  expect(inspect({ x: tensor([1], [1], 'int32') })).toBe('{\n  x: Tensor int32 [1]\n  [1]\n}');
});

test('a variable has its name', () => {
  using w = variable(tensor([1, 2]), false, 'frozen');
  expect(inspect(w)).toBe('Variable frozen (not trainable) float32 [2]\n[1, 2]');
});

test('long axes are cut, and nothing is copied', () => {
  using x = ones([1000]);
  const before = memory();
  expect(inspect(x)).toBe('Tensor float32 [1000]\n[1, 1, 1, ..., 1, 1, 1]');
  expect(memory()).toEqual(before);
});

test('tensors that are disposed or not in host memory are not read', () => {
  const x = tensor([1]);
  x.dispose();
  expect(inspect(x)).toBe('Tensor float32 [1] (disposed)');
  expect(withBackend(shapesBackend, () => inspect(ones([3, 2])))).toBe('Tensor float32 [3,2] (a shape without values)');
  using y = tensor([1]);
  const { storage } = y;
  const host = storage.backend;
  const asked: string[] = [];
  const remote = { ...host, name: 'remote', view: undefined, readSync: () => asked.push('read') as never };
  storage.backend = remote;
  expect(inspect(y)).toBe('Tensor float32 [1] (on remote; print() reads it)');
  storage.backend = host;
  expect(asked).toEqual([]);
});

test('containers are searched for named properties of arrays as well', () => {
  const named = Object.assign([tensor([1])], { also: { deep: tensor([2]) } });
  const before = memory().numTensors;
  dispose(named);
  expect(memory().numTensors).toBe(before - 2);
  const kept = tidy(() => Object.assign([] as Tensor[], { only: tensor([3]) }));
  expect(kept.only.isDisposed).toBe(false);
  kept.only.dispose();
  expect(tidy(() => [1, 2, 3])).toEqual([1, 2, 3]);
});

test('a variable starts from numbers too', () => {
  const before = memory().numTensors;
  using w = variable([1, 2], null, null, 'int32');
  expect([w.dtype, ...w.dataSync(), memory().numTensors - before]).toEqual(['int32', 1, 2, 1]);
  expect(() => w.assign([3, 4] as never)).toThrow(`${w.name}: assigned value is [3,4], expected a tensor`);
  expect(() => variable(keep(tensor([1])), true, w.name)).toThrow('is taken');
});
