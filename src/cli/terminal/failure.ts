import { CommanderError } from 'commander'
import { isSystemError, systemWords, writeFault } from '../../disk-fault.js'
import { exitStatus, GraitError } from '../../errors.js'
import { ReaderLeft } from './output.js'

/** Prints what went wrong to stderr, in one message, and returns the exit status. */
export function reportFailure(error: unknown, options: { verbose: boolean }): number {
  // A reader that has seen enough (`| head`) is no failure.
  if (error instanceof ReaderLeft) return Number(process.exitCode ?? 0)
  // commander has printed its own message; help and version are not failures.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  showFailure(error, options)
  return exitStatus(error)
}

/** Prints the message and the hint of an error to stderr; where nobody foresaw it, how to see more. */
export function showFailure(error: unknown, { verbose }: { verbose: boolean } = { verbose: false }): void {
  const told = isSystemError(error) ? fromSystem(error) : error
  const known = told instanceof GraitError
  const message = told instanceof Error ? told.message : String(told)
  process.stderr.write(`grait: ${known ? '' : 'unexpected error: '}${message}\n`)
  if (known && told.hint !== undefined) process.stderr.write(`  ${told.hint}\n`)
  if (verbose && told instanceof Error) {
    for (let at: unknown = told; at instanceof Error; at = at.cause) process.stderr.write(`${at.stack ?? at.message}\n`)
    if (known && typeof told.details['traceback'] === 'string') process.stderr.write(`${told.details['traceback']}\n`)
  } else if (!known) {
    process.stderr.write('  Run again with --verbose for the stack trace.\n')
  }
}

/** An error of the system that reached the command line without a name for what was being done. */
function fromSystem(error: NodeJS.ErrnoException & { code: string; errno: number }): unknown {
  const told = writeFault(error, error.path ?? 'a file')
  if (!(told instanceof GraitError) || told.code === 'disk_full') return told
  return new GraitError('disk_failed', `${error.path ?? error.syscall ?? 'the system'}: ${systemWords(error)}`, { cause: error })
}
