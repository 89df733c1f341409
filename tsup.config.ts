import { readFile, writeFile } from 'node:fs/promises';
import { defineConfig, type Options } from 'tsup';

const REQUIRED = /Promise\.resolve\(\)\.then\(\(\) => _interopRequireWildcard\(require\(([^()]*)\)\)\)/g;
const EXPORTED_FIELD = /(this\.(\w+) = )exports\.\2 = /g;

/**
 * What is wrong with the CommonJS that tsup makes of files with shared parts: `import()` is a `require`, which cannot load h5wasm, an ES
 * module; and a class's field with the name of an export, `isSymbolic = true`, takes that export's place.
 */
const mendedCommonJs: NonNullable<Options['plugins']>[number] = {
  name: 'mended-commonjs',
  async buildEnd({ writtenFiles }) {
    for (const { name } of writtenFiles.filter(({ name }) => name.endsWith('.cjs'))) {
      const text = await readFile(name, 'utf8');
      await writeFile(name, text.replace(REQUIRED, 'import($1)').replace(EXPORTED_FIELD, '$1'));
    }
  },
};

const shared: Options = {
  splitting: true,
  sourcemap: true,
  shims: true,
  target: 'es2022',
  platform: 'neutral',
  external: [/^node:/, 'sharp', 'gpu.js', 'koffi', 'webgpu', '@resvg/resvg-js'],
};

export default defineConfig([
  {
    ...shared,
    entry: {
      index: 'src/index.ts',
      layers: 'src/layers.ts',
      node: 'src/node.ts',
      plots: 'src/plots.ts',
      gpu: 'src/gpu.ts',
      mpi: 'src/mpi.ts',
    },
    format: ['esm', 'cjs'],
    plugins: [mendedCommonJs],
    dts: true,
  },
  // The command line is a program, not a library: it imports the package's own entries.
  { ...shared, entry: { cli: 'src/cli/main.ts' }, format: ['esm'], dts: false },
  // For bundlers, which leave out the files that nothing uses. Node has the few files above: it imports them in 33 ms, these in 155.
  {
    entry: ['src/**/*.ts', '!src/cli/**', '!src/backends/wasm/{assembly/**,threads/worker.ts}'],
    outDir: 'dist/modules',
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    bundle: false,
    dts: false,
    // A line a file.
    silent: true,
  },
]);
