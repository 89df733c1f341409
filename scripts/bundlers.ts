/**
 * Builds a page with Vite, webpack, Rollup and esbuild from the package as npm publishes it, each as its users
 * configure it, and opens the results in Chromium: the page trains a model, saves it as .keras and loads it again.
 * The tools are fetched into an empty folder; without a registry nothing is tried, and it says so.
 *
 * npm run build && npx tsx scripts/bundlers.ts [TOOL ...]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { findBrowser, startBrowser } from './browsers/browser.js';
import { openPage } from './browsers/open-page.js';

const root = fileURLToPath(new URL('../', import.meta.url));

interface Tool {
  /** Packages with the versions that docs/bundles.md names. */
  readonly packages: Readonly<Record<string, string>>;
  /** A program of Node that writes the bundle into `dist/<name>`. */
  readonly program: string;
}

const TOOLS: Readonly<Record<string, Tool>> = {
  esbuild: {
    packages: { esbuild: '0.28.2' },
    program: `
import { build } from 'esbuild';
await build({
  entryPoints: ['page.js'], bundle: true, minify: true, format: 'esm', splitting: true, outdir: 'dist/esbuild',
});`,
  },
  rollup: {
    packages: { rollup: '4.68.8', '@rollup/plugin-node-resolve': '16.0.3' },
    program: `
import { rollup } from 'rollup';
import { nodeResolve } from '@rollup/plugin-node-resolve';
const bundle = await rollup({ input: 'page.js', plugins: [nodeResolve({ browser: true })] });
await bundle.write({ dir: 'dist/rollup' });`,
  },
  vite: {
    packages: { vite: '8.4.0' },
    program: `
import { build } from 'vite';
await build({ logLevel: 'error', build: { outDir: 'dist/vite' } });`,
  },
  webpack: {
    packages: { webpack: '5.113.0' },
    program: `
import webpack from 'webpack';
const output = { path: process.cwd() + '/dist/webpack', filename: 'page.js' };
webpack({ mode: 'production', performance: false, entry: './page.js', output }, (error, stats) => {
  if (error || stats.hasErrors()) throw error ?? new Error(stats.toString('errors-only'));
});`,
  },
};

const PAGE = `
import { backendInfo, encodeModel, layers, loadModel, optimizers, ready, sequential, setSeed, setThreads, tensor } from 'nabla';

async function program() {
  await ready();
  setThreads(2);
  setSeed(3);
  const model = sequential([
    layers.dense({ units: 8, activation: 'tanh', inputShape: [2] }),
    layers.dense({ units: 1, activation: 'sigmoid' }),
  ]);
  model.compile({ optimizer: optimizers.adam(0.1), loss: 'binaryCrossentropy' });
  const x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
  const { history } = await model.fit(x, tensor([[0], [1], [1], [0]]), { epochs: 40, verbose: 0 });
  const loaded = await loadModel(await encodeModel(model, 'keras'));
  const [before, after] = [model, loaded].map((each) => Array.from(each.predict(x).dataSync()));
  const { name, variant, threads } = backendInfo();
  return { losses: [history.loss[0], history.loss.at(-1)], before, after, backend: { name, variant, threads } };
}

program()
  .catch((error) => ({ error: String(error.stack ?? error) }))
  .then((result) => fetch('/result', { method: 'POST', body: JSON.stringify(result) }));
`;

interface Result {
  readonly error?: string;
  readonly losses: readonly [first: number, last: number];
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly backend: { readonly name: string; readonly variant: string; readonly threads: number };
}

/** With these a page is isolated, and has threads. */
const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

const html = (script: string): string => `<!doctype html><script type="module" src="${script}"></script>`;

/** All files below a folder, by path. */
function filesOf(folder: string): Record<string, Uint8Array> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [`/${relative(folder, path).split(sep).join('/')}`, readFileSync(path)];
    }),
  );
}

/** What npm says where no registry answers. */
const OFFLINE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH/;

function install(folder: string, packages: readonly string[]): boolean {
  try {
    const options = ['--silent', '--no-audit', '--no-fund', '--loglevel=error'];
    execFileSync('npm', ['install', ...options, ...packages], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    return true;
  } catch (error) {
    const { stderr } = error as { stderr: string };
    if (!OFFLINE.test(stderr)) throw new Error(`npm install failed: ${stderr}`);
    console.log('bundlers: skipped, no registry can be reached');
    return false;
  }
}

async function open(browser: Browser, folder: string): Promise<Result> {
  const files = filesOf(folder);
  const page = files['/index.html'];
  return (await openPage(browser, {
    script: '',
    files: { ...files, '/index.html': page ?? html('/page.js') },
    headers: HEADERS,
    minutes: 1,
  })) as Result;
}

function failureOf({ error, losses, before, after, backend }: Result): string | null {
  if (error) return error;
  if (!(losses[1] < losses[0] / 2)) return `the loss went from ${losses[0]} to ${losses[1]}`;
  if (String(before) !== String(after)) return `predictions are ${after} after loading, ${before} before`;
  return backend.name === 'wasm' && backend.threads > 1 ? null : `the backend is ${JSON.stringify(backend)}`;
}

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(TOOLS);
const unknown = wanted.filter((name) => !Object.hasOwn(TOOLS, name));
if (unknown.length > 0) throw new Error(`there is no tool ${unknown}, expected ${Object.keys(TOOLS)}`);
const packages = wanted.flatMap((name) => Object.entries(TOOLS[name].packages));

const documented = readFileSync(join(root, 'docs/bundles.md'), 'utf8');
for (const [name, version] of packages) {
  if (!documented.includes(version)) throw new Error(`docs/bundles.md does not name ${version} of ${name}`);
}

if (!findBrowser('chromium')) {
  console.log('bundlers: skipped, chromium is not installed');
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'nabla-bundlers-'));
try {
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  writeFileSync(join(folder, 'page.js'), PAGE);
  writeFileSync(join(folder, 'index.html'), html('/page.js'));
  const versions = packages.map(([name, version]) => `${name}@${version}`);
  if (install(folder, [`./${tarball}`, ...versions])) {
    const browser = await startBrowser('chromium');
    try {
      for (const name of wanted) {
        const start = performance.now();
        mkdirSync(join(folder, 'dist', name), { recursive: true });
        writeFileSync(join(folder, `${name}.js`), TOOLS[name].program);
        execFileSync('node', [`${name}.js`], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
        const result = await open(browser, join(folder, 'dist', name));
        const failure = failureOf(result);
        const seconds = ((performance.now() - start) / 1000).toFixed(1);
        console.log(`${name}: ${failure ? `FAILED: ${failure}` : 'passed'} in ${seconds} s`);
        if (failure) process.exitCode = 1;
      }
    } finally {
      await browser.close();
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
