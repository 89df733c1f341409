import { afterAll, expect, test } from 'vitest';
import { cpuBackend } from '../../src/backends/cpu/index.js';
import { backendInfo, currentBackend, registerBackend, setBackend } from '../../src/backends/registry.js';
import { tensor } from '../../src/index.js';

afterAll(() => setBackend('cpu'));

test('stops the threads of a backend that was restarted, which keeps its tensors', async () => {
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

test('changes nothing when the new one cannot start', async () => {
  await setBackend('wasm', { threads: 2 });
  const running = currentBackend();
  await expect(setBackend('wasm', { threads: 0 })).rejects.toThrow(/threads is 0/);
  expect(currentBackend()).toBe(running);
  expect(running.info().threads).toBe(2);
});

test('auto stays on wasm without nabla/webgpu, and says why until another backend is chosen', async () => {
  await setBackend('auto');
  expect(backendInfo().name).toBe('wasm');
  expect(backendInfo().notes).toContain("webgpu needs import 'nabla/webgpu'");
  await setBackend('wasm');
  expect(backendInfo().notes).not.toContain("webgpu needs import 'nabla/webgpu'");
});

test('auto keeps small models on wasm, whatever GPU there is', async () => {
  registerBackend('webgpu', () => {
    throw new Error('no adapter');
  });
  await setBackend('auto', { parameters: 107_786 });
  expect(backendInfo().name).toBe('wasm');
  expect(backendInfo().notes).toContain('webgpu is for models of 1000000 weights or more, this one has 107786');
  await setBackend('auto', { parameters: 5_000_000 });
  expect(backendInfo().name).toBe('wasm');
  expect(backendInfo().notes).toContain('no adapter');
});

test('auto chooses webgpu for a large model, and skips software devices', async () => {
  let disposed = 0;
  const device = (isSoftware: boolean) => () => ({
    ...cpuBackend(),
    name: 'webgpu',
    info: () => ({ name: 'webgpu', variant: 'a device', threads: 1, notes: [], isSoftware }),
    dispose: () => void disposed++,
  });
  registerBackend('webgpu', device(true));
  await setBackend('auto', { parameters: 5_000_000 });
  expect(backendInfo().name).toBe('wasm');
  expect(backendInfo().notes).toContain('a device is software, and slower than wasm');
  expect(disposed).toBe(1);
  registerBackend('webgpu', device(false));
  await setBackend('auto', { parameters: 5_000_000 });
  expect(backendInfo()).toMatchObject({ name: 'webgpu', notes: [] });
});

test('auto has no other options', async () => {
  await expect(setBackend('auto', { threads: 2 })).rejects.toThrow(
    /auto: there is no option threads, expected parameters/,
  );
  await expect(setBackend('auto', { parameters: -1 })).rejects.toThrow(/auto: parameters is -1/);
});
