/**
 * Compiles the kernels of the wasm backend, once for each variant, and embeds them and the worker's source as
 * TypeScript modules. Does nothing if no source has changed since the last run.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { transformSync } from 'esbuild';
import { applyPatch } from '../src/backends/wasm/patch.js';
import { embedDecodeWorker } from './embed-decode-worker.js';
import { microKernels } from './micro-kernels.js';
import { makePatch } from './wasm-patch.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const backend = join(root, 'src/backends/wasm');
const assembly = join(backend, 'assembly');
const generated = join(backend, 'generated');
const stamp = join(generated, 'sources.sha256');
const asc = join(dirname(createRequire(import.meta.url).resolve('assemblyscript/package.json')), 'bin/asc.js');

/** The variants of the kernels, with their compiler flags. */
const VARIANTS = {
  simd: [],
  relaxed: ['--enable', 'relaxed-simd'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

function hashOfSources(): string {
  const files = readdirSync(assembly, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('generated'))
    .map((file) => join(assembly, file));
  files.push(
    join(backend, 'threads/worker.ts'),
    join(backend, 'functions.ts'),
    join(root, 'src/base/selu.ts'),
    fileURLToPath(import.meta.url),
    join(root, 'scripts/micro-kernels.ts'),
    join(root, 'scripts/wasm-patch.ts'),
  );
  const hash = createHash('sha256');
  for (const file of files.sort())
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

function embed(name: string, text: string): void {
  writeFileSync(
    join(generated, `${name}.ts`),
    `// Written by scripts/build-wasm.ts.\nexport default ${JSON.stringify(text)};\n`,
  );
}

async function compile(name: keyof typeof VARIANTS): Promise<Buffer> {
  const out = join(generated, `${name}.wasm`);
  await promisify(execFile)(
    process.execPath,
    [
      // The compiler is WebAssembly itself and finishes before V8's optimizing tier pays off: this takes 212 MiB
      // instead of 300 and a third less time.
      '--liftoff-only',
      asc,
      join(assembly, 'index.ts'),
      '--outFile',
      out,
      // -O3 merges similar code before constants are propagated: it turned the loops of `unary`, one per function, into
      // a single loop that tests for the function at every vector, and relu of two million numbers took 0.91 ms instead
      // of 0.61.
      '-O2',
      '--runtime',
      'stub',
      '--noAssert',
      '--importMemory',
      '--disableWarning',
      '201',
      '--disableWarning',
      '112',
    ].concat('--memoryBase', '32768', '--enable', 'simd', ...VARIANTS[name]),
    { cwd: root },
  );
  const bytes = readFileSync(out);
  console.log(`build:wasm: ${name} ${(bytes.length / 1024).toFixed(1)} KiB`);
  return bytes;
}

/** Embed one variant whole, and the other as a patch of it: that takes 20 KiB less of a compressed page than both. */
async function embedKernels(): Promise<void> {
  const [simd, relaxed] = await Promise.all([compile('simd'), compile('relaxed')]);
  const patch = makePatch(relaxed, simd);
  if (!simd.equals(applyPatch(relaxed, patch))) throw new Error('build:wasm: the patch does not give the simd kernels');
  embed('relaxed', relaxed.toString('base64'));
  embed('simd-patch', patch.toString('base64'));
}

function embedWorker(): void {
  // A classic script: Node evaluates it, browsers load it from a Blob URL. It is minified here, since bundlers see only
  // a string.
  const source = readFileSync(join(backend, 'threads/worker.ts'), 'utf8');
  embed('worker', transformSync(source, { loader: 'ts', target: 'es2022', format: 'iife', minify: true }).code);
}

const hash = hashOfSources();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) {
  mkdirSync(generated, { recursive: true });
  mkdirSync(join(assembly, 'generated'), { recursive: true });
  writeFileSync(join(assembly, 'generated/micro-kernels.ts'), microKernels());
  await embedKernels();
  embedWorker();
  writeFileSync(stamp, hash);
}
await embedDecodeWorker();
