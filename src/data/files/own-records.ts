import { GraitError } from '../../errors.js'
import { lineOf, type Place, parsedLine } from '../question/checked-question.js'
import { quotedNames } from '../question/quoted-names.js'
import { parsedText } from './parsed-text.js'
import { readLines, readText } from './text-file.js'

/** A record of a user's own file and its location. */
export interface OwnRecord {
  record: unknown
  place: Place
}

/**
 * The records of a user's own file: JSON Lines, of which blank ones are skipped; one JSON list over the whole file; or one object with
 * such a list in it, {"data": [...]}.
 */
export async function* ownRecords(path: string, signal?: AbortSignal): AsyncGenerator<OwnRecord> {
  let first = true
  for await (const { number, text } of readLines(path, signal)) {
    if (text.trim() === '') continue
    const place = lineOf(path, number)
    if (first) {
      const whole = await recordsOfWhole(path, text, signal)
      if (whole !== undefined) return yield* whole
    }
    first = false
    yield { record: parsedLine(text, place), place }
  }
}

/** The records of a file that is one JSON value, by its first line; undefined for JSON Lines. */
async function recordsOfWhole(path: string, line: string, signal: AbortSignal | undefined): Promise<OwnRecord[] | undefined> {
  const start = parsedOr(line)
  if (start !== undefined && !Array.isArray(start) && listIn(start) === undefined && !isTable(start)) return undefined
  if (!/^\s*[[{]/.test(line)) return undefined
  const text = await readText(path, signal)
  if (!/^\s*\[/.test(line) && parsedOr(text) === undefined) return undefined
  const value = parsedText(path, text)
  if (isTable(value)) throw table(path, value)
  const list = Array.isArray(value) ? value : (listIn(value) ?? [value])
  return list.map((record, index) => ({ record, place: { file: path, where: `${path}, record ${index + 1}` } }))
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** A key that a record has, and a file as a whole has not. */
const OF_RECORDS = ['id', 'qid', 'question', 'prompt', 'output', 'messages', 'conversations']

/** The one list of objects in an object that is no record itself. */
function listIn(value: unknown): unknown[] | undefined {
  if (!isObject(value) || OF_RECORDS.some((key) => key in value)) return undefined
  const lists = Object.values(value).filter((each): each is unknown[] => Array.isArray(each) && each.length > 0 && each.every(isObject))
  return lists.length === 1 ? lists[0] : undefined
}

/** An object of columns, as pandas writes it, or of records under their ids. */
function isTable(value: unknown): value is Record<string, unknown> {
  if (!isObject(value) || typeof value['id'] === 'string') return false
  const parts = Object.values(value)
  return parts.length > 0 && (parts.every(isObject) || (parts.length > 1 && parts.every(Array.isArray)))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function table(path: string, value: Record<string, unknown>): GraitError {
  const lists = Object.keys(value).filter((name) => Array.isArray(value[name]) && (value[name] as unknown[]).every(isObject))
  if (lists.length > 1 && lists.length === Object.keys(value).length) {
    return new GraitError('data_invalid', `${path}: holds several lists of records: ${quotedNames(lists)}`, {
      hint: `Write each into a file of its own (with jq: jq -c '.${lists[0]}[]' FILE > ${lists[0]}.jsonl).`,
      details: { file: path },
    })
  }
  const columns = ['id', 'question', 'output', 'answer', 'answers'].some((name) => name in value)
  return new GraitError(
    'data_invalid',
    `${path}: one object of ${columns ? 'columns' : 'records under their names'}, not a list of records`,
    {
      hint: columns
        ? 'Write one record a line: in pandas, frame.to_json(FILE, orient="records", lines=True).'
        : 'Write one record a line, with its name as "id" (with jq: jq -c \'to_entries[] | .value + {id: .key}\' FILE).',
      details: { file: path },
    },
  )
}
