import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The examples import `nabla` by name, as users do.
  resolve: { tsconfigPaths: true },
  test: {
    include: ['test/**/*.test.ts'],
    // Meant for tests that hang, not for slow ones: a busy machine takes ten times as long.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    // By default glibc raises this threshold as it runs and keeps tens of MiB of freed memory. Fixed at its initial
    // value, the size of a process shows what it holds, and tests can detect leaks.
    env: { MALLOC_TRIM_THRESHOLD_: '131072' },
  },
});
