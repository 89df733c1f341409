/**
 * tsx scripts/build-script-tag.ts
 *
 * Build `dist/nabla.min.js`, the library for a page's `<script>` and a worker's `importScripts`: one file, with a
 * global `nabla`, in ASCII, so that a page without a charset reads it as it is. `dist/nabla.hdf5.min.js`, libhdf5, is
 * an ES module that it loads from the same place when a page writes HDF5; `dist/nabla.decode.min.js` is for threads
 * that decode pictures. Bundlers take `dist/modules`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import decodeWorker from '../src/images/streaming/generated/decode-worker.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

/** The entries that pages use; plots are left out, whose charts are larger than all of this. */
const ENTRY = `
export * from './src/index.js';
export * as images from './src/images.js';
export * as webgpu from './src/webgpu.js';
`;

const HDF5 = 'nabla.hdf5.min.js';
const IMPORT = "import('h5wasm')";

/** Where the file is, known only while the script itself runs; without `src` a browser resolves it. */
const addressOf = (name: string): string => `
const nextToThis = typeof document === 'object' && document.currentScript?.src
  ? new URL('${name}', document.currentScript.src).href : './${name}';`;

/** Loads libhdf5 from next to the script: a script without modules cannot be split. */
const hdf5NextToScript: Plugin = {
  name: 'hdf5-next-to-script',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/io\/hdf5\/library\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes(IMPORT)) throw new Error(`${path} has no ${IMPORT}`);
      return { contents: source.replace(IMPORT, 'import(nextToThis)') + addressOf(HDF5), loader: 'ts' };
    });
  },
};

const DECODER = 'nabla.decode.min.js';

/** The script of the threads that decode pictures: a file next to the script, which pages without them do not load. */
const decoderNextToScript: Plugin = {
  name: 'decoder-next-to-script',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/streaming\/generated\/decode-worker\.ts$/ }, () => ({
      contents: `${addressOf(DECODER)}\nexport default 'importScripts(' + JSON.stringify(nextToThis) + ')';`,
      loader: 'ts',
    }));
  },
};

const banner = { js: `/*! nabla ${version}, MIT */` };

const shared: BuildOptions = {
  bundle: true,
  minify: true,
  charset: 'ascii',
  platform: 'browser',
  target: 'es2022',
  absWorkingDir: root,
  logLevel: 'warning',
  banner,
};

await Promise.all([
  build({
    ...shared,
    stdin: { contents: ENTRY, resolveDir: root },
    outfile: 'dist/nabla.min.js',
    format: 'iife',
    globalName: 'nabla',
    plugins: [hdf5NextToScript, decoderNextToScript],
  }),
  build({
    ...shared,
    stdin: { contents: "export * from 'h5wasm';", resolveDir: root },
    outfile: `dist/${HDF5}`,
    format: 'esm',
  }),
  writeFile(new URL(`../dist/${DECODER}`, import.meta.url), `${banner.js}\n${decodeWorker}`),
]);

for (const name of ['nabla.min.js', HDF5, DECODER]) {
  const text = await readFile(new URL(`../dist/${name}`, import.meta.url));
  const size = (bytes: number) => `${(bytes / 1024).toFixed(0)} KiB`;
  console.log(`dist/${name}: ${size(text.length)}, ${size(gzipSync(text).length)} in gzip`);
  if (text.some((byte) => byte > 127)) throw new Error(`dist/${name} is not ASCII`);
}
