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
  if (!wasReady && exit.signal !== 'SIGKILL') return 'Run `grait doctor`.'
  const again = 'Run the same command again: it goes on where it stopped.'
  if (exit.signal !== 'SIGKILL') return again
  return `${again} If it is killed again, the system may be short of memory: choose a smaller batch size or token budget, or a smaller model.`
}
