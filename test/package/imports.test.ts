import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { arrowsOf } from '../../scripts/imports/import-graph.js';
import { ORDER } from '../../scripts/imports/order.js';
import { faultsOf } from '../../scripts/imports/rules.js';

/* The rules that `npm run lint` holds the imports of src to. */

const order = [['low'], ['left', 'right'], ['high']];
const faultsIn = (files: Record<string, string>): string[] => faultsOf(arrowsOf(new Map(Object.entries(files))), order);

describe('an arrow up is a fault', () => {
  const fault = 'src/low/a.ts imports src/high/b.ts: low ranks below high';

  test.each([
    ["import { b } from '../high/b.js';"],
    ["import type { B } from '../high/b.js';"],
    ["import { type B } from '../high/b.js';"],
    ["import '../high/b.js';"],
    ["export { b } from '../high/b.js';"],
    ["export type { B } from '../high/b.js';"],
    ["export * from '../high/b.js';"],
    ["export * as all from '../high/b.js';"],
    ["export const later = async () => { await import('../high/b.js'); };"],
    ["export type Later = typeof import('../high/b.js');"],
    ["export function f(x: import('../high/b.js').B): void {}"],
    ["import b = require('../high/b.js');"],
  ])('%s', (code) => {
    expect(faultsIn({ 'low/a.ts': code, 'high/b.ts': '' })).toEqual([expect.stringContaining(fault)]);
  });

  test('also to an entry of the package, and from a folder without a rank', () => {
    expect(faultsIn({ 'high/a.ts': "import '../index.js';" })).toEqual([
      expect.stringContaining('high ranks below entries'),
    ]);
    expect(faultsIn({ 'new/a.ts': "import '../low/b.js';" })).toEqual([
      expect.stringContaining('the folder new has no rank'),
    ]);
  });

  test('an arrow down, a comment, a package and a string are none', () => {
    const code = `
      import '../low/a.js';
      import 'typescript';
      // import '../high/b.js';
      export const text = "import '../high/b.js'";`;
    expect(faultsIn({ 'left/c.ts': code })).toEqual([]);
  });
});

describe('a circle is a fault', () => {
  test('of types, between two folders of one rank', () => {
    const [fault, ...others] = faultsIn({
      'left/a.ts': "import type { B } from '../right/b.js';",
      'right/c.ts': "import type { D } from '../left/d.js';",
    });
    expect(others).toEqual([]);
    expect(fault).toContain(
      'src/left/a.ts imports src/right/b.ts, src/right/c.ts imports src/left/d.ts: a circle in src,',
    );
  });

  test('between three sub-folders', () => {
    const [fault] = faultsIn({
      'low/x/a.ts': "import type { A } from '../y/a.js';",
      'low/y/b.ts': "export type { A } from '../z/a.js';",
      'low/z/c.ts': "import '../x/b.js';",
    });
    expect(fault).toContain('src/low/z/c.ts imports src/low/x/b.ts: a circle in src/low,');
  });

  test('between a sub-folder and a file next to it', () => {
    const [fault] = faultsIn({
      'low/trainer.ts': "import './parts/index.js';",
      'low/parts/part.ts': "import type { Trainer } from '../trainer.js';",
    });
    expect(fault).toContain('a circle in src/low,');
  });

  test('but not one way, nor the types of two files of one folder', () => {
    expect(
      faultsIn({
        'left/a.ts': "import '../right/b.js'; import type { C } from './c.js';",
        'left/c.ts': "import '../right/d.js'; import type { A } from './a.js';",
      }),
    ).toEqual([]);
  });
});

test('a tolerated arrow is let through until it is gone', () => {
  const arrows = arrowsOf(new Map([['low/a.ts', "import '../high/b.js';"]]));
  expect(faultsOf(arrows, order, [['low', 'high/b.ts']])).toEqual([]);
  expect(faultsOf([], order, [['low', 'high/b.ts']])).toEqual([expect.stringContaining('no longer imports')]);
});

test('in the sources themselves a planted arrow is found', () => {
  const src = fileURLToPath(new URL('../../src/', import.meta.url));
  const paths = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const files = new Map(
    paths.map((path) => [path.replaceAll(sep, posix.sep), readFileSync(join(src, path), 'utf8')] as const),
  );
  const before = faultsOf(arrowsOf(files), ORDER);
  files.set('ops/op.ts', `import type { Tape } from '../autograd/tape.js';\n${files.get('ops/op.ts')}`);
  const planted = faultsOf(arrowsOf(files), ORDER).filter((fault) => !before.includes(fault));
  expect(planted).toContainEqual(
    expect.stringContaining('src/ops/op.ts imports src/autograd/tape.ts: ops ranks below autograd'),
  );
});

test('docs/architecture.md draws the same order', () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/architecture.md', import.meta.url)), 'utf8');
  const drawing = page.slice(page.indexOf('```'), page.indexOf('```', page.indexOf('```') + 3)).split('\n');
  const rows = drawing.flatMap((line) => /^ ([a-z]+(?: · [a-z]+)*)(?: {2,}|$)/.exec(line)?.[1] ?? []);
  expect(rows).toEqual(ORDER.map((row) => row.join(' · ')).reverse());
});
