import { defineConfig, type Options } from 'tsup';

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
    dts: true,
  },
  // The command line is a program, not a library: it imports the package's own entries.
  { ...shared, entry: { cli: 'src/cli/main.ts' }, format: ['esm'], dts: false },
]);
