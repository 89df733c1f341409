import { afterEach, expect, test, vi } from 'vitest';
import { ReadBack } from '../../../src/backends/webgpu/runtime/readback.js';

afterEach(() => vi.unstubAllGlobals());

/** Reads four bytes that take 30 ms, and counts what is submitted meanwhile. */
async function submissionsWhileReading(userAgent: string): Promise<number> {
  vi.stubGlobal('navigator', { userAgent });
  let submissions = 0;
  const buffer = {
    size: 256,
    mapAsync: () => new Promise<void>((resolve) => setTimeout(resolve, 30)),
    getMappedRange: () => new ArrayBuffer(4),
    unmap: () => {},
  };
  const device = { createBuffer: () => buffer, queue: { submit: () => submissions++ } };
  const readBack = new ReadBack(device as unknown as GPUDevice);
  const values = await readBack.read(readBack.take(4), 4);
  expect(values.byteLength).toBe(4);
  // The buffer is the next reader's.
  expect(readBack.take(100)).toBe(buffer);
  expect(readBack.count).toBe(1);
  return submissions;
}

test('Firefox, which looks for answers every 100 ms, is given something to do', async () => {
  expect(await submissionsWhileReading('Mozilla/5.0 Gecko/20100101 Firefox/141.0')).toBeGreaterThan(2);
});

test('other browsers are not affected', async () => {
  expect(await submissionsWhileReading('Mozilla/5.0 Chrome/140.0.0.0')).toBe(0);
});
