import { readFile, writeFile } from 'node:fs/promises';
import { defineConfig, type Options } from 'tsup';

const REQUIRED = /Promise\.resolve\(\)\.then\(\(\) => _interopRequireWildcard\(require\(([^()]*)\)\)\)/g;

/** Where tsup splits CommonJS it makes `import()` a `require`, and that cannot load h5wasm, an ES module; `import()` can. */
const dynamicImports: NonNullable<Options['plugins']>[number] = {
  name: 'dynamic-imports',
  async buildEnd({ writtenFiles }) {
    for (const { name } of writtenFiles.filter(({ name }) => name.endsWith('.cjs'))) {
      await writeFile(name, (await readFile(name, 'utf8')).replace(REQUIRED, 'import($1)'));
    }
  },
};

const shared: Options = {
  splitting: true,
  sourcemap: true,
  shims: true,
  target: 'es2022',
  platform: 'neutral',
  external: [/^node:/, 'sharp', 'gpu.js', 'webgpu', '@resvg/resvg-js'],
};

export default defineConfig([
  {
    ...shared,
    entry: { index: 'src/index.ts', node: 'src/node.ts', plots: 'src/plots/index.ts', gpu: 'src/gpu.ts' },
    format: ['esm', 'cjs'],
    plugins: [dynamicImports],
    dts: true,
  },
  // The command line is a program, not a library: it imports the package's own entries.
  { ...shared, entry: { cli: 'src/cli/main.ts' }, format: ['esm'], dts: false },
  // For bundlers, which leave out the files that nothing uses. Node has the few files above: it imports them in 33 ms, these in 155.
  {
    entry: ['src/**/*.ts', '!src/cli/**', '!src/tensor/backends/wasm/{assembly/**,worker.ts}'],
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
