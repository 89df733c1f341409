import { beforeAll, describe, expect, test } from 'vitest';
import { benchCommand } from '../../src/cli/commands/bench.js';
import { memory } from '../../src/index.js';
import { startBackend } from '../support/backends.js';
import { run } from './support.js';

beforeAll(() => startBackend('cpu'));

const bench = (...args: string[]) => run(benchCommand().exitOverride(), [...args, '--runs', '1', '--json']);

const SMALL = ['--batch', '2', '--size', '9x7', '--channels', '4'];

describe('nabla bench', () => {
  test('times a convolution of any geometry and both gradients, and frees its tensors', async () => {
    const before = memory().numTensors;
    const geometry = ['--filters', '6', '--window', '3x2', '--strides', '2x1', '--dilations', '1x2', '--groups', '2'];
    const text = await bench('conv2d', ...SMALL, ...geometry, '--padding', 'valid', '--backend', 'cpu', 'wasm');
    const { description, rows, peaks } = JSON.parse(text);
    // ⌊(9 − 3) / 2⌋ + 1 rows, and columns of windows that are 3 wide with their gap.
    expect(description).toBe(
      'x [2,9,7,4], filter [3,2,2,6], output [2,4,5,6], strides 2×1, padding valid, dilations 1×2, 2 groups',
    );
    const kernels = ['conv2d', 'gradient of x', 'gradient of filter'];
    expect(rows.map(({ kernel }: { kernel: string }) => kernel)).toEqual([...kernels, ...kernels]);
    expect(rows[0].backend).toMatch(/^cpu /);
    expect(rows[3].backend).toMatch(/^wasm /);
    // A kernel as small as this is bound by its bytes or its products, whichever takes longer at the measured rates.
    expect(rows[0].ofPeak).toBe(null);
    const { without, gflops, gigabytesPerSecond, ofPeak } = rows[3];
    const bytes = gigabytesPerSecond * without * 1e6;
    const rate = peaks.copies.find((copy: { bytes: number }) => copy.bytes >= bytes).gigabytesPerSecond;
    expect(ofPeak).toBeCloseTo(Math.max(gflops / peaks.gflops, gigabytesPerSecond / rate), 9);
    // 2 · 2·4·5·6 outputs · 3·2·2 products each
    for (const { gflops, without } of rows) expect(gflops * without * 1e6).toBeCloseTo(2 * 240 * 12, 6);
    expect(memory().numTensors).toBe(before);
  });

  test('times depthwise convolutions and matrix products', async () => {
    const depthwise = JSON.parse(await bench('depthwise-conv2d', ...SMALL, '--filters', '2', '--backend', 'cpu'));
    expect(depthwise.description).toContain('filter [3,3,4,2], output [2,9,7,8]');
    const product = JSON.parse(await bench('matmul', '--product', '3x4x5', '--backend', 'cpu'));
    expect(product.description).toBe('a [3,4], b [4,5]');
    expect(product.rows[1].gflops * product.rows[1].without * 1e6).toBeCloseTo(2 * 3 * 4 * 5, 6);
  });

  test('refuses what no convolution has, and a backend that does not exist', async () => {
    await expect(bench('conv2d', ...SMALL, '--groups', '3')).rejects.toThrow('channels');
    await expect(bench('conv2d', '--size', '3x3x3')).rejects.toThrow('one or two integers');
    await expect(bench('conv2d', '--backend', 'abacus')).rejects.toThrow('expected one of wasm, cpu, gpu, webgpu, all');
  });
});
