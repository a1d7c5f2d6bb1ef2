import { CommanderError } from 'commander'
import { exitStatus, GraitError } from '../../errors.js'

/** Prints what went wrong to stderr, in one message, and returns the exit status. */
export function reportFailure(error: unknown, { verbose }: { verbose: boolean }): number {
  // commander has printed its own message; help and version are not failures.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const known = error instanceof GraitError
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`grait: ${known ? '' : 'unexpected error: '}${message}\n`)
  if (known && error.hint !== undefined) process.stderr.write(`  ${error.hint}\n`)
  if (verbose && error instanceof Error) {
    for (let at: unknown = error; at instanceof Error; at = at.cause) process.stderr.write(`${at.stack ?? at.message}\n`)
    if (known && typeof error.details['traceback'] === 'string') process.stderr.write(`${error.details['traceback']}\n`)
  } else if (!known) {
    process.stderr.write('  Run again with --verbose for the stack trace.\n')
  }
  return exitStatus(error)
}
