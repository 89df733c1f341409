import { afterAll, expect, test } from 'vitest';
import { currentBackend, setBackend } from '../../src/backends/registry.js';
import { tensor } from '../../src/index.js';

afterAll(() => setBackend('cpu'));

test('sends the threads of a backend home that was started anew, and leaves it the tensors that it has', async () => {
  await setBackend('wasm', { variant: 'simd', threads: 3 });
  const before = currentBackend();
  const x = tensor([1, 2, 3]);
  await setBackend('wasm', { variant: 'simd', threads: 2 });
  expect(currentBackend()).not.toBe(before);
  expect([before.info().threads, currentBackend().info().threads]).toEqual([1, 2]);
  expect([...x.dataSync()]).toEqual([1, 2, 3]);
  expect([...x.square().dataSync()]).toEqual([1, 4, 9]);
  x.dispose();
});

test('keeps the running backend when no options are given', async () => {
  await setBackend('wasm', { threads: 2 });
  const running = currentBackend();
  await setBackend('cpu');
  await setBackend('wasm');
  expect(currentBackend()).toBe(running);
});

test('leaves everything as it is when the new one cannot start', async () => {
  await setBackend('wasm', { threads: 2 });
  const running = currentBackend();
  await expect(setBackend('wasm', { threads: 0 })).rejects.toThrow(/threads is 0/);
  expect(currentBackend()).toBe(running);
  expect(running.info().threads).toBe(2);
});
