import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Most of the time is spent waiting for servers: on two processors vitest would take one worker alone.
    maxWorkers: 2,
    // Of the pure floors: what does I/O is proven by the service tests, which run the built program.
    coverage: {
      include: ['src/{dns,core,config,report}/**'],
      // What is lacking: files of types alone have nothing to run, and a whole one needs no line.
      reporter: [['text', { skipEmpty: true, skipFull: true }]],
      thresholds: { lines: 100, functions: 100, statements: 100, branches: 100 },
    },
  },
})
