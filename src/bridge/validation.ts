import { z } from 'zod'
import { GraitError } from '../errors.js'
import { fieldPath } from '../field-path.js'

const SHOWN_ISSUES = 3

/**
 * Validates `value` by `schema`.
 * @throws GraitError `code` with the path of each invalid field; `subject` says whose fields they are.
 */
export function validated<S extends z.ZodType>(
  schema: S,
  value: unknown,
  code: 'invalid_request' | 'internal',
  subject: string,
): z.output<S> {
  const parsed = z.safeParse(schema, value)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map((issue) => ({ path: fieldPath(issue.path), message: issue.message }))
  const shown = fields.slice(0, SHOWN_ISSUES).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  const rest = fields.length > SHOWN_ISSUES ? ` (and ${fields.length - SHOWN_ISSUES} more)` : ''
  throw new GraitError(code, `${subject}: ${shown.join('; ')}${rest}`, { details: { fields } })
}
