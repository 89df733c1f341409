import { readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { defineConfig, type Options } from 'tsup';

const REQUIRED =
  /Promise\.resolve\(\)\.then\(\(\) => _interopRequireWildcard\(require\((?!["']fflate["'])([^()]*)\)\)\)/g;
const EXPORTED_FIELD = /(this\.(\w+) = )exports\.\2 = /g;

/**
 * Corrects the CommonJS that tsup generates for entries with shared chunks: it turns `import()` into `require`, which
 * cannot load h5wasm, an ES module, but suits fflate, which Jest then loads without a flag; and it lets a class field
 * replace the export of the same name (`isSymbolic = true`).
 */
const correctedCommonJs: NonNullable<Options['plugins']>[number] = {
  name: 'corrected-commonjs',
  async buildEnd({ writtenFiles }) {
    for (const { name } of writtenFiles.filter(({ name }) => name.endsWith('.cjs'))) {
      const text = await readFile(name, 'utf8');
      await writeFile(name, text.replace(REQUIRED, 'import($1)').replace(EXPORTED_FIELD, '$1'));
    }
  },
};

/**
 * Puts the parts of the charting library that are drawn into the package, minified once: as a dependency it would take
 * 60 MB on every disk.
 */
const charts: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'charts',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]plots[\\/]charts[\\/]echarts\.ts$/ }, async () => ({
      contents: await chartsBundle,
      loader: 'js',
    }));
  },
};

const chartsBundle = build({
  entryPoints: ['src/plots/charts/echarts.ts'],
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  mainFields: ['module', 'main'],
}).then(({ outputFiles }) => outputFiles[0].text);

const shared: Options = {
  splitting: true,
  sourcemap: true,
  shims: true,
  target: 'es2022',
  platform: 'neutral',
  // unzipit is an ES module, which `require` under Jest does not load.
  noExternal: ['unzipit'],
  esbuildPlugins: [charts],
  external: [/^node:/, 'sharp', 'gpu.js', 'koffi', 'webgpu', '@resvg/resvg-js'],
};

export default defineConfig([
  {
    ...shared,
    entry: {
      index: 'src/index.ts',
      layers: 'src/layers.ts',
      images: 'src/images.ts',
      node: 'src/node.ts',
      plots: 'src/plots.ts',
      gpu: 'src/gpu.ts',
      mpi: 'src/mpi.ts',
      webgpu: 'src/webgpu.ts',
    },
    format: ['esm', 'cjs'],
    plugins: [correctedCommonJs],
    dts: true,
  },
  // The command line is a program, not a part of the library.
  { ...shared, entry: { cli: 'src/cli/main.ts' }, format: ['esm'], dts: false },
  // One module per source file, so that bundlers can drop unused ones. Node imports the few files above in 33 ms, these
  // in 155.
  {
    entry: [
      'src/**/*.ts',
      '!src/cli/**',
      '!src/backends/wasm/{assembly/**,threads/worker.ts}',
      // The page and the thread that serves it are texts in `generated/server.ts`.
      '!src/watch/{page/**,generated/page.ts,server/{thread,watch-server,event-stream,access,page}.ts}',
    ],
    outDir: 'dist/modules',
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    bundle: false,
    esbuildPlugins: [charts],
    dts: false,
    // It would print a line per file.
    silent: true,
  },
]);
