import { type ParquetWriteOptions, parquetWriteBuffer } from 'hyparquet-writer'

type Schema = NonNullable<ParquetWriteOptions['schema']>
type Rows = Record<string, unknown>[]

const text = (name: string, repetition_type: 'REQUIRED' | 'OPTIONAL' = 'OPTIONAL'): Schema[number] => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  repetition_type,
})
const texts = (name: string): Schema => [
  { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  text('element'),
]
const root = (children: number): Schema[number] => ({ name: 'schema', num_children: children })

/** Schemas of the published data sets' parquet files on the hub. */
export const SCHEMAS = {
  mmlu: [root(4), text('question'), text('subject'), ...texts('choices'), { name: 'answer', type: 'INT64', repetition_type: 'OPTIONAL' }],
  arc: [
    root(4),
    text('id'),
    text('question'),
    { name: 'choices', repetition_type: 'OPTIONAL', num_children: 2 },
    ...texts('text'),
    ...texts('label'),
    text('answerKey'),
  ],
  triviaqa: [
    root(4),
    text('question'),
    text('question_id'),
    text('question_source'),
    { name: 'answer', repetition_type: 'OPTIONAL', num_children: 3 },
    ...texts('aliases'),
    ...texts('normalized_aliases'),
    text('value'),
  ],
  nq: [root(2), text('question'), ...texts('answer')],
} satisfies Record<string, Schema>

/** Rows as a parquet file, as the hub has it: snappy, lists of three levels, several row groups. */
export function parquetOf(schema: keyof typeof SCHEMAS | Schema, rows: Rows): Uint8Array {
  const elements: Schema = typeof schema === 'string' ? SCHEMAS[schema] : schema
  const names = topLevelNames(elements)
  return new Uint8Array(
    parquetWriteBuffer({
      schema: elements,
      columnData: names.map((name) => ({ name, data: rows.map((row) => row[name]) })),
      rowGroupSize: 2,
    } as ParquetWriteOptions),
  )
}

function topLevelNames(schema: Schema): string[] {
  const names: string[] = []
  const end = (at: number): number => {
    let next = at + 1
    for (let child = 0; child < (schema[at]?.num_children ?? 0); child++) next = end(next)
    return next
  }
  for (let at = 1; at < schema.length; at = end(at)) names.push((schema[at] as Schema[number]).name)
  return names
}
