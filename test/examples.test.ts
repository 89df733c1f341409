import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import * as nabla from '../src/index.js';
import { startBackend } from './support/backends.js';

/* Docstrings whose example ends in a comment with numbers, `@example cumsum([1, 2, 3]) // [1, 3, 6]`, give these numbers. */

const source = fileURLToPath(new URL('../src/', import.meta.url));
const FOLDERS = ['autograd', 'losses', 'tensor/ops'];

function valuesOf(result: unknown): unknown {
  if (!(result instanceof nabla.Tensor)) throw new Error(`gives ${String(result)}, expected a tensor`);
  return JSON.parse(JSON.stringify(result.arraySync()), (_, value) => (typeof value === 'boolean' ? +value : value));
}

/** Rounded to the four decimals that examples have. */
const rounded = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(rounded) : Math.round((value as number) * 1e4) / 1e4 + 0;

beforeAll(() => startBackend('cpu'));

describe.each(FOLDERS)('src/%s', (folder) => {
  for (const file of readdirSync(join(source, folder)).filter((name) => name.endsWith('.ts'))) {
    const text = readFileSync(join(source, folder, file), 'utf8');
    for (const [, example, promised] of text.matchAll(/@example (.+?) \/\/ ([-\d[][-\d.,[\] ]*?)(?: \*\/)?$/gm)) {
      test(`${file}: ${example}`, async () => {
        const names = { ...nabla, ...(await import(join(source, folder, file))) };
        const result = new Function('names', `with (names) return (${example});`)(names);
        expect(rounded(valuesOf(result))).toEqual(JSON.parse(promised));
      });
    }
  }
});
