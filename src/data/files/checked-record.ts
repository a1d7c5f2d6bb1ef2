import type { z } from 'zod'
import { GraitError } from '../../errors.js'
import type { Place } from '../question/checked-question.js'

/** A validated record of a published data set, in one of its known formats. @throws GraitError data_invalid with location and field */
export function checkedRecord<T>(
  schema: z.ZodType<T>,
  record: unknown,
  place: Place,
  hint = 'The file must be in one of the forms that this data set is published in.',
): T {
  const parsed = schema.safeParse(record)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const path = issue?.path.join('.') ?? ''
  // Some messages name the field themselves.
  const field = path === '' || issue?.message.startsWith(path) === true ? '' : `${path}: `
  throw new GraitError('data_invalid', `${place.where}: ${field}${issue?.message ?? 'not a record of this data set'}`, {
    hint,
    details: { file: place.file, line: place.line },
  })
}
