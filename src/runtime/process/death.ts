import { GraitError } from '../../errors.js'
import type { ChildExit } from './child.js'
import { parseLogLine } from './log-lines.js'

const QUOTED_LINES = 20

/** The error for everyone waiting for a runtime whose process ended unexpectedly; quotes its last lines. */
export function death(exit: ChildExit, lastLines: readonly string[], waiting: number, wasReady: boolean): GraitError {
  const how = exit.signal === null ? `with exit status ${exit.status}` : `by ${exit.signal}`
  const when = wasReady ? `while ${waiting} ${waiting === 1 ? 'call was' : 'calls were'} waiting` : 'before it was ready'
  const quoted = lastLines.flatMap(asText).slice(-QUOTED_LINES)
  const last = quoted.length === 0 ? '' : `; its last lines:\n  ${quoted.join('\n  ')}`
  return new GraitError('runtime_died', `the runtime ended ${how} ${when}${last}`, {
    hint: hint(exit, wasReady),
    details: { status: exit.status, signal: exit.signal, lastLines: [...lastLines] },
    retryable: wasReady,
  })
}

function asText(line: string): string[] {
  const { message, traceback } = parseLogLine(line)
  return [message, ...(traceback === null ? [] : traceback.split('\n'))]
}

function hint(exit: ChildExit, wasReady: boolean): string {
  if (exit.signal === 'SIGKILL') return 'The system may have run out of memory: lower the batch size or the token budget, then go on.'
  return wasReady ? 'Run the same command again to go on.' : 'Run `grait doctor`.'
}
