import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    node: 'src/node.ts',
    plots: 'src/plots/index.ts',
    gpu: 'src/gpu.ts',
    cli: 'src/cli/main.ts',
  },
  format: ['esm', 'cjs'],
  dts: true,
  splitting: true,
  sourcemap: true,
  clean: true,
  shims: true,
  target: 'es2022',
  platform: 'neutral',
  external: [/^node:/, 'sharp', 'gpu.js', 'webgpu'],
});
