/**
 * tsx scripts/build-script-tag.ts
 *
 * Build `dist/nabla.min.js`, the library for a page's `<script>` and a worker's `importScripts`: one file, with a global
 * `nabla`, in ASCII, so that a page without a charset reads it as it is. `dist/nabla.hdf5.min.js`, libhdf5, is an ES
 * module that it loads from the same place when a page writes HDF5. Bundlers take `dist/modules`.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';

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
const ADDRESS = `
const nextToThis = typeof document === 'object' && document.currentScript?.src
  ? new URL('${HDF5}', document.currentScript.src).href : './${HDF5}';`;

/** Loads libhdf5 from next to the script: a script without modules cannot be split. */
const hdf5NextToScript: Plugin = {
  name: 'hdf5-next-to-script',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/io\/hdf5\/library\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes(IMPORT)) throw new Error(`${path} has no ${IMPORT}`);
      return { contents: source.replace(IMPORT, 'import(nextToThis)') + ADDRESS, loader: 'ts' };
    });
  },
};

const shared: BuildOptions = {
  bundle: true,
  minify: true,
  charset: 'ascii',
  platform: 'browser',
  target: 'es2022',
  absWorkingDir: root,
  logLevel: 'warning',
  banner: { js: `/*! nabla ${version}, MIT */` },
};

await Promise.all([
  build({
    ...shared,
    stdin: { contents: ENTRY, resolveDir: root },
    outfile: 'dist/nabla.min.js',
    format: 'iife',
    globalName: 'nabla',
    plugins: [hdf5NextToScript],
  }),
  build({
    ...shared,
    stdin: { contents: "export * from 'h5wasm';", resolveDir: root },
    outfile: `dist/${HDF5}`,
    format: 'esm',
  }),
]);

for (const name of ['nabla.min.js', HDF5]) {
  const text = await readFile(new URL(`../dist/${name}`, import.meta.url));
  const size = (bytes: number) => `${(bytes / 1024).toFixed(0)} KiB`;
  console.log(`dist/${name}: ${size(text.length)}, ${size(gzipSync(text).length)} in gzip`);
  if (text.some((byte) => byte > 127)) throw new Error(`dist/${name} is not ASCII`);
}
