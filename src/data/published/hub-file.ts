import { GraitError } from '../../errors.js'
import { type PlacedRecord, readRecords } from '../files/open-records.js'
import type { FileMatch, Split } from './split-name.js'

/** The format of files on the hub: rows with the hub's columns, as parquet or JSON. */
export const HUB_PARQUET = 'hub parquet'
export const HUB_JSON = 'hub JSON'

const SPLIT_NAMES = ['train', 'validation', 'val', 'dev', 'test']

/**
 * The split of a file by any whole word of its path (test-00000-of-00001.parquet, validation/0000.parquet, dev.jsonl, mmlu_test.jsonl);
 * shard names vary, so nothing else is checked. Words joined by _ are one word (auxiliary_train), except for the data set's name.
 * @param own the data set's name, as files write it
 * @param validation which split the hub's "validation" stands for here
 */
export function hubFile(name: string, own: RegExp, validation: 'val' | 'dev'): FileMatch | undefined {
  const extension = /\.(parquet|jsonl?)$/i.exec(name)?.[1]?.toLowerCase()
  if (extension === undefined) return undefined
  const words = name
    .toLowerCase()
    .replace(own, ' ')
    .split(/[^a-z_]+/)
    .map((text) => text.replace(/^_+|_+$/g, ''))
  const word = words.find((candidate) => SPLIT_NAMES.includes(candidate))
  if (word === undefined) return undefined
  const split = word === 'validation' || word === 'val' ? validation : (word as Split)
  return { split, form: extension === 'parquet' ? HUB_PARQUET : HUB_JSON }
}

/** The rows of such a file. */
export async function* readHubRows(
  path: string,
  columns: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<PlacedRecord> {
  if (!/\.parquet$/i.test(path)) return yield* readRecords(path, signal)
  // The parquet reader is loaded only when there is something to read.
  const { readParquet } = await import('../files/parquet-file.js')
  yield* readParquet(path, columns)
}

/** Published test splits may have no answers; they are rejected instead of scored. */
export function refuseHiddenAnswer(answer: string, where: string): void {
  if (answer !== '<unk>') return
  throw new GraitError('data_invalid', `${where}: its right answers are not published`, {
    hint: 'Choose a split that has them: --split dev, or train.',
  })
}
