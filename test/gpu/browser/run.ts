import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/*
 * Runs the pages of this folder in headless Chromium: tsx test/gpu/browser/run.ts [webgl2,webgpu]
 * CHROMIUM names the browser; dist/ must be built.
 */

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const chromium = process.env.CHROMIUM ?? 'chromium';
const modes = (process.argv[2] ?? 'webgl2,webgpu').split(',');
const MINUTES = 8;

/** Hands the page the built package where its source names the public entries. */
const published: Plugin = {
  name: 'published',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/src\/(index|gpu)\.js$/ }, ({ path }) => ({
      path: join(root, 'dist', path.endsWith('gpu.js') ? 'gpu.js' : 'index.js'),
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
  '--headless=new',
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

/** Serves a script, opens it, and waits for what it posts. */
async function runPage(script: string, mode: string): Promise<Result> {
  const profile = mkdtempSync(join(tmpdir(), 'nabla-chromium-'));
  let browser: ChildProcess | undefined;
  const server = createServer();
  try {
    return await new Promise<Result>((resolve, reject) => {
      setTimeout(() => reject(new Error(`no answer within ${MINUTES} minutes`)), MINUTES * 60_000).unref();
      server.on('request', (request, response) => {
        if (request.method === 'POST') {
          let body = '';
          request.on('data', (part) => (body += part));
          request.on('end', () => {
            response.end();
            resolve(JSON.parse(body));
          });
        } else if (request.url === '/page.js') {
          response.setHeader('content-type', 'text/javascript').end(script);
        } else {
          response
            .setHeader('content-type', 'text/html')
            .end('<!doctype html><script type=module src=/page.js></script>');
        }
      });
      server.listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo;
        const address = `http://127.0.0.1:${port}/?mode=${mode}`;
        browser = spawn(chromium, [...FLAGS, `--user-data-dir=${profile}`, address], { stdio: 'ignore' });
        browser.on('error', reject);
        browser.on('exit', () => reject(new Error(`${chromium} ended before the page had answered`)));
      });
    });
  } finally {
    server.close();
    const ended = new Promise((resolve) => browser?.once('exit', resolve));
    if (browser?.kill()) await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

if (!existsSync(join(root, 'dist/gpu.js'))) throw new Error('dist/ is missing: npm run build');
for (const page of ['training', 'conformance']) {
  const script = await bundle(page);
  for (const mode of modes) {
    const { passed, failures } = await runPage(script, mode);
    for (const failure of failures) console.log(`FAILED ${mode}, ${failure}`);
    console.log(`${page} in Chromium, ${mode}: ${passed} passed, ${failures.length} failed`);
    if (failures.length > 0) process.exitCode = 1;
  }
}
