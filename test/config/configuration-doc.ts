import { z } from 'zod'
import { configSchema } from '../../src/config/schema.js'

/** What is read of a JSON Schema. */
interface Schema {
  type?: string | string[]
  description?: string
  default?: unknown
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  additionalProperties?: unknown
}

export interface ConfigKey {
  key: string
  type: string
  default: string
  meaning: string
}

const HEAD = `# Configuration

This page is made from the schema by \`npm run docs\`. A configuration is a YAML file. Every key except \`data.train\` may be left out.
You can change any key with \`--set path=value\`. An unknown key is refused, and the message suggests the nearest known name.
\`grait schema\` prints the same as JSON Schema, for editors. [configs/](../../configs) has complete files.
`

/** docs/reference/configuration.md. */
export function configurationDoc(): string {
  const sections = new Map<string, ConfigKey[]>()
  for (const entry of configKeys()) {
    const section = entry.key.includes('.') ? (entry.key.split('.')[0] as string) : ''
    sections.set(section, [...(sections.get(section) ?? []), entry])
  }
  const tables = [...sections].map(([section, keys]) => {
    const rows = keys.map(
      ({ key, type, default: value, meaning }) => `| \`${key}\` | ${cell(type)} | ${cell(value)} | ${cell(meaning)} |\n`,
    )
    const heading = section === '' ? '' : `## ${section}\n\n`
    return `\n${heading}| key | type | default | meaning |\n|---|---|---|---|\n${rows.join('')}`
  })
  return `${HEAD}${tables.join('')}`
}

/** Every key that holds a value, in the order of the schema. */
export function configKeys(): ConfigKey[] {
  return keysOf(z.toJSONSchema(configSchema, { io: 'input' }) as Schema, [], '')
}

function keysOf(schema: Schema, path: readonly string[], inherited: string): ConfigKey[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const key = [...path, name]
    if (property.properties !== undefined) return keysOf(property, key, property.description ?? inherited)
    const required = schema.required?.includes(name) === true
    return [
      {
        key: key.join('.'),
        type: typeOf(property),
        default: required ? 'none; must be given' : `\`${JSON.stringify(property.default)}\``,
        meaning: property.description ?? '',
      },
    ]
  })
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ')
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' or ')
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`
  if (schema.type === 'object') return schema.properties === undefined ? 'map' : `{${Object.keys(schema.properties).join(', ')}}`
  if (schema.type === 'integer') return `whole number${range(schema)}`
  if (schema.type === 'number') return `number${range(schema)}`
  return [schema.type ?? 'anything'].flat().join(' or ')
}

function range({ minimum, maximum, exclusiveMinimum }: Schema): string {
  const least = exclusiveMinimum === undefined ? (minimum === undefined ? '' : `≥ ${minimum}`) : `> ${exclusiveMinimum}`
  const most = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? '' : `≤ ${maximum}`
  const bounds = [least, most].filter(Boolean).join(', ')
  return bounds === '' ? '' : ` ${bounds}`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
