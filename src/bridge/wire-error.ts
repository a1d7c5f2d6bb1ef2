import { GraitError } from '../errors.js'
import type { WireError } from './contract.js'

/** An error inside the runtime; `stack` is Python's traceback. */
class RuntimeTraceback extends Error {
  override readonly name = 'RuntimeTraceback'

  constructor(message: string, traceback: string) {
    super(message)
    this.stack = traceback
  }
}

export function fromWire(error: WireError): GraitError {
  return new GraitError(error.code, error.message, {
    ...(error.hint === null ? {} : { hint: error.hint }),
    details: parsedDetails(error.details),
    retryable: error.retryable,
    ...(error.traceback === null ? {} : { cause: new RuntimeTraceback(error.message, error.traceback) }),
  })
}

function parsedDetails(text: string): Record<string, unknown> {
  try {
    const details: unknown = JSON.parse(text)
    return typeof details === 'object' && details !== null ? { ...details } : { text }
  } catch {
    return text === '' ? {} : { text }
  }
}
