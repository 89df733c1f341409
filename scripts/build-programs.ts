/**
 * Bundles the command line and the benchmark into `.cache/programs`, to run in plain Node. Transpiling the sources in
 * the process that trains costs it 90 MiB, and the wrappers by which tsx keeps functions' names cost a tenth of the
 * time between kernels.
 */
import './build-wasm.js';
import { readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writeAtomically } from '../src/io/storage/atomic-write.js';

/**
 * Age at which chunks of earlier builds are deleted, in milliseconds. A run still needs its chunks at its end, when it
 * writes the report.
 */
const WEEK = 7 * 24 * 3600 * 1000;

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = join(root, '.cache/programs');

const isWritten = (path: string, contents: Uint8Array): boolean => {
  try {
    return readFileSync(path).equals(contents);
  } catch {
    return false;
  }
};

const { outputFiles } = await build({
  entryPoints: {
    nabla: join(root, 'src/cli/main.ts'),
    bench: join(root, 'bench/main.ts'),
    'bench-nabla': join(root, 'bench/nabla/main.ts'),
  },
  outdir: folder,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  write: false,
});
// Another process may be starting from these files, so each is replaced atomically, and only if it has changed.
const now = new Date();
for (const { path, contents } of outputFiles) {
  if (isWritten(path, contents)) utimesSync(path, now, now);
  else await writeAtomically(path, contents);
}
for (const path of readdirSync(folder).map((name) => join(folder, name))) {
  if (now.getTime() - statSync(path).mtimeMs > WEEK) rmSync(path, { force: true });
}
