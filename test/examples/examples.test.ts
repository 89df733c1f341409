import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';

/* Every program in examples/ runs, at a small size, and its last numbers are as good as they should be. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'examples');
vi.stubEnv('QUICK', '1');

/** Run a program and return what it printed. */
async function outputOf(name: string): Promise<string> {
  const printed: string[] = [];
  const log = vi
    .spyOn(console, 'log')
    .mockImplementation((...values) => void printed.push(values.map(format).join(' ')));
  try {
    await import(join(folder, `${name}.ts`));
  } finally {
    log.mockRestore();
  }
  return printed.join('\n');
}

const format = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

/** The number behind the last place where the text has these words. */
function numberAfter(text: string, words: string): number {
  const [, found] = text.slice(text.lastIndexOf(words)).match(/^\D*?(-?[\d.]+)/) ?? [];
  if (!text.includes(words) || found === undefined) throw new Error(`no number after '${words}' in:\n${text}`);
  return Number(found);
}

const CHECKS: Readonly<Record<string, (output: string) => void>> = {
  gradients(output) {
    expect(numberAfter(output, 'y = ')).toBeCloseTo(3, 1);
    expect(output).toContain("tanh' 0.4200 1.0000 0.0707\n1 − tanh² 0.4200 1.0000 0.0707");
  },
  'training-loop'(output) {
    expect(numberAfter(output, 'accuracy')).toBeGreaterThan(0.95);
    const tensors = [...output.matchAll(/(\d+) tensors/g)].map(([, count]) => count);
    expect(new Set(tensors).size).toBe(1);
  },
  'custom-objects'(output) {
    expect(output).toContain('loaded: Polynomial, Dense');
    expect(numberAfter(output, 'loss')).toBeLessThan(0.05);
  },
  'transfer-learning'(output) {
    expect(numberAfter(output, 'fine-tuned, accuracy')).toBeGreaterThan(0.7);
  },
  'subclassed-model'(output) {
    expect(numberAfter(output, 'denoised')).toBeLessThan(numberAfter(output, 'noisy') * 0.6);
  },
  gan(output) {
    expect(numberAfter(output, 'after: distance')).toBeLessThan(0.1);
    expect(numberAfter(output, 'after: distance')).toBeLessThan(numberAfter(output, 'before: distance') / 3);
  },
  'image-folder'(output) {
    expect(output).toContain('150 pictures to train on, 50 to validate: circles, crosses, squares');
    expect(numberAfter(output, 'validation accuracy')).toBeGreaterThan(0.6);
  },
  'unet-segmentation'(output) {
    expect(numberAfter(output, 'disc: intersection over union')).toBeGreaterThan(0.3);
  },
  'convolution-benchmark'(output) {
    expect(numberAfter(output, 'gradients with respect to the image and the kernel:')).toBeGreaterThan(0);
  },
};

describe.each(Object.entries(CHECKS))('%s', (name, check) => {
  test('runs', async () => check(await outputOf(name)));
});

test('every program is run, and the README links to it', () => {
  const names = readdirSync(folder).map((name) => name.replace('.ts', ''));
  expect(names.filter((name) => name !== 'web-worker').sort()).toEqual(Object.keys(CHECKS).sort());
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  expect(readdirSync(folder).filter((name) => !readme.includes(`](examples/${name}`))).toEqual([]);
});
