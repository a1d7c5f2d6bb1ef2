import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../canonical-json.js'
import { clientHeader, controlHeader, operations, PROTOCOL_VERSION, serverHeader } from './contract.js'

/**
 * A type of the contract, in the normal form that grait_runtime/schema.py also produces:
 * `{object: {field: type}}` (every field required, no other accepted), `{array: type}`, `{map: type}`,
 * `{enum: [words, sorted]}`, `{anyOf: [types, sorted by canonical JSON, flattened]}`, or one of the words.
 * `count` is an integer >= 0.
 */
export type NormalType =
  | 'string'
  | 'number'
  | 'integer'
  | 'count'
  | 'boolean'
  | 'null'
  | 'any'
  | { object: { [field: string]: NormalType } }
  | { array: NormalType }
  | { map: NormalType }
  | { enum: string[] }
  | { anyOf: NormalType[] }

export interface NormalOperation {
  request: NormalType
  /** null: the operation does not stream. */
  item: NormalType | null
  result: NormalType
}

type JsonSchema = { [keyword: string]: unknown }

/** Every operation's request, stream item and result in normal form. */
export function normalisedOperations(): Record<string, NormalOperation> {
  const normal: Record<string, NormalOperation> = {}
  for (const [name, { request, item, result }] of Object.entries(operations)) {
    normal[name] = { request: normalType(request), item: item === null ? null : normalType(item), result: normalType(result) }
  }
  return normal
}

/** The headers a client sends on data and control, and those the runtime sends. */
export function normalisedHeaders(): Record<string, NormalType> {
  return { client: normalType(clientHeader), control: normalType(controlHeader), server: normalType(serverHeader) }
}

let hash: string | undefined

/** SHA-256 (hex) of all that both sides must agree on; the handshake compares it with the runtime's. */
export function contractHash(): string {
  hash ??= createHash('sha256')
    .update(canonicalJson({ protocol: PROTOCOL_VERSION, operations: normalisedOperations(), headers: normalisedHeaders() }))
    .digest('hex')
  return hash
}

/**
 * The normal form of a zod schema.
 * @throws Error if the form cannot express the schema (an optional field, a length), so that no difference is missed.
 */
export function normalType(schema: z.ZodType): NormalType {
  const { $schema, ...told } = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema
  return normalise(told)
}

function normalise({ title, description, ...told }: JsonSchema): NormalType {
  const members = told['anyOf'] ?? told['oneOf']
  if (members !== undefined) return anyOf((members as JsonSchema[]).map(normalise))
  if (told['const'] !== undefined) return { enum: [String(told['const'])] }
  if (told['enum'] !== undefined) return words(told['enum'] as (string | null)[])
  const { type, ...rest } = told
  if (Array.isArray(type)) return anyOf(type.map((one) => normalise({ type: one, ...rest })))
  switch (type) {
    case undefined:
      return finished('any', rest)
    case 'object':
      return objectOrMap(rest)
    case 'array': {
      const { items, ...left } = rest
      return finished({ array: normalise(items as JsonSchema) }, left)
    }
    case 'integer':
      return integer(rest)
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return finished(type, rest)
    default:
      throw new Error(`the contract's normal form cannot say type ${String(type)}`)
  }
}

function anyOf(members: NormalType[]): NormalType {
  const flat = members.flatMap((member) => (typeof member === 'object' && 'anyOf' in member ? member.anyOf : [member]))
  const ordered = flat.map((member) => ({ member, text: canonicalJson(member) })).sort((a, b) => (a.text < b.text ? -1 : 1))
  return { anyOf: ordered.map(({ member }) => member) }
}

function words(values: readonly (string | null)[]): NormalType {
  const known: NormalType = { enum: values.filter((value) => value !== null).sort() }
  return values.includes(null) ? anyOf([known, 'null']) : known
}

function objectOrMap({ properties, required, additionalProperties, propertyNames, ...rest }: JsonSchema): NormalType {
  if (additionalProperties !== false) {
    if (properties !== undefined) throw new Error("the contract's normal form cannot say an object that lets other fields through")
    return finished({ map: normalise((additionalProperties ?? {}) as JsonSchema) }, rest)
  }
  const fields = Object.entries((properties ?? {}) as { [field: string]: JsonSchema })
  const optional = fields.filter(([field]) => !((required ?? []) as string[]).includes(field))
  if (optional.length > 0) throw new Error(`a field is optional; say absence with null: ${optional.map(([field]) => field).join(', ')}`)
  return finished({ object: Object.fromEntries(fields.map(([field, schema]) => [field, normalise(schema)])) }, rest)
}

/** zod limits every integer to what a double holds exactly; that is not a constraint of the contract. */
function integer({ minimum, maximum, ...rest }: JsonSchema): NormalType {
  const limits = {
    ...(minimum === Number.MIN_SAFE_INTEGER || minimum === 0 || minimum === undefined ? {} : { minimum }),
    ...(maximum === Number.MAX_SAFE_INTEGER || maximum === undefined ? {} : { maximum }),
  }
  return finished(minimum === 0 ? 'count' : 'integer', { ...rest, ...limits })
}

function finished(normal: NormalType, rest: JsonSchema): NormalType {
  const unsaid = Object.keys(rest)
  if (unsaid.length > 0) throw new Error(`the contract's normal form cannot say ${unsaid.join(', ')}`)
  return normal
}
