import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import * as nabla from '../../src/index.js';
import { startBackend } from '../support/backends.js';
import { blocksOf, outputOf, promisedOutput } from '../support/markdown.js';

/*
 * README, CONTRIBUTING and the pages of docs/; guides.test.ts has those of docs/guides/. A block fenced as ```ts is run
 * and must print what its comments say; a block fenced as ```ts path/of/file is an excerpt of that file; a block fenced
 * as ```typescript needs files or a device, so only its imports are checked. Linked and named files must exist.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Collapse spaces that only align columns. */
const words = (lines: readonly string[]): string[] => lines.map((line) => line.trim().replace(/\s+/g, ' '));

const guides = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
const pages = ['README.md', 'CONTRIBUTING.md', ...guides.map((name) => join('docs', name))];

beforeAll(() => startBackend('cpu'));

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks = blocksOf(text);

  for (const { code, line } of blocks.filter(({ info }) => info === 'ts')) {
    test(`the example at line ${line} prints what it says`, async () => {
      const spaced = (...values: unknown[]) => values.map(String).join(' ');
      expect(words(await outputOf(code, { nabla }, spaced))).toEqual(words(promisedOutput(code)));
    });
  }

  for (const { info, code, line } of blocks.filter(({ info }) => /^ts \S+$/.test(info))) {
    const path = info.split(' ')[1];
    test(`the excerpt at line ${line} is in ${path}`, () => {
      expect(readFileSync(join(root, path), 'utf8')).toContain(code);
    });
  }

  for (const { code, line } of blocks.filter(({ info }) => info === 'typescript')) {
    test(`the example at line ${line} imports names that exist`, () => {
      const imported = [...code.matchAll(/import \{([^}]*)\} from 'nabla';/g)].flatMap(([, names]) => names.split(','));
      expect(imported.map((name) => name.trim()).filter((name) => !(name in nabla))).toEqual([]);
    });
  }

  test('linked and named files exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, path]) =>
      join(dirname(page), path),
    );
    const named = [...text.matchAll(/`((?:src|test|scripts|bench|docs|examples)\/[\w./-]+)`/g)].map(([, path]) => path);
    expect([...links, ...named].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

test('the page on reverse mode has examples and excerpts', () => {
  const infos = blocksOf(readFileSync(join(root, 'docs/reverse-mode.md'), 'utf8')).map(({ info }) => info);
  expect(infos.filter((info) => info === 'ts').length).toBeGreaterThanOrEqual(7);
  expect(infos.filter((info) => info.startsWith('ts src/')).length).toBeGreaterThanOrEqual(7);
});
