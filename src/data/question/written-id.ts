import { z } from 'zod'

/** A whole number as its digits, since many files number their questions; any other value is returned unchanged. */
export function numberAsText(value: unknown): unknown {
  return Number.isSafeInteger(value) ? String(value) : value
}

/** Validates an id: a text, or a whole number, which becomes its digits. */
export const zodId = z.preprocess(
  numberAsText,
  z
    .string({
      error: ({ input }) =>
        input === undefined || input === null
          ? 'id is missing; it must be the id of a question'
          : typeof input === 'number'
            ? 'id is a number that is not whole or has too many digits; write it in quotes'
            : 'id must be a text or a whole number',
    })
    .min(1, 'id is empty; it must be the id of a question'),
)
