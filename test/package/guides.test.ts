import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import * as nabla from '../../src/index.js';
import * as node from '../../src/node.js';
import { startBackend } from '../support/backends.js';
import { blocksOf, outputOf, promisedOutput } from '../support/markdown.js';

/*
 * The pages of docs/guides. All ```ts blocks of a page are one program, from top to bottom: it must compile, and print
 * what its comments say, as Node prints it. A block ```ts path/of/file is an excerpt of that file. A block
 * ```typescript needs a page of a browser; it must compile.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'docs/guides');
const guides = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

const programOf = (text: string): string =>
  blocksOf(text)
    .filter(({ info }) => info === 'ts')
    .map(({ code }) => code)
    .join('\n');

beforeAll(() => startBackend('wasm'));

describe.each(guides)('$name', ({ name, text }) => {
  const program = programOf(text);

  test.runIf(program)('its program prints what it says', async () => {
    const modules = {
      nabla,
      'nabla/node': node,
      'node:fs/promises': await import('node:fs/promises'),
      'node:os': await import('node:os'),
      'node:path': await import('node:path'),
    };
    expect(await outputOf(program, modules, format)).toEqual(promisedOutput(program));
  });

  for (const { info, code, line } of blocksOf(text).filter(({ info }) => /^ts \S+$/.test(info))) {
    const path = info.split(' ')[1];
    test(`the excerpt at line ${line} is in ${path}`, () => {
      expect(readFileSync(join(root, path), 'utf8')).toContain(code);
    });
  }

  test('linked files exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, path]) =>
      join(folder, dirname(name), path),
    );
    expect(links.filter((path) => !existsSync(path))).toEqual([]);
  });
});

test('all programs and pieces of pages compile', () => {
  const sources = new Map<string, string>();
  for (const { name, text } of guides) {
    const add = (label: string | number, code: string) =>
      void sources.set(join(root, 'test/package', `guide-${name}-${label}.ts`), `${code}\nexport {};\n`);
    add('program', programOf(text));
    for (const { info, code, line } of blocksOf(text)) if (info === 'typescript') add(line, code);
  }
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config;
  const parsed = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const options = { ...parsed.options, noEmit: true, noUnusedLocals: false };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => sources.has(name) || fileExists(name);
  host.getSourceFile = (name, version, ...rest) => {
    const own = sources.get(name);
    return own === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, own, version);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  const wrong = [...sources.keys()].flatMap((name) => {
    const file = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((found) => {
      const { line } = file!.getLineAndCharacterOfPosition(found.start!);
      const source = file!.text.split('\n')[line].trim();
      return `${name.slice(root.length)}: ${source}: ${ts.flattenDiagnosticMessageText(found.messageText, ' ')}`;
    });
  });
  expect(wrong).toEqual([]);
}, 120_000);
