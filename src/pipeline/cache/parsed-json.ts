import type { z } from 'zod'

/** The value of a JSON text, checked by a schema; undefined if the text is not JSON or does not fit. */
export function parsedJson<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
