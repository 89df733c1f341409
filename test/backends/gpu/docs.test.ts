import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { conv2d } from '../../../src/backends/gpu/conv2d.js';
import type { Device } from '../../../src/backends/gpu/runtime/device.js';
import type { Program } from '../../../src/backends/gpu/runtime/program.js';
import { convGeometry } from '../../../src/base/geometry.js';

const squeeze = (text: string): string => text.replace(/\s+/g, ' ').trim();

test('the kernels quoted in docs/gpu-kernels.md are the ones that run', () => {
  const programs: Program[] = [];
  const kernels = conv2d({ launch: (program: Program) => programs.push(program) } as unknown as Device);
  const geometry = convGeometry('conv2d', [1, 4, 4, 2], [3, 3, 2, 2], { strides: 1, padding: 'same' });
  const operand = { shape: [2], dtype: 'float32', size: 2, buffer: null as never } as const;
  kernels.conv2d(operand, operand, operand, geometry, { bias: operand, activation: 'relu', alpha: 0 });
  kernels.conv2dInputGradient(operand, operand, operand, geometry);
  kernels.conv2dFilterGradient(operand, operand, operand, geometry);
  const sources = programs.map(({ source }) => squeeze(source));

  const page = readFileSync(new URL('../../../docs/gpu-kernels.md', import.meta.url), 'utf8');
  const quotes = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(([, quote]) => squeeze(quote));
  expect(quotes.length).toBeGreaterThan(5);
  for (const quote of quotes) {
    const found = sources.some((source) => source.includes(quote));
    expect(found, quote).toBe(true);
  }
});
