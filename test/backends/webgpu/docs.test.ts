import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { batchNorm } from '../../../src/backends/webgpu/batch-norm.js';
import { conv2d } from '../../../src/backends/webgpu/conv2d.js';
import { matMul } from '../../../src/backends/webgpu/matmul.js';
import { optimizers } from '../../../src/backends/webgpu/optimizers.js';
import type { Device } from '../../../src/backends/webgpu/runtime/device.js';
import { type Program, shaderOf } from '../../../src/backends/webgpu/runtime/program.js';
import { convGeometry } from '../../../src/base/geometry.js';

const squeeze = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Every shader of a convolution with even channels, its gradients, a product, moments and Adam. */
function shaders(): string[] {
  const programs: Program[] = [];
  const device = {
    launch: (_: string, program: () => Program) => programs.push(program()),
    withScratch: (sizes: readonly number[], use: (...scratch: null[]) => void) => use(...sizes.map(() => null)),
  } as unknown as Device;
  const operand = { shape: [2, 64], dtype: 'float32', size: 2 ** 20, buffer: null as never } as const;
  const geometry = convGeometry('conv2d', [8, 32, 32, 64], [3, 3, 64, 64], { strides: 2, padding: 'same' });
  const finish = { bias: operand, activation: 'relu', alpha: 0 } as const;
  conv2d(device).conv2d(operand, operand, operand, geometry, finish);
  conv2d(device).conv2dInputGradient(operand, operand, operand, geometry);
  conv2d(device).conv2dFilterGradient(operand, operand, operand, geometry);
  const narrow = convGeometry('conv2d', [8, 28, 28, 1], [5, 5, 1, 6], { strides: 1, padding: 'same' });
  conv2d(device).conv2d(operand, operand, operand, narrow, finish);
  const product = { batch: 1, m: 512, k: 512, n: 512, transposeA: false, transposeB: false, batchA: [0], batchB: [0] };
  matMul(device).matMul(operand, operand, operand, product, finish);
  batchNorm(device).batchMoments(operand, operand);
  const settings = { stepSize: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, decay: 0 };
  optimizers(device).adamUpdate([{ weight: operand, state: [operand, operand], gradient: operand }], settings);
  return programs.map((program) => squeeze(shaderOf(program)));
}

test('the shaders quoted in docs/webgpu.md are the ones that run', () => {
  const sources = shaders();
  const page = readFileSync(new URL('../../../docs/webgpu.md', import.meta.url), 'utf8');
  const quotes = [...page.matchAll(/```wgsl\n([\s\S]*?)```/g)].map(([, quote]) => squeeze(quote));
  expect(quotes.length).toBeGreaterThan(7);
  for (const quote of quotes) {
    const found = sources.some((source) => source.includes(quote));
    expect(found, quote).toBe(true);
  }
});
