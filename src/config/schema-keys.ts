import type { z } from 'zod'

/** The names that the schema knows at `path`, e.g. ['tuning', 'lora'] -> ['rank', 'alpha', ...]. */
export function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const shape = objectShape(schema)
  const [head, ...rest] = path
  if (head === undefined) return shape === undefined ? [] : Object.keys(shape)
  const child = shape?.[String(head)]
  return child === undefined ? [] : keysAt(child, rest)
}

type Def = {
  type: string
  shape?: Record<string, z.core.$ZodType> | undefined
  innerType?: z.core.$ZodType | undefined
  options?: z.core.$ZodType[] | undefined
}

function objectShape(schema: z.core.$ZodType): Record<string, z.core.$ZodType> | undefined {
  const def = schema._zod.def as unknown as Def
  if (def.type === 'object') return def.shape
  if (def.innerType !== undefined) return objectShape(def.innerType)
  for (const option of def.options ?? []) {
    const shape = objectShape(option)
    if (shape !== undefined) return shape
  }
  return undefined
}
