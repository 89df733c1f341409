import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lenet5Step } from '../../../bench/webgpu/lenet5-step.js';
import { disposeVariables, setBackend } from '../../../src/index.js';
import { type DeviceCounts, webgpuInfo } from '../../../src/webgpu.js';
import { HAS_WEBGPU, NEEDS, startWebGpu } from './start.js';

/*
 * Host cost of a training step, in counts: Dawn's null device checks every call and does nothing. Times are
 * measured by bench/webgpu/overhead.ts.
 */

afterAll(() => setBackend('cpu'));

describe.skipIf(!HAS_WEBGPU)(`a step of LeNet-5 on the null device${NEEDS}`, () => {
  const steps: DeviceCounts['made'][] = [];

  beforeAll(async () => {
    await startWebGpu('null');
    const step = lenet5Step();
    let before = webgpuInfo().counts.made;
    for (let i = 0; i < 40; i++) {
      const loss = step();
      await loss.data();
      loss.dispose();
      const { made } = webgpuInfo().counts;
      steps.push({
        buffers: made.buffers - before.buffers,
        bindGroups: made.bindGroups - before.bindGroups,
        kernels: made.kernels - before.kernels,
        submits: made.submits - before.submits,
      });
      before = made;
    }
    disposeVariables();
  });

  test('makes no buffer from the third on', () => {
    for (const { buffers } of steps.slice(2)) expect(buffers).toBe(0);
  });

  test('makes no bind group once the pool has come to rest', () => {
    for (const { bindGroups } of steps.slice(-10)) expect(bindGroups).toBe(0);
  });

  test('submits six times at most', () => {
    for (const { submits } of steps.slice(2)) expect(submits).toBeLessThanOrEqual(6);
  });

  test('runs at most 80 kernels: one for each weight in Adam', () => {
    for (const { kernels } of steps.slice(2)) expect(kernels).toBeLessThanOrEqual(80);
  });

  test('compiles fewer than 50 programs, all of them in the first steps', () => {
    expect(webgpuInfo().counts.pipelines).toBeLessThan(50);
  });
});
