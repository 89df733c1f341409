import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Examples import `nabla` as users do.
  resolve: { tsconfigPaths: true },
  test: {
    include: ['test/**/*.test.ts'],
    // For what hangs, not for what is slow: a busy machine takes ten times as long.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    // glibc keeps more and more of what is freed, tens of MiB of it, unless it is told its own default: then a process
    // is as large as what it holds, and tests can tell a leak.
    env: { MALLOC_TRIM_THRESHOLD_: '131072' },
  },
});
