import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import '../../src/backends/default.js';
import { plotCommand } from '../../src/cli/commands/plot.js';
import { parseXml, texts } from '../plots/xml.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nabla-plot-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Run the command and return its output. */
async function plot(...args: string[]): Promise<string> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    await plotCommand().parseAsync(args, { from: 'user' });
    return log.mock.calls.flat().join('\n');
  } finally {
    log.mockRestore();
  }
}

test('writes an SVG with the requested parts', async () => {
  const out = join(folder, 'resnet50.svg');
  expect(await plot('resnet50_keras', '--out', out, '--fold', '--theme', 'dark')).toBe(out);
  const shown = texts(parseXml(readFileSync(out, 'utf8')));
  expect(shown).toContain('conv2_block1');
  expect(shown).not.toContain('conv2_block1_1_conv');

  const bytes = JSON.parse(
    await plot('vgg16_48', '--out', out, '--no-shapes', '--fold', 'block1_', 'block2_', '--json'),
  );
  expect(bytes).toEqual({ file: out, bytes: readFileSync(out).length });
  const blocks = texts(parseXml(readFileSync(out, 'utf8')));
  expect(blocks).toContain('block2');
  expect(blocks).toContain('block3_conv1');
  expect(blocks).not.toContain('12×12×256');
});

test('refuses other files and models that are not there', async () => {
  await expect(plot('lenet5', '--out', join(folder, 'a.jpg'))).rejects.toThrow(
    'expected a file name ending in .svg or .png',
  );
  await expect(plot('lenet6', '--out', join(folder, 'a.svg'))).rejects.toThrow(
    'lenet6: neither a file nor the name of a model',
  );
});
