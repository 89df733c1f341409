import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { openPageIn } from '../../../../scripts/browsers/open-page.js';

/*
 * Runs the pages of this folder in headless Chromium: tsx test/backends/gpu/browser/run.ts [webgl2,webgpu]
 * CHROMIUM names the browser; dist/ must be built.
 */

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../../..');
const modes = (process.argv[2] ?? 'webgl2,webgpu').split(',');
const MINUTES = 8;

/** Hands the page the package as bundlers get it, where its source names the public entries. */
const published: Plugin = {
  name: 'published',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/src\/(index|gpu)\.js$/ }, ({ path }) => ({
      path: join(root, 'dist/modules', path.endsWith('gpu.js') ? 'gpu.js' : 'index.js'),
    }));
  },
};

async function bundle(page: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(here, `${page}.ts`)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['node:*', 'webgpu'],
    plugins: page === 'training' ? [published] : [],
    logLevel: 'error',
  });
  return outputFiles[0].text;
}

interface Result {
  readonly passed: number;
  readonly failures: readonly string[];
}

const FLAGS = [
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

if (!existsSync(join(root, 'dist/modules/gpu.js'))) throw new Error('dist/ is missing: npm run build');
for (const page of ['training', 'conformance']) {
  const script = await bundle(page);
  for (const mode of modes) {
    const { passed, failures } = (await openPageIn('chromium', {
      script,
      query: `mode=${mode}`,
      flags: FLAGS,
      minutes: MINUTES,
    })) as Result;
    for (const failure of failures) console.log(`FAILED ${mode}, ${failure}`);
    console.log(`${page} in Chromium, ${mode}: ${passed} passed, ${failures.length} failed`);
    if (failures.length > 0) process.exitCode = 1;
  }
}
