import { open } from 'node:fs/promises'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { GraitError } from '../../errors.js'
import { nearestName } from '../../nearest-name.js'
import type { PlacedRecord } from './open-records.js'
import { refuseOtherFormat, SIGNATURE_BYTES } from './other-format.js'
import { requireFile } from './required-file.js'

/**
 * The rows of a parquet file as records, with one row group in memory at a time; integers become numbers, texts become strings.
 * @param columns the columns to read; all of them must exist
 * @throws GraitError data_not_found, data_invalid if the file is truncated or damaged, or lacks a column
 */
export async function* readParquet(path: string, columns: readonly string[]): AsyncGenerator<PlacedRecord> {
  await requireFile(path)
  await requireParquet(path)
  const { file, metadata } = await readable(path, async () => {
    const buffer = await asyncBufferFromFile(path)
    return { file: buffer, metadata: await parquetMetadataAsync(buffer) }
  })
  requireColumns(path, columns, columnNames(metadata.schema))
  let row = 0
  for (const { num_rows } of metadata.row_groups) {
    const [rowStart, rowEnd] = [row, row + Number(num_rows)]
    const records = await readable(path, () =>
      parquetReadObjects({
        file,
        metadata,
        columns: [...columns],
        rowStart,
        rowEnd,
        compressors,
        parsers: { stringFromBytes },
      }),
    )
    for (const record of records) {
      yield { record: plainNumbers(record), place: { file: path, where: `${path}, row ${row + 1}` }, row }
      row += 1
    }
  }
}

/** What lies there in place of the data, such as a pointer to it, is named. */
async function requireParquet(path: string): Promise<void> {
  const handle = await open(path)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SIGNATURE_BYTES))
    const start = buffer.subarray(0, bytesRead)
    if (!start.toString('latin1').startsWith('PAR')) refuseOtherFormat(path, start)
  } finally {
    await handle.close()
  }
}

type SchemaElement = { name: string; num_children?: number | undefined }

/** Names of the top-level columns: the schema lists the tree depth first, its root before them. */
function columnNames(schema: readonly SchemaElement[]): string[] {
  const names: string[] = []
  const skip = (at: number): number => {
    let next = at + 1
    for (let child = 0; child < (schema[at]?.num_children ?? 0); child++) next = skip(next)
    return next
  }
  for (let at = 1; at < schema.length; at = skip(at)) names.push((schema[at] as SchemaElement).name)
  return names
}

function requireColumns(path: string, wanted: readonly string[], present: readonly string[]): void {
  const missing = wanted.find((column) => !present.includes(column))
  if (missing === undefined) return
  const near = nearestName(missing, present)
  throw new GraitError('data_invalid', `${path}: no column "${missing}"; its columns are ${present.join(', ')}`, {
    hint: near === undefined ? `Parquet files of this data set have the columns ${wanted.join(', ')}.` : `Is "${near}" meant for it?`,
    details: { file: path, column: missing },
  })
}

async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    throw new GraitError('data_invalid', `${path}: not a readable parquet file: ${(cause as Error).message}`, {
      hint: 'The file may have been cut short; get it again.',
      details: { file: path },
      cause,
    })
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function stringFromBytes(bytes: Uint8Array): string | undefined {
  return bytes && utf8.decode(bytes)
}

/** Parquet's 64-bit integers are bigints; the values in data sets fit a number. */
function plainNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(plainNumbers)
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainNumbers(inner)]))
  }
  return value
}
