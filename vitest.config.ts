import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests start processes, change directories and open stores: each file gets a process of its own.
    pool: 'forks',
    maxWorkers: 2,
    // Two slow cores must do: what waits for real processes sets its own, longer time.
    testTimeout: 30_000,
    // To remove 100,000 files after a test takes its time.
    hookTimeout: 300_000,
    // As in Node: the default export of a CommonJS module is its module.exports.
    deps: { interopDefault: false },
    env: { NODE_EXTRA_CA_CERTS: '' },
  },
});
