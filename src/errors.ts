/**
 * The fixed list of error codes. Scripts branch on `code`, people read `message` and `hint`.
 * The first group also travels over the wire, so the Python side knows the same words (grait_runtime/errors.py).
 */
export const WIRE_ERROR_CODES = [
  'invalid_request',
  'protocol_mismatch',
  'model_not_found',
  'model_unsupported',
  'adapter_not_found',
  'out_of_memory',
  'non_finite_loss',
  'disk_full',
  'disk_failed',
  'cancelled',
  'internal',
] as const

export const LOCAL_ERROR_CODES = [
  'runtime_died',
  'runtime_unresponsive',
  'runtime_not_ready',
  'setup_failed',
  'python_not_found',
  'usage',
  'config_invalid',
  'data_not_found',
  'data_invalid',
  'items_failed',
  'empty_group',
  'too_few_questions',
  'run_conflict',
  'interrupted',
] as const

export type WireErrorCode = (typeof WIRE_ERROR_CODES)[number]
/** The code of a `GraitError`, from a fixed list; scripts can branch on it. */
export type ErrorCode = WireErrorCode | (typeof LOCAL_ERROR_CODES)[number]

/** Optional information for a `GraitError`, in addition to code and message. */
export interface GraitErrorOptions {
  /** What to do about it, in one sentence. */
  hint?: string | undefined
  /** Machine-readable details: file, line, key, id, limits. */
  details?: Record<string, unknown> | undefined
  /** True if the same call may succeed when repeated. */
  retryable?: boolean | undefined
  /** The error that caused this one. */
  cause?: unknown
}

/** The same in every copy of this package that a program may have loaded. */
const BRAND = Symbol.for('grait.GraitError')

/** The error that this library throws. `message` says what is wrong and where; `hint` says what to do about it. */
export class GraitError extends Error {
  override readonly name = 'GraitError'
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly details: Record<string, unknown>
  readonly retryable: boolean

  /** Whether `error` is a GraitError, of this copy of the package or another: `instanceof` knows only its own. */
  static isInstance(error: unknown): error is GraitError {
    return typeof error === 'object' && error !== null && BRAND in error
  }

  constructor(code: ErrorCode, message: string, options: GraitErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.details = options.details ?? {}
    this.retryable = options.retryable ?? false
    Object.defineProperty(this, BRAND, { value: true })
  }
}

/** The error of work that its caller gave up: code `cancelled`, with the signal's reason as cause. */
export function cancelledBy(signal: AbortSignal | undefined, message = 'the call was cancelled'): GraitError {
  return new GraitError('cancelled', message, { cause: signal?.reason })
}

/** Returns the command line's exit status for an error: 2 for bad usage, configuration or input, 130 for an interruption, otherwise 1. */
export function exitStatus(error: unknown): 1 | 2 | 130 {
  if (!(error instanceof GraitError)) return 1
  switch (error.code) {
    case 'usage':
    case 'config_invalid':
    case 'data_not_found':
    case 'data_invalid':
    case 'model_not_found':
      return 2
    case 'cancelled':
    case 'interrupted':
      return 130
    default:
      return 1
  }
}
