import { defineConfig } from 'vitest/config'

/** Tests of the real runtime share two cores with it: one file at a time. */
const withRuntime = {
  globalSetup: ['test/setup/command-line.ts', 'test/setup/runtime.ts'],
  fileParallelism: false,
  hookTimeout: 180_000,
}

/** GRAIT_TEST_TIMES names a folder: what each test took is written there, as JSON. */
const times = process.env['GRAIT_TEST_TIMES']

export default defineConfig({
  test: {
    reporters: times === undefined ? ['default'] : ['default', ['json', { outputFile: `${times}/${Date.now()}.json` }]],
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup: ['test/setup/command-line.ts'],
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.integration.test.ts', 'test/e2e/**', 'test/browser/**'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          ...withRuntime,
          name: 'integration',
          include: ['test/**/*.integration.test.ts'],
          exclude: ['test/e2e/**'],
          testTimeout: 60_000,
        },
      },
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
      { test: { ...withRuntime, name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 1_200_000 } },
    ],
  },
})
