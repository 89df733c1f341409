import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import * as nabla from '../../src/index.js';
import * as node from '../../src/node.js';
import * as plots from '../../src/plots/index.js';
import { startBackend } from '../support/backends.js';

/*
 * Examples in docstrings. An example that ends in a comment with numbers, `@example cumsum([1, 2, 3]) // [1, 3, 6]`,
 * must evaluate to them; every other must compile against the exports of the package.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));
/** AssemblyScript, not TypeScript. */
const ASSEMBLY = join('wasm', 'assembly');

interface Example {
  /** Below src. */
  readonly file: string;
  readonly code: string;
  /** The numbers that it evaluates to. */
  readonly promised: string | null;
}

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.includes(ASSEMBLY),
);

const examples: Example[] = sources.flatMap((file) => {
  const text = readFileSync(join(root, 'src', file), 'utf8');
  // An example may continue on the next lines, up to the next tag.
  return [...text.matchAll(/@example (.+(?:\n +\* (?! *@).+)*)/g)].map(([, found]) => {
    const code = found.replace(/ \*\/$/, '').replace(/\n +\* /g, '\n');
    const promised = / \/\/ ([-\d[][-\d.,[\] ]*)$/.exec(code);
    return { file, code: promised ? code.slice(0, promised.index) : code, promised: promised?.[1] ?? null };
  });
});

function valuesOf(result: unknown): unknown {
  if (typeof result === 'number') return result;
  if (!(result instanceof nabla.Tensor))
    throw new Error(`evaluates to ${String(result)}, expected a tensor or a number`);
  return JSON.parse(JSON.stringify(result.arraySync()), (_, value) => (typeof value === 'boolean' ? +value : value));
}

/** Round to the four decimals of the examples. */
const rounded = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(rounded) : Math.round((value as number) * 1e4) / 1e4 + 0;

beforeAll(() => startBackend('cpu'));

describe('examples evaluate to the numbers in their comments', () => {
  for (const { file, code, promised } of examples.filter((example) => example.promised)) {
    test(`${file}: ${code}`, async () => {
      const names = { ...nabla, ...(await import(join(root, 'src', file))) };
      const result = new Function('names', `with (names) return (${code});`)(names);
      expect(rounded(valuesOf(result))).toEqual(JSON.parse(promised as string));
    });
  }
});

/** Names that examples use without defining: the reader's data, models and helpers. */
const GIVEN = new Set(
  'a b w x y xs ys yTrue yPred images others labels predicted probabilities scores boxes gradient mean variance beta gamma bias kernel filter signal depthwise pointwise weights model other layer optimizer loss dy error history test train flowers picture url sha256 classNames inputs units regularizer SquaredSum mish writeFileSync readFile'.split(
    ' ',
  ),
);

/** Compiler options of this project that readers need not have. */
const RELAXED = {
  noEmit: true,
  noImplicitAny: false,
  noImplicitOverride: false,
  noUnusedLocals: false,
  noUnusedParameters: false,
};

const PUBLIC: readonly (readonly [path: string, names: object])[] = [
  ['index.js', nabla],
  ['node.js', node],
  ['plots/index.js', plots],
];

/** Wrap an example in a function that imports the names it calls: from its file first, then from the package. */
function wrapped({ file, code }: Example, own: object, index: number): string {
  const called = new Set(
    [...code.matchAll(/(?<![.\w])([A-Za-z]\w*)(?=[(.])|(?<=(?:new|extends|instanceof) )(\w+)/g)].map(
      (m) => m[1] ?? m[2],
    ),
  );
  const imports = [...called].flatMap((name) => {
    const path = name in own ? file.replace(/\.ts$/, '.js') : PUBLIC.find(([, names]) => name in names)?.[0];
    // `model.fit(…)` means the reader's model, `model({ inputs, outputs })` the function.
    if (!path || (GIVEN.has(name) && !new RegExp(`(?<![.\\w])${name}\\(`).test(code))) return [];
    return [`const ${name} = (await import('../../src/${path}')).${name};`];
  });
  const given = [...GIVEN].map((name) => `${name}: any`).join(', ');
  return `export async function example${index}(this: any, ${given}) {\n{\n${imports.join('\n')}\n{\n${code}\n}\n}\n}`;
}

test('every other example compiles against the exports of the package', async () => {
  const plain = examples.filter(({ promised }) => !promised);
  const functions: string[] = [];
  for (const [index, example] of plain.entries()) {
    functions.push(wrapped(example, await import(join(root, 'src', example.file)), index));
  }
  const path = join(root, 'test/package', 'examples-as-one-file.ts');
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config;
  const parsed = ts.parseJsonConfigFileContent({ ...config, files: [path], include: [] }, ts.sys, root);
  const options = { ...parsed.options, ...RELAXED };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === path || fileExists(name);
  host.getSourceFile = (name, version, ...rest) =>
    name === path ? ts.createSourceFile(name, functions.join('\n'), version) : getSourceFile(name, version, ...rest);
  const program = ts.createProgram([path], options, host);
  const file = program.getSourceFile(path);
  const wrong = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].flatMap((found) => {
    const message = ts.flattenDiagnosticMessageText(found.messageText, ' ');
    const before = file!.text.slice(0, found.start).match(/function example(\d+)/g);
    const { file: source, code } = plain[Number(before?.at(-1)?.slice('function example'.length))];
    return [`${source}: ${code}: ${message}`];
  });
  expect(wrong).toEqual([]);
}, 120_000);
