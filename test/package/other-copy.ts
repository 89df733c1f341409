import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll } from 'vitest';
import type * as nabla from '../../src/index.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Bundle and minify the package, and load that copy of it. The file is removed when the test file ends. */
export async function minifiedCopy(name: string): Promise<typeof nabla> {
  const folder = join(root, '.cache', name);
  const outfile = join(folder, `nabla-${process.pid}.mjs`);
  mkdirSync(folder, { recursive: true });
  afterAll(() => rmSync(outfile, { force: true }));
  await build({
    entryPoints: [join(root, 'src/index.ts')],
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  });
  return import(pathToFileURL(outfile).href);
}
