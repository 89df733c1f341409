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
import { embedDecodeWorker } from './embed-decode-worker.js';
import { embedWatch } from './embed-watch.js';
import { microKernels } from './micro-kernels.js';
import { pack } from './pack.js';

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
    join(backend, 'packing.ts'),
    join(root, 'src/base/selu.ts'),
    fileURLToPath(import.meta.url),
    join(root, 'scripts/micro-kernels.ts'),
    join(root, 'scripts/pack.ts'),
    ...['model', 'parse', 'steps'].map((name) => join(root, `scripts/pack/${name}.ts`)),
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

/** Compile a file of the assembly to a module. */
async function compile(entry: string, name: string, flags: readonly string[]): Promise<Buffer> {
  const out = join(generated, `${name}.wasm`);
  await promisify(execFile)(
    process.execPath,
    [
      // The compiler is WebAssembly itself and finishes before V8's optimizing tier pays off: this takes 212 MiB
      // instead of 300 and a third less time.
      '--liftoff-only',
      asc,
      join(assembly, entry),
      '--outFile',
      out,
      // -O3 merges similar code before constants are propagated: it turned the loops of `unary`, one per function, into
      // a single loop that tests for the function at every vector, and relu of two million numbers took 0.91 ms instead
      // of 0.61.
      '-O2',
      // The passes of -O2 leave locals with numbers of their own in code that is otherwise equal. Engines see no
      // difference; packed, the kernels take a sixth less.
      '--runPasses',
      'coalesce-locals,reorder-locals,vacuum',
      '--runtime',
      'stub',
      '--noAssert',
      '--disableWarning',
      '201',
      '--disableWarning',
      '112',
      ...flags,
    ],
    { cwd: root },
  );
  const bytes = readFileSync(out);
  console.log(`build:wasm: ${name} ${(bytes.length / 1024).toFixed(1)} KiB`);
  return bytes;
}

const compileKernels = (name: keyof typeof VARIANTS): Promise<Buffer> =>
  compile('index.ts', name, ['--importMemory', '--memoryBase', '32768', '--enable', 'simd', ...VARIANTS[name]]);

/** Embed both variants, packed together: they differ in a tenth of their code. */
async function embedKernels(): Promise<void> {
  const [relaxed, simd, unpacker] = await Promise.all([
    compileKernels('relaxed'),
    compileKernels('simd'),
    compile('unpack.ts', 'unpacker', ['--shrinkLevel', '2']),
  ]);
  const kernels = Buffer.concat([relaxed, simd]);
  const packed = pack(kernels);
  console.log(`build:wasm: packed ${(packed.length / 1024).toFixed(1)} KiB`);
  embed('unpacker', unpacker.toString('base64'));
  writeFileSync(
    join(generated, 'kernels.ts'),
    `// Written by scripts/build-wasm.ts.\nexport const packed = ${JSON.stringify(packed)};\nexport const relaxedBytes = ${relaxed.length};\nexport const simdBytes = ${simd.length};\n`,
  );
  const { unpack } = await import('../src/backends/wasm/unpack.js');
  const unpacked = unpack(packed, [0, kernels.length], (bytes) => new WebAssembly.Module(bytes));
  if (!kernels.equals(unpacked)) throw new Error('build:wasm: the kernels do not unpack to what was packed');
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
await embedWatch();
