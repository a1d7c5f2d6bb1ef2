import { expect, it } from 'vitest'
import { death } from '../../../src/runtime/process/death.js'

it.each([
  [{ status: null, signal: 'SIGKILL' }, true, /^Run the same command again: it goes on where it stopped\. If it is killed again.*memory/],
  [{ status: null, signal: 'SIGSEGV' }, true, /^Run the same command again: it goes on where it stopped\.$/],
  [{ status: 1, signal: null }, false, /grait doctor/],
] as const)('a runtime that ended with %j (ready: %j) is told with what to do', (exit, wasReady, hint) => {
  expect(death(exit, [], 1, wasReady)).toMatchObject({ code: 'runtime_died', hint: expect.stringMatching(hint) })
})
