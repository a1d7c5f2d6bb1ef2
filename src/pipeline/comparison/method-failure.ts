import { type ErrorCode, GraitError } from '../../errors.js'
import type { FailedMethod } from '../../report/method-notes.js'

/** A method that could not be run with some seed, and why. */
export interface MethodFailure extends FailedMethod {
  code: ErrorCode
}

export function methodFailure(method: string, seed: number, error: unknown): MethodFailure {
  const told = error instanceof GraitError ? error : undefined
  const message = error instanceof Error ? error.message : String(error)
  return { method, seed, code: told?.code ?? 'internal', message, ...(told?.hint !== undefined && { hint: told.hint }) }
}

/** Errors that stop every method alike: caused by the user, the runtime or the disk. */
const STOPS_ALL: readonly ErrorCode[] = [
  'cancelled',
  'interrupted',
  'runtime_died',
  'runtime_unresponsive',
  'runtime_not_ready',
  'protocol_mismatch',
  'setup_failed',
  'python_not_found',
  'model_not_found',
  'model_unsupported',
  'disk_full',
  'disk_failed',
  'run_conflict',
]

/** True for an error of one method (an empty group, a loss that is not finite, a bug in its code) that need not affect the others. */
export function concernsOneMethod(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted) return false
  if (error instanceof GraitError) return !STOPS_ALL.includes(error.code)
  return !(error instanceof Error && 'syscall' in error)
}
