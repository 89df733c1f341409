import { expect, test } from 'vitest';
import { TaskQueue } from '../../../src/backends/gpu/runtime/queue.js';

test('tasks that do not wait run at once', () => {
  const queue = new TaskQueue();
  expect(queue.push(() => 1)).toBe(1);
  expect(queue.isIdle).toBe(true);
});

test('behind one that waits, all wait, in order', async () => {
  const queue = new TaskQueue();
  const order: number[] = [];
  const first = queue.push(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    order.push(1);
  });
  const second = queue.push(() => order.push(2));
  expect(order).toEqual([]);
  expect(queue.isIdle).toBe(false);
  await Promise.all([first, second]);
  expect(order).toEqual([1, 2]);
  await Promise.resolve();
  expect(queue.isIdle).toBe(true);
  queue.push(() => order.push(3));
  expect(order).toEqual([1, 2, 3]);
});

test('a task that fails lets the next one run', async () => {
  const queue = new TaskQueue();
  const failing = queue.push(async () => {
    throw new Error('no');
  });
  const next = queue.push(() => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
