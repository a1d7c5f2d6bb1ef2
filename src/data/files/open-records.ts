import { GraitError } from '../../errors.js'
import { lineOf, type Place, parsedLine } from '../question/checked-question.js'
import { parsedText } from './parsed-text.js'
import { readText } from './text-file.js'

/** A record of a file and its location. */
export interface PlacedRecord {
  record: unknown
  place: Place
  /** Position in the file, from 0. */
  row: number
}

/**
 * The records of a file that is a JSON list, an object {"Data": [...]}, or JSON Lines. The format is detected from the text,
 * since all three are found with the extension .json.
 */
export async function* readRecords(path: string, signal?: AbortSignal): AsyncGenerator<PlacedRecord> {
  const text = await readText(path, signal)
  const list = wholeList(path, text)
  let row = 0
  if (list !== undefined) {
    for (const record of list) {
      yield { record, place: { file: path, where: `${path}, record ${row + 1}` }, row }
      row++
    }
    return
  }
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const place = lineOf(path, index + 1)
    yield { record: parsedLine(line, place), place, row: row++ }
  }
}

function wholeList(path: string, text: string): unknown[] | undefined {
  const start = text.trimStart()
  if (!start.startsWith('[') && !/^\{\s*"(Data|Domain|Split|VerifiedEval|Version)"/.test(start)) return undefined
  const value = parsedText(path, text)
  if (Array.isArray(value)) return value
  const data = (value as { Data?: unknown }).Data
  if (Array.isArray(data)) return data
  throw new GraitError('data_invalid', `${path}: "Data" is missing or no list`, {
    hint: 'Expected a JSON list, {"Data": [...]}, or JSON Lines.',
    details: { file: path },
  })
}
